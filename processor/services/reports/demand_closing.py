"""The demand summary of a year is closed: its registrations are marked, the tables kept as they stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from processor.domain.access.officer import ADMIN, ROLES, Officer
from processor.domain.desk_forms import CLOSE_DEMAND
from processor.domain.errors import Conflict, Forbidden
from processor.domain.figures.demand import Counting, Registration
from processor.domain.figures.demand_closing import Closing, Waiting
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import day, day_of, listed
from processor.rendering.reports import as_document
from processor.services.appraisal.desk_answers import read_act
from processor.services.parts import Wired
from processor.services.reports.demand_closings import NAME, closed_report, closing_content, closings
from processor.services.reports.demand_gathering import gathered
from processor.services.reports.demand_report import made
from processor.services.reports.reports import filled, known_year
from processor.storage.engine import Connection, reading, writing
from processor.storage.figures.demand import mark_counted
from processor.storage.figures.published import add_published

MAY_CLOSE = ("appraiser", "leader")


def may_close(officer: Officer) -> bool:
    return officer.role in (*MAY_CLOSE, ADMIN)


def waiting_to_close(wired: Wired, year: int) -> Waiting:
    """Raises Malformed for a year that there is not."""
    known_year(year)
    with reading(wired.engine) as connection:
        counting = gathered(wired, connection, year).counting
        return Waiting(year, len(not_marked(counting)), len(counting.doubles), closings(connection, year))


def standing_closings(wired: Wired, year: int) -> list[Closing]:
    with reading(wired.engine) as connection:
        return closings(connection, year)


def as_closed(wired: Wired, year: int, number: int) -> tuple[Closing, Mapping[str, Any]]:
    """The closing and the report as it was, as programs read it. Raises NotFound."""
    with reading(wired.engine) as connection:
        return closed_report(connection, year, number)


def refuse_closing(wired: Wired, officer: Officer, year: int, typed: Typed) -> Waiting:
    """Before the question: what the closing itself would refuse. Raises Forbidden, InvalidAnswers, Conflict."""
    refuse_role(officer)
    read_act(wired, CLOSE_DEMAND, typed)
    found = waiting_to_close(wired, year)
    if not found.registrations:
        raise nothing_to_close(year, found.closings)
    return found


def close_demand(wired: Wired, officer: Officer, year: int, typed: Typed) -> Closing:
    """Raises Forbidden, InvalidAnswers, Conflict; then nothing has changed.

    A second closing adds what has come since. The tables are made before anything is locked: what was changed
    meanwhile refuses the closing, what came meanwhile waits for the next.
    """
    refuse_role(officer)
    document = read_act(wired, CLOSE_DEMAND, typed)["document_no"]
    known_year(year)
    with reading(wired.engine) as connection:
        before = closings(connection, year)
        demand = gathered(wired, connection, year)
        added = not_marked(demand.counting)
        if not added:
            raise nothing_to_close(year, before)
        now = wired.clock().replace(microsecond=0)
        references = tuple(one.reference for one in added)
        closing = Closing(year, len(before) + 1, now, document, officer.name, references)
        words = wired.catalogue.reports["demand"].words["as_closed"]
        closed = words.format(number=closing.number, date=day(day_of(now)), document=document)
        report = as_document(filled(wired, "demand", year, made(wired, connection, demand, closed)))
    with writing(wired.engine) as connection:
        keep(connection, closing, demand.counting, added, report)
    return closing


def keep(
    connection: Connection, closing: Closing, counting: Counting, added: Sequence[Registration], report: dict[str, Any]
) -> None:
    name = NAME.format(year=closing.year, number=closing.number)
    if not add_published(connection, name, closing.closed_at, closing_content(closing, report)):
        raise Conflict("demand_changed")
    told = {one.id: event_data(closing, counting, one) for one in added}
    revisions = {one.id: one.revision for one in added}
    if mark_counted(connection, told, revisions, f"officer:{closing.officer}", closing.closed_at) != len(added):
        raise Conflict("demand_changed")


def event_data(closing: Closing, counting: Counting, one: Registration) -> dict[str, Any]:
    """`instead` names the registration that counts for a double entry."""
    told = {"from": one.status, "year": closing.year, "closing": closing.number, "document": closing.document}
    newest = counting.counting[one.key]
    return told if newest is one else {**told, "instead": newest.reference}


def not_marked(counting: Counting) -> list[Registration]:
    """All that has come and is not marked yet, double entries too, in order of filing."""
    every = [*counting.counting.values(), *counting.doubles]
    return sorted((one for one in every if one.status == "submitted"), key=lambda one: one.id)


def refuse_role(officer: Officer) -> None:
    if not may_close(officer):
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in MAY_CLOSE]))


def nothing_to_close(year: int, before: Sequence[Closing]) -> Conflict:
    if not before:
        return Conflict("demand_empty", year=str(year))
    last = before[-1]
    told = {"count": str(last.number), "date": day(day_of(last.closed_at)), "value": last.document}
    return Conflict("demand_closed", year=str(year), **told)
