"""The daily roots over the event log, and the ends of the chains that a root covers."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from processor.domain.root import ChainEnd, Root
from processor.storage.engine import Connection
from processor.storage.once import insert_once
from processor.storage.tables.core import dossiers, events
from processor.storage.tables.desk import roots
from processor.storage.tables.exchange import imports


def last_root(connection: Connection) -> Root | None:
    row = connection.execute(select(*COLUMNS).order_by(roots.c.day.desc()).limit(1)).first()
    return None if row is None else Root(*row)


def every_root(connection: Connection) -> list[Root]:
    """The oldest first."""
    return [Root(*row) for row in connection.execute(select(*COLUMNS).order_by(roots.c.day))]


COLUMNS = (roots.c.day, roots.c.root, roots.c.previous, roots.c.dossiers, roots.c.made_at)


def insert_root(connection: Connection, root: Root) -> bool:
    """False when the day has one: somebody else was making it."""
    return insert_once(connection, roots, **vars(root))


def first_event_at(connection: Connection) -> datetime | None:
    at: datetime | None = connection.execute(select(func.min(events.c.at))).scalar_one()
    return at


def chain_ends(connection: Connection, since: datetime, until: datetime) -> Iterator[ChainEnd]:
    """The last event within the time of every dossier that has one, by reference.

    A chain from elsewhere counts as grown when it came: older days had their roots without it.
    """
    here = imports.c.dossier_id.is_(None) | (events.c.sequence > imports.c.last_sequence)
    within = here & (events.c.at >= since) & (events.c.at < until)
    came = (events.c.sequence == imports.c.last_sequence) & (imports.c.imported_at >= since)
    newest = (
        select(events.c.dossier_id, func.max(events.c.sequence).label("sequence"))
        .select_from(events.outerjoin(imports, imports.c.dossier_id == events.c.dossier_id))
        .where(within | (came & (imports.c.imported_at < until)))
        .group_by(events.c.dossier_id)
        .subquery()
    )
    source = newest.join(
        events, (events.c.dossier_id == newest.c.dossier_id) & (events.c.sequence == newest.c.sequence)
    ).join(dossiers, dossiers.c.id == events.c.dossier_id)
    wanted = select(dossiers.c.reference, events.c.sequence, events.c.hash).select_from(source)
    for row in connection.execute(wanted.order_by(dossiers.c.reference)):
        yield ChainEnd(*row)
