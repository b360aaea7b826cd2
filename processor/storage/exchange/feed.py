"""The feed of events: committed events get the next places, one job at a time, so that no reader passes one by.

Ids do not serve: on PostgreSQL a transaction that began earlier may commit later, behind a reader's back.
"""

from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from processor.domain.events import LOOKS
from processor.domain.feed import FeedEvent
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, events

AT_ONCE = 1000
PLACED = (
    events.c.position,
    events.c.hash,
    dossiers.c.reference,
    dossiers.c.form_id,
    dossiers.c.kind.label("dossier_kind"),
    events.c.kind,
    events.c.at,
    dossiers.c.status,
)


def unplaced(connection: Connection) -> bool:
    return connection.execute(select(events.c.id).where(events.c.position.is_(None)).limit(1)).first() is not None


def place_events(connection: Connection) -> int:
    """How many got a place; what is not committed yet gets a later one. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202211)")
    wanted = select(events.c.id).where(events.c.position.is_(None)).order_by(events.c.id).limit(AT_ONCE)
    ids = list(connection.execute(wanted).scalars())
    if ids:
        first = last_position(connection) + 1
        placing = update(events).where(events.c.id == bindparam("event_id")).values(position=bindparam("place"))
        connection.execute(placing, [{"event_id": one, "place": first + n} for n, one in enumerate(ids)])
    return len(ids)


def last_position(connection: Connection) -> int:
    return connection.execute(select(func.max(events.c.position))).scalar_one() or 0


def hash_at(connection: Connection, position: int) -> str | None:
    found: str | None = connection.execute(select(events.c.hash).where(events.c.position == position)).scalar()
    return found


def events_after(connection: Connection, position: int, most: int) -> list[FeedEvent]:
    """In their places; not those that only tell who has looked."""
    told = (events.c.position > position) & events.c.kind.not_in(LOOKS)
    rows = connection.execute(placed_events().where(told).order_by(events.c.position).limit(most))
    return [FeedEvent(*row) for row in rows]


def placed_events() -> Select[Any]:
    return select(*PLACED).select_from(events.join(dossiers, dossiers.c.id == events.c.dossier_id))
