"""The officers' queue: who waits, for how long, who holds what. A claim is one guarded update: one wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from processor.domain.dossier import QueueLine
from processor.storage.engine import Connection
from processor.storage.tables import dossiers, officers, queue


@dataclass(frozen=True)
class QueueFilter:
    """`holder`: "none" for unclaimed, an officer's name for theirs, None for all. `after` pages by key."""

    form_id: str | None = None
    statuses: Sequence[str] = ()
    received_before: datetime | None = None
    received_after: datetime | None = None
    holder: str | None = None
    after: tuple[datetime, int] | None = None
    limit: int = 50


def queue_lines(connection: Connection, wanted: QueueFilter) -> list[QueueLine]:
    """Oldest first."""
    source = queue.join(dossiers, dossiers.c.id == queue.c.dossier_id).outerjoin(
        officers, officers.c.id == queue.c.holder_id
    )
    chosen = (
        select(
            dossiers.c.reference,
            queue.c.form_id,
            queue.c.status,
            dossiers.c.organisation_name,
            queue.c.since,
            officers.c.name,
            queue.c.dossier_id,
        )
        .select_from(source)
        .where(*conditions(wanted))
        .order_by(queue.c.since, queue.c.dossier_id)
        .limit(wanted.limit)
    )
    return [QueueLine(*row) for row in connection.execute(chosen)]


def queue_count(connection: Connection, wanted: QueueFilter) -> int:
    source = queue.outerjoin(officers, officers.c.id == queue.c.holder_id)
    counted = select(func.count()).select_from(source).where(*conditions(wanted))
    return connection.execute(counted).scalar_one()


def conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.form_id:
        found.append(queue.c.form_id == wanted.form_id)
    if wanted.statuses:
        found.append(queue.c.status.in_(wanted.statuses))
    if wanted.received_before:
        found.append(queue.c.since <= wanted.received_before)
    if wanted.received_after:
        found.append(queue.c.since > wanted.received_after)
    if wanted.holder:
        found.append(queue.c.holder_id.is_(None) if wanted.holder == "none" else officers.c.name == wanted.holder)
    if wanted.after:
        since, dossier_id = wanted.after
        found.append(or_(queue.c.since > since, and_(queue.c.since == since, queue.c.dossier_id > dossier_id)))
    return found


def claim(connection: Connection, dossier_id: int, officer_id: int, now: datetime) -> bool:
    """False when somebody holds it."""
    free = (queue.c.dossier_id == dossier_id) & queue.c.holder_id.is_(None)
    return connection.execute(update(queue).where(free).values(holder_id=officer_id, claimed_at=now)).rowcount == 1


def release(connection: Connection, dossier_id: int, officer_id: int) -> bool:
    """False when this officer does not hold it."""
    held = (queue.c.dossier_id == dossier_id) & (queue.c.holder_id == officer_id)
    return connection.execute(update(queue).where(held).values(holder_id=None, claimed_at=None)).rowcount == 1


def holder_of(connection: Connection, dossier_id: int) -> tuple[str, datetime] | None:
    source = queue.join(officers, officers.c.id == queue.c.holder_id)
    wanted = select(officers.c.name, queue.c.claimed_at).select_from(source).where(queue.c.dossier_id == dossier_id)
    row = connection.execute(wanted).first()
    return None if row is None else (row[0], row[1])
