"""The working-time clock of a dossier, and the due day as the queue sorts by it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update

from processor.domain.days.clock import Pause
from processor.domain.days.running_clock import RunningClock
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, queue
from processor.storage.tables.desk import clocks


def clock_of(connection: Connection, dossier_id: int) -> RunningClock | None:
    row = connection.execute(select(clocks).where(clocks.c.dossier_id == dossier_id)).mappings().first()
    return None if row is None else clock_from(row)


def put_clock(connection: Connection, clock: RunningClock) -> None:
    """As it stands now, instead of what stood before; the queue follows."""
    connection.execute(delete(clocks).where(clocks.c.dossier_id == clock.dossier_id))
    connection.execute(insert(clocks), row_of(clock))
    due_on = None if clock.stopped_at else clock.due_on
    connection.execute(update(queue).where(queue.c.dossier_id == clock.dossier_id).values(due_on=due_on))


def running_clocks(connection: Connection) -> Iterator[tuple[str, RunningClock]]:
    """Of every open dossier with a clock, with its reference, by id."""
    open_ones = clocks.join(dossiers, dossiers.c.id == clocks.c.dossier_id)
    wanted = select(dossiers.c.reference, clocks).select_from(open_ones).where(clocks.c.stopped_at.is_(None))
    for row in connection.execute(wanted.order_by(clocks.c.dossier_id)).mappings().all():
        yield row["reference"], clock_from(row)


def clock_from(row: RowMapping) -> RunningClock:
    return RunningClock(
        row["dossier_id"],
        row["started_at"],
        row["days"],
        tuple(Pause(moment_from(since), moment_from(until) if until else None) for since, until in row["pauses"]),
        tuple(row["extensions"]),
        row["stopped_at"],
        row["calendar_version"],
        row["due_on"],
        row["printed_at"],
    )


def row_of(clock: RunningClock) -> dict[str, Any]:
    pauses = [[one.since.isoformat(), one.until.isoformat() if one.until else None] for one in clock.pauses]
    return {**vars(clock), "pauses": pauses, "extensions": [dict(one) for one in clock.extensions]}


def moment_from(text: str) -> datetime:
    return datetime.fromisoformat(text)
