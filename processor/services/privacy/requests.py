"""The register of what people ask about their own data: each deed with its clock, its trace and who may do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from processor.domain.access.officer import Officer
from processor.domain.errors import Conflict, NotFound
from processor.domain.forms.submission import Typed
from processor.domain.privacy import (
    DataRequest,
    Dues,
    EntryKind,
    NewRequest,
    RequestEntry,
    Urgency,
    dues_of,
    most_urgent_first,
    urgency_of,
)
from processor.domain.reference import readable_reference
from processor.services.parts import Wired
from processor.services.privacy.answers import fault_at, read_privacy, refuse_unless
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officers import in_turn
from processor.storage.privacy import requests as rows

ENTER = "new_request"
MOST_CLOSED = 100


@dataclass(frozen=True)
class Standing:
    """A request with its days, and how urgent it is."""

    request: DataRequest
    dues: Dues
    urgency: Urgency


@dataclass(frozen=True)
class Register:
    """Open ones, most urgent first, then the newest closed ones; `closed` is how many there are of these."""

    standings: list[Standing]
    closed: int

    def count(self, *urgencies: Urgency) -> int:
        return sum(one.urgency in urgencies for one in self.standings)


def standing(wired: Wired, request: DataRequest) -> Standing:
    catalogue, today = wired.catalogue, wired.today()
    dues = dues_of(request, catalogue.privacy, catalogue.facts, catalogue.calendar, today)
    return Standing(request, dues, urgency_of(request, dues, catalogue.privacy.near_days, today))


def register(wired: Wired, officer: Officer) -> Register:
    """Raises Forbidden."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    with reading(wired.engine) as connection:
        found = [*rows.open_requests(connection), *rows.closed_requests(connection, MOST_CLOSED)]
        closed = rows.count_closed(connection)
    standings = {request.id: standing(wired, request) for request in found}
    ordered = most_urgent_first([(one.request, one.dues) for one in standings.values()])
    return Register([standings[request.id] for request, _ in ordered], closed)


def near_due_words(wired: Wired, officer: Officer) -> str:
    """What the first page of the desk tells of requests whose day is near or past; nothing where there is none."""
    if officer.role not in wired.catalogue.privacy.may.enter:
        return ""
    with reading(wired.engine) as connection:
        urgencies = [standing(wired, request).urgency for request in rows.open_requests(connection)]
    late, near = urgencies.count("late"), urgencies.count("near")
    if not late and not near:
        return ""
    return f"Yêu cầu về dữ liệu cá nhân: {late} quá hạn, {near} sắp đến hạn."


def open_request(wired: Wired, officer: Officer, number: int) -> tuple[Standing, list[RequestEntry]]:
    """Raises Forbidden, NotFound."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    with reading(wired.engine) as connection:
        return standing(wired, known(connection, number)), rows.entries_of(connection, number)


def known(connection: Connection, number: int) -> DataRequest:
    found = rows.find_request(connection, number)
    if found is None:
        raise NotFound("not_found")
    return found


def enter_request(wired: Wired, officer: Officer, typed: Typed) -> int:
    """Its number; sent again, that of the first. Raises Forbidden, InvalidAnswers."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    what = NewRequest(**read_privacy(wired, ENTER, typed))
    with writing(wired.engine) as connection:
        what = replace(what, dossiers=known_references(wired, connection, what.dossiers or ""))
        in_turn(connection, officer.id)
        if earlier := rows.open_request_like(connection, what):
            return earlier
        number = rows.add_request(connection, what, officer.id, wired.clock())
        rows.add_entry(connection, number, officer.id, "entered", wired.clock(), None)
    return number


def known_references(wired: Wired, connection: Connection, typed: str) -> str:
    """Between spaces. Raises InvalidAnswers for one that is not here."""
    found = []
    for word in typed.replace(",", " ").split():
        reference = readable_reference(word)
        dossier = find_dossier(connection, reference) if reference else None
        if dossier is None:
            raise fault_at(wired, ENTER, "dossiers", "reference_unknown", value=word[:40])
        found.append(dossier.reference)
    return " ".join(dict.fromkeys(found))


Deed = Callable[[Wired, Connection, DataRequest, Mapping[str, Any]], str | None]


def identify(wired: Wired, connection: Connection, request: DataRequest, answers: Mapping[str, Any]) -> str | None:
    changed(rows.change_request(connection, request.id, identified=answers["identified"]))
    return str(answers["identified"])


def reply(wired: Wired, connection: Connection, request: DataRequest, answers: Mapping[str, Any]) -> str | None:
    if request.replied_at:
        raise Conflict("request_replied")
    changed(rows.change_request(connection, request.id, replied_at=wired.clock()))
    return str(answers["note"])


def extend(wired: Wired, connection: Connection, request: DataRequest, answers: Mapping[str, Any]) -> str | None:
    """Once, to a later day than it had."""
    to: date = answers["extended_to"]
    due = standing(wired, request).dues.answer
    if due and to <= due and not request.extended_to:
        raise fault_at(wired, "extend_request", "extended_to", "extension_too_early", date=f"{due:%d/%m/%Y}")
    if not rows.extend_request(connection, request.id, to):
        raise Conflict("request_extended")
    return str(answers["reason"])


def close(wired: Wired, connection: Connection, request: DataRequest, answers: Mapping[str, Any]) -> str | None:
    """Only for somebody of whom it is known that it is his data; an answer is the first answer too."""
    if not request.identified:
        raise Conflict("request_not_identified")
    now = wired.clock()
    values = {"closed_at": now, "outcome": answers["outcome"], "answer": answers["answer"]}
    changed(rows.change_request(connection, request.id, replied_at=request.replied_at or now, **values))
    return None


DEEDS: Mapping[str, tuple[str, EntryKind, Deed]] = {
    "xac-dinh": ("identify_request", "identified", identify),
    "phan-hoi": ("reply_request", "replied", reply),
    "gia-han": ("extend_request", "extended", extend),
    "dong": ("close_request", "closed", close),
}
"""By its address: the form, the entry it leaves, what it does."""


def do(wired: Wired, officer: Officer, number: int, name: str, typed: Typed) -> None:
    """Raises Forbidden, NotFound, Conflict, InvalidAnswers."""
    refuse_unless(officer, wired.catalogue.privacy.may.handle)
    if name not in DEEDS:
        raise NotFound("not_found")
    act, entry, deed = DEEDS[name]
    with writing(wired.engine) as connection:
        request = known(connection, number)
        if request.closed_at:
            raise Conflict("request_closed")
        note = deed(wired, connection, request, read_privacy(wired, act, typed))
        rows.add_entry(connection, number, officer.id, entry, wired.clock(), note)


def changed(done: bool) -> None:
    if not done:
        raise Conflict("request_closed")
