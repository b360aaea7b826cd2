"""How often somebody did something within a window of time, counted by all processes together."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from processor.storage.engine import Connection
from processor.storage.question import Question
from processor.storage.tables.core import counters

C = counters.c
THIS = (C.name == bindparam("name")) & (C.subject == bindparam("subject"))
COUNTED = Question(select(C.count).where(THIS, C.window_start == bindparam("window_start")), int)


def count(connection: Connection, name: str, subject: str, window_start: datetime) -> int:
    """One more; how often by now, this time included."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = insert(counters).values(name=name, subject=subject, window_start=window_start, count=1)
    again = first.on_conflict_do_update(index_elements=counters.primary_key, set_={"count": counters.c.count + 1})
    times: int = connection.execute(again.returning(counters.c.count)).scalar_one()
    return times


def counted(connection: Connection, name: str, subject: str, window_start: datetime) -> int:
    """How often so far."""
    return COUNTED.first(connection, name=name, subject=subject, window_start=window_start) or 0


def forget_counts(connection: Connection, before: datetime) -> int:
    """How many windows that began earlier were dropped."""
    return connection.execute(delete(counters).where(counters.c.window_start < before)).rowcount


def count_back(connection: Connection, name: str, subject: str, window_start: datetime) -> None:
    """One less, of a time that was counted and does not count after all."""
    this = (counters.c.name == name) & (counters.c.subject == subject) & (counters.c.window_start == window_start)
    connection.execute(update(counters).where(this & (counters.c.count > 0)).values(count=counters.c.count - 1))


def times_between(
    connection: Connection, name: str, subject: str, after: datetime, until: datetime
) -> list[tuple[datetime, int]]:
    """Each window that began after the one and not after the other, and how often in it."""
    these = (counters.c.name == name) & (counters.c.subject == subject)
    within = (counters.c.window_start > after) & (counters.c.window_start <= until)
    rows = connection.execute(select(counters.c.window_start, counters.c.count).where(these & within))
    return [(row[0], row[1]) for row in rows]
