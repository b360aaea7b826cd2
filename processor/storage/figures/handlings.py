"""Dossiers received within a time, with what tells whether they were handled in time; and their logs in short."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, func, select, type_coerce

from processor.domain.vietnamese import day_of
from processor.storage.engine import Connection
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import dossiers, events, supplements
from processor.storage.tables.desk import clocks


@dataclass(frozen=True)
class Handled:
    """`stopped_at` is when its clock ended for good; `requests` how often a supplement was asked for."""

    dossier_id: int
    reference: str
    official_code: str | None
    support_type: str
    organisation_name: str
    status: str
    received_at: datetime
    due_on: date | None
    clock_started_at: datetime | None
    stopped_at: datetime | None
    handed_over_at: datetime | None
    requests: int


def handled(connection: Connection, since: datetime, until: datetime) -> Iterator[Handled]:
    """In order of filing."""
    asked = (
        select(supplements.c.dossier_id, func.count().label("requests")).group_by(supplements.c.dossier_id).subquery()
    )
    source = dossiers.outerjoin(clocks, clocks.c.dossier_id == dossiers.c.id).outerjoin(
        asked, asked.c.dossier_id == dossiers.c.id
    )
    wanted = select(
        dossiers.c.id,
        dossiers.c.reference,
        dossiers.c.official_code,
        dossiers.c.support_type,
        dossiers.c.organisation_name,
        dossiers.c.status,
        dossiers.c.received_at,
        clocks.c.due_on,
        clocks.c.started_at,
        clocks.c.stopped_at,
        dossiers.c.handed_over_at,
        func.coalesce(asked.c.requests, 0),
    ).select_from(source)
    ordered = wanted.where(*received(since, until)).order_by(dossiers.c.received_at, dossiers.c.id)
    for row in streamed(connection, ordered):
        yield Handled(*row)


def first_received(connection: Connection) -> date | None:
    """The day in Viet Nam of the first dossier."""
    first = connection.execute(select(func.min(dossiers.c.received_at)).where(dossiers.c.kind == "dossier")).scalar()
    return day_of(first) if first else None


def moves(connection: Connection, since: datetime, until: datetime, kinds: Collection[str]) -> Iterator[Sequence[Any]]:
    """Of the dossiers received within the time, the events of these kinds: dossier, kind, moment; each log in order.

    As bare as the database gives them, for there are many: the moments are fit to be subtracted, some carry no zone.
    """
    source = events.join(dossiers, dossiers.c.id == events.c.dossier_id)
    bare = type_coerce(events.c.at, DateTime(timezone=True))
    wanted = select(events.c.dossier_id, events.c.kind, bare).select_from(source)
    within = wanted.where(*received(since, until), events.c.kind.in_(sorted(kinds)))
    yield from streamed(connection, within.order_by(events.c.dossier_id, events.c.sequence))


def received(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (dossiers.c.kind == "dossier", dossiers.c.received_at >= since, dossiers.c.received_at < until)
