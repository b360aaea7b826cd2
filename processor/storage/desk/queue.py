"""The officers' queue: who waits, for how long, who holds what. A claim is one guarded update: one wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)

from processor.domain.dossier import OPEN_STATUSES, QueueLine
from processor.storage.desk.search import Words, few_found, put_names, said_by, take_names
from processor.storage.engine import Connection
from processor.storage.rows import insert_rows
from processor.storage.tables.core import dossiers, officers, queue

MOST_COUNTED = 1000
NEVER = date.max
# Written out, not bound: only so the planner sees that an index over these alone serves. So is "approved" below.
OPEN = queue.c.status.in_([literal_column(f"'{status}'") for status in OPEN_STATUSES])


@dataclass(frozen=True)
class QueueFilter:
    """`holder`: "none" for unclaimed, an officer's name for theirs, None for all. `after` pages by key.

    `due_before` and `due_from` bound the due day; either sorts by it. `paid` and `answered` narrow to those that are.
    """

    form_id: str | None = None
    statuses: Sequence[str] = ()
    received_before: datetime | None = None
    received_after: datetime | None = None
    holder: str | None = None
    due_before: date | None = None
    due_from: date | None = None
    answered: bool | None = None
    paid: bool | None = None
    words: Words | None = None
    after: tuple[str, int] | None = None
    limit: int = 50

    @property
    def by_due(self) -> bool:
        return self.due_before is not None or self.due_from is not None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the page is asked for."""
        standing = {"after", "limit"}
        return any(getattr(self, one.name) != one.default for one in fields(self) if one.name not in standing)


def queue_lines(connection: Connection, wanted: QueueFilter) -> list[QueueLine]:
    """Oldest first, or the nearest due day first where that is asked for."""
    source = queue.join(dossiers, dossiers.c.id == queue.c.dossier_id).outerjoin(
        officers, officers.c.id == queue.c.holder_id
    )
    chosen = select(
        dossiers.c.reference,
        queue.c.form_id,
        queue.c.status,
        dossiers.c.organisation_name,
        queue.c.since,
        officers.c.name,
        queue.c.dossier_id,
        queue.c.due_on,
        queue.c.answered_at.is_not(None),
    ).select_from(source)
    few = few_found(connection, wanted.words) if wanted.words else None
    ordered = chosen.where(*on_this_page(wanted, few)).order_by(order(wanted), queue.c.dossier_id).limit(wanted.limit)
    return [QueueLine(*row) for row in connection.execute(ordered)]


def on_this_page(wanted: QueueFilter, few: Sequence[int] | None) -> list[ColumnElement[bool]]:
    if merged(wanted):
        return [queue.c.dossier_id.in_(merged_page(wanted))]
    if few is not None:
        return [queue.c.dossier_id.in_(first_of(wanted, few))]
    return on_one_page(wanted)


def first_of(wanted: QueueFilter, few: Sequence[int]) -> Select[Any]:
    """The ids of the page among those that were found: only their dossiers are read."""
    found = select(queue.c.dossier_id).select_from(source_of(wanted)).where(*on_one_page(wanted, few))
    return found.order_by(order(wanted), queue.c.dossier_id).limit(wanted.limit)


def on_one_page(wanted: QueueFilter, few: Sequence[int] | None = None) -> list[ColumnElement[bool]]:
    return [*conditions(wanted, few), *([beyond(wanted)] if wanted.after else [])]


def merged(wanted: QueueFilter) -> bool:
    """Whether each status is asked for alone: an index holds one status in order, several only after sorting them all.

    All the open ones together have an index of their own; answers, due days, an officer's own and a search theirs.
    """
    elsewhere = wanted.answered or wanted.by_due or wanted.words or named_holder(wanted)
    whole = tuple(wanted.statuses) == OPEN_STATUSES and not wanted.form_id
    return len(wanted.statuses) > 1 and not elsewhere and not whole


def merged_page(wanted: QueueFilter) -> Select[Any]:
    """The ids of the page: so many of each status, and of those the first."""
    each = (replace(wanted, statuses=(status,)) for status in wanted.statuses)
    parts = [
        select(queue.c.dossier_id, queue.c.since)
        .where(*on_one_page(one))
        .order_by(queue.c.since, queue.c.dossier_id)
        .limit(wanted.limit)
        .subquery()
        for one in each
    ]
    together = union_all(*(select(part) for part in parts)).subquery()
    return select(together.c.dossier_id).order_by(together.c.since, together.c.dossier_id).limit(wanted.limit)


def order(wanted: QueueFilter) -> ColumnElement[Any]:
    return queue.c.due_on if wanted.by_due else queue.c.since


def source_of(wanted: QueueFilter) -> FromClause:
    """The queue, and whose name the conditions speak of."""
    return queue.join(officers, officers.c.id == queue.c.holder_id) if named_holder(wanted) else queue


def named_holder(wanted: QueueFilter) -> bool:
    return wanted.holder not in (None, "none")


def page_key(wanted: QueueFilter, line: QueueLine) -> tuple[str, int]:
    """Where the page after this line begins."""
    sorted_by = line.due_on or NEVER if wanted.by_due else line.received_at
    return sorted_by.isoformat(), line.dossier_id


