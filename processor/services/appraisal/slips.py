"""Slips of a dossier: filled when a step makes one, kept as they were filled, printed from that for ever."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from processor.domain.access.officer import Officer
from processor.domain.days.running_clock import RunningClock
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, NotFound
from processor.domain.events import Event
from processor.domain.forms.definition import FormDefinition
from processor.domain.slips.made_slip import MadeSlip
from processor.domain.slips.slips import Handover, SlipContent, SlipItem, form_frozen_in, frozen
from processor.domain.supplement import Supplement
from processor.domain.vietnamese import VIETNAM
from processor.rendering.documents.slips import slip_pdf
from processor.services.appraisal import timing
from processor.services.appraisal.log import known_dossier, locked_dossier, record, refuse_reader
from processor.services.parts import Wired
from processor.storage.desk.clocks import clock_of
from processor.storage.desk.slips import insert_slip, slip_numbered
from processor.storage.dossiers.dossiers import dossier_numbered, events_of
from processor.storage.dossiers.supplements import supplements_of
from processor.storage.engine import Connection, reading, writing

PRINTS_DUE_DAY = ("receipt_slip", "apology_extension_letter")
MADE_ON_REQUEST = ("control_slip", "receipt_slip")


def make_slip(
    wired: Wired, connection: Connection, dossier_id: int, kind: str, officer: Officer, reason: str = ""
) -> int | None:
    """Its id; None where the circular of that day has no such form, or it needs an official code that is not known."""
    dossier = dossier_numbered(connection, dossier_id)
    form = wired.catalogue.slips.slip_form(kind, dossier.received_at.astimezone(VIETNAM).date())
    if form is None or (form.needs_official_code and dossier.official_code is None):
        return None
    now = wired.clock().replace(microsecond=0)
    if kind in PRINTS_DUE_DAY and not timing.limit(wired).internal:
        timing.mark_printed(connection, dossier_id, now)
    content = filled(wired, connection, dossier, officer, reason)
    return insert_slip(
        connection,
        dossier_id,
        officer.id,
        kind=kind,
        circular=form.circular,
        form_no=form.form_no,
        name=form.name,
        content=frozen(form, content),
        made_at=now,
    )


def filled(wired: Wired, connection: Connection, dossier: Dossier, officer: Officer, reason: str) -> SlipContent:
    """What the slip says of the dossier as it stands now."""
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    agency, clock = wired.catalogue.agency, clock_of(connection, dossier.id)
    asked = supplements_of(connection, dossier.id)
    events = events_of(connection, dossier.id)
    internal = timing.limit(wired).internal
    return SlipContent(
        made_on=wired.today(),
        reference=dossier.reference,
        official_code=dossier.official_code,
        organisation=dossier.organisation_name,
        address=address_words(wired, dossier),
        phone=dossier.answers.get("contact_phone"),
        email=dossier.answers.get("contact_email"),
        matter=form.title,
        items=papers(form, dossier, asked[-1] if asked and dossier.status == "supplement_requested" else None),
        days=None if internal or clock is None else clock.all_days,
        received_at=dossier.received_at,
        due_on=None if internal or clock is None else clock.due_on,
        reasons=reason or None,
        contact_name=officer.name,
        contact_phone=agency.contact_phone,
        officer=officer.name,
        agency=agency.name,
        department=agency.department,
        place=wired.catalogue.receipt.place,
        old_due_on=None if internal or clock is None else before_last_extension(wired, clock),
        new_due_on=None if internal or clock is None else clock.due_on,
        stage=wired.catalogue.status(dossier.kind, dossier.status).label,
        handovers=tuple(handovers(agency.name, events)),
    )


def before_last_extension(wired: Wired, clock: RunningClock) -> date | None:
    """The day that was promised before the time was extended."""
    return timing.reckoned(wired, replace(clock, extensions=clock.extensions[:-1])).due_on


def address_words(wired: Wired, dossier: Dossier) -> str:
    commune = wired.catalogue.communes.names.get(dossier.answers.get("commune_code", ""), "")
    return ", ".join(part for part in (dossier.answers.get("address_line", ""), commune) if part)


def papers(form: FormDefinition, dossier: Dossier, asked: Supplement | None) -> tuple[SlipItem, ...]:
    """Of a request for a supplement only what is asked for, with the reason; otherwise what came, counted as copies."""
    if asked:
        return tuple(
            SlipItem(title=form.labels[one.item_id], reason=f"{one.reason}: {one.text}") for one in asked.asked
        )
    counts = Counter(file.item_id for file in dossier.attachments)
    return tuple(SlipItem(title=item.title, copies=counts[item.id]) for item in form.items if counts[item.id])


def handovers(unit: str, events: Sequence[Event]) -> Iterator[Handover]:
    """Who gave it to whom: from the log, one line for each change of hands."""
    giver, given_at = "", events[0].at
    for event in events:
        data = json.loads(event.data)
        taker = {"claimed": event.actor.removeprefix("officer:"), "handed_to": data.get("to", "")}.get(event.kind)
        if taker:
            yield Handover(unit=unit, given_at=given_at, received_at=event.at, giver=giver, receiver=taker)
            giver, given_at = taker, event.at


def print_slip(wired: Wired, officer: Officer, reference: str, kind: str) -> int | None:
    """One that is made on request. Raises Forbidden, NotFound, Conflict("slip_needs_official_code")."""
    refuse_reader(officer)
    if kind not in MADE_ON_REQUEST:
        raise NotFound("not_found")
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        form = wired.catalogue.slips.slip_form(kind, dossier.received_at.astimezone(VIETNAM).date())
        if form and form.needs_official_code and dossier.official_code is None:
            raise Conflict("slip_needs_official_code", title=form.name)
        made = make_slip(wired, connection, dossier.id, kind, officer)
        record(wired, connection, dossier, officer, "slip_printed", data={"slip": kind})
    return made


def made_slip_pdf(wired: Wired, reference: str, slip_id: int) -> tuple[MadeSlip, bytes]:
    """The slip as it was made, for ever the same. Raises NotFound."""
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        slip = slip_numbered(connection, dossier.id, slip_id)
    if slip is None:
        raise NotFound("not_found")
    return slip, slip_pdf(wired.catalogue, form_frozen_in(slip.content), slip.content)
