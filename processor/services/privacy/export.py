"""What is kept of one person, for the handler of a request: who looked at it and why, and a copy to hand over."""

import json
from dataclasses import dataclass
from typing import Any

from processor.domain.access.officer import ROLES, Officer
from processor.domain.errors import NotFound
from processor.domain.events import LOOKS, Event, actor_name
from processor.domain.forms.definition import FormDefinition
from processor.domain.opened import OpenedDossier
from processor.domain.privacy import DataRequest, EntryKind
from processor.domain.retention import personal_values
from processor.domain.vietnamese import iso
from processor.rendering.documents.person import person_html
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.log import known_dossier, record
from processor.services.exchange.packages import Package
from processor.services.parts import Wired
from processor.services.privacy.answers import refuse_unless
from processor.services.privacy.requests import known
from processor.storage.desk.replies import consents_of
from processor.storage.engine import Connection, reading, writing
from processor.storage.privacy.requests import add_entry

OTHER_DUTIES = {"holder": "đang giữ hồ sơ", "request": "theo yêu cầu của chủ thể dữ liệu"}
PAGE, DATA = "du-lieu.html", "du-lieu.json"


@dataclass(frozen=True)
class Look:
    """Who looked or exported; `why` is the duty under which, empty where the log does not say."""

    event: Event
    officer: str
    why: str


@dataclass(frozen=True)
class Kept:
    """What is kept of the person in one dossier: answers by label, consents as they were given, looks."""

    opened: OpenedDossier
    answers: dict[str, Any]
    consents: list[dict[str, Any]]
    looks: list[Look]

    @property
    def labelled(self) -> list[tuple[str, str]]:
        labels = self.opened.form.labels
        return [(labels[name], str(value)) for name, value in self.answers.items()]


def looks_of(events: list[Event]) -> list[Look]:
    return [Look(event, actor_name(event), why_of(event)) for event in events if event.kind in LOOKS]


def why_of(event: Event) -> str:
    """In words: the holder of the dossier, or the role."""
    why = str(json.loads(event.data).get("why", ""))
    return {**ROLES, **OTHER_DUTIES}.get(why, why)


def kept_of(wired: Wired, reference: str) -> Kept:
    opened = open_dossier(wired, reference)
    form: FormDefinition = opened.form
    with reading(wired.engine) as connection:
        consents = consents_of(connection, opened.dossier.id)
    events = list(opened.events)
    return Kept(opened, personal_values(form, opened.dossier.answers), consents, looks_of(events))


def access_log(wired: Wired, officer: Officer, number: int) -> tuple[DataRequest, list[Kept]]:
    """Of every dossier of a request; that it was looked up is noted with the request. Raises Forbidden, NotFound."""
    with writing(wired.engine) as connection:
        request = noted(wired, connection, officer, number, "looked")
    return request, [kept_of(wired, reference) for reference in request.references]


def noted(wired: Wired, connection: Connection, officer: Officer, number: int, kind: EntryKind) -> DataRequest:
    refuse_unless(officer, wired.catalogue.privacy.may.handle)
    request = known(connection, number)
    if not request.references:
        raise NotFound("not_found")
    add_entry(connection, number, officer.id, kind, wired.clock(), None)
    return request


def export_of(wired: Wired, officer: Officer, number: int) -> Package:
    """A page and the same as data; noted in each dossier's log and with the request. Raises Forbidden, NotFound."""
    with writing(wired.engine) as connection:
        request = noted(wired, connection, officer, number, "exported")
        for reference in request.references:
            record(
                wired, connection, known_dossier(connection, reference), officer, "exported", data={"why": "request"}
            )
    kept = [kept_of(wired, reference) for reference in request.references]
    page = person_html(wired.catalogue, request, [(one.opened, one.labelled, one.consents) for one in kept])
    content = {"request": number, "made_at": iso(wired.clock()), "dossiers": [as_data(one) for one in kept]}
    documents = {PAGE: page.encode(), DATA: json.dumps(content, ensure_ascii=False, indent=2).encode()}
    return Package(f"yeu-cau-{number}", documents, ())


def as_data(kept: Kept) -> dict[str, Any]:
    dossier = kept.opened.dossier
    return {
        "reference": dossier.reference,
        "form": dossier.form_id,
        "received_at": iso(dossier.received_at),
        "answers": kept.answers,
        "consents": kept.consents,
        "looks": [
            {"at": iso(one.event.at), "who": one.officer, "what": one.event.kind, "why": one.why} for one in kept.looks
        ],
    }