def queue_count(connection: Connection, wanted: QueueFilter) -> int:
    """At most MOST_COUNTED + 1: more than that is not counted, it is "more"."""
    few = few_found(connection, wanted.words) if wanted.words else None
    found = select(queue.c.dossier_id).select_from(source_of(wanted)).where(*conditions(wanted, few))
    some = found.limit(MOST_COUNTED + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def conditions(wanted: QueueFilter, few: Sequence[int] | None = None) -> list[ColumnElement[bool]]:
    """`few` are the ids that the search has found already."""
    found: list[ColumnElement[bool]] = []
    if wanted.form_id:
        found.append(queue.c.form_id == wanted.form_id)
    if wanted.statuses:
        found.append(in_statuses(wanted))
    if wanted.received_before:
        found.append(queue.c.since <= wanted.received_before)
    if wanted.received_after:
        found.append(queue.c.since > wanted.received_after)
    if wanted.holder:
        found.append(queue.c.holder_id.is_(None) if wanted.holder == "none" else officers.c.name == wanted.holder)
    if wanted.due_before:
        found.append(queue.c.due_on < wanted.due_before)
    if wanted.due_from:
        found.append(queue.c.due_on >= wanted.due_from)
    if wanted.answered:
        found.append(queue.c.answered_at.is_not(None))
    if wanted.paid is not None:
        found.append(queue.c.paid.is_(wanted.paid))
    if few is not None:
        found.append(queue.c.dossier_id.in_(few))
    elif wanted.words:
        found.append(said_by(wanted.words))
    return found


def in_statuses(wanted: QueueFilter) -> ColumnElement[bool]:
    if tuple(wanted.statuses) == OPEN_STATUSES:
        return OPEN
    if tuple(wanted.statuses) == ("approved",) and wanted.paid is False:
        return queue.c.status == literal_column("'approved'")
    return queue.c.status.in_(wanted.statuses)


def beyond(wanted: QueueFilter) -> ColumnElement[bool]:
    """As one comparison of rows: an index is entered right at the key."""
    assert wanted.after
    sorted_by, dossier_id = wanted.after
    key = date.fromisoformat(sorted_by[:10]) if wanted.by_due else datetime.fromisoformat(sorted_by)
    return tuple_(order(wanted), queue.c.dossier_id) > tuple_(bound(order(wanted), key), dossier_id)


def bound(column: ColumnElement[Any], value: object) -> ColumnElement[Any]:
    return literal(value, column.type)


def put_in_queue(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """With the names, by which the search finds them."""
    insert_rows(connection, queue, rows)
    put_names(connection, [row["dossier_id"] for row in rows])


def claim(connection: Connection, dossier_id: int, officer_id: int, now: datetime) -> bool:
    """False when somebody holds it."""
    free = (queue.c.dossier_id == dossier_id) & queue.c.holder_id.is_(None)
    return connection.execute(update(queue).where(free).values(holder_id=officer_id, claimed_at=now)).rowcount == 1


def release(connection: Connection, dossier_id: int, officer_id: int) -> bool:
    """False when this officer does not hold it."""
    return hand(connection, dossier_id, officer_id, None, None)


def hand(connection: Connection, dossier_id: int, holder_id: int, to: int | None, now: datetime | None) -> bool:
    """From one officer to another, or to nobody. False when the first does not hold it."""
    held = (queue.c.dossier_id == dossier_id) & (queue.c.holder_id == holder_id)
    return connection.execute(update(queue).where(held).values(holder_id=to, claimed_at=now)).rowcount == 1


def mark_answered(connection: Connection, dossier_id: int, at: datetime | None) -> None:
    """A supplement came, or its officer has looked at it."""
    connection.execute(update(queue).where(queue.c.dossier_id == dossier_id).values(answered_at=at))


def mark_paid(connection: Connection, dossier_id: int) -> None:
    connection.execute(update(queue).where(queue.c.dossier_id == dossier_id).values(paid=True))


def rename(connection: Connection, dossier_id: int, folded: str) -> None:
    """The name that the search knows."""
    take_names(connection, [dossier_id])
    connection.execute(update(queue).where(queue.c.dossier_id == dossier_id).values(folded=folded))
    put_names(connection, [dossier_id])


def held_by(connection: Connection, officer_id: int) -> list[str]:
    """References of everything the officer holds, oldest first."""
    source = queue.join(dossiers, dossiers.c.id == queue.c.dossier_id)
    wanted = select(dossiers.c.reference).select_from(source).where(queue.c.holder_id == officer_id)
    return list(connection.execute(wanted.order_by(queue.c.since, queue.c.dossier_id)).scalars())


def holder_of(connection: Connection, dossier_id: int) -> tuple[str, datetime] | None:
    source = queue.join(officers, officers.c.id == queue.c.holder_id)
    wanted = select(officers.c.name, queue.c.claimed_at).select_from(source).where(queue.c.dossier_id == dossier_id)
    row = connection.execute(wanted).first()
    return None if row is None else (row[0], row[1])
