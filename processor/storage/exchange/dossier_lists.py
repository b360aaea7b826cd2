"""Lists that officers asked for: who makes one now, how far it is, where its file lies; and the rows themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from processor.domain.dossier_list import AskedList, ListRow
from processor.storage.desk.queue import QueueFilter, conditions
from processor.storage.engine import Connection, Engine, reading
from processor.storage.tables.core import dossiers, officers, queue
from processor.storage.tables.exchange import exports

BATCH = 1000
COLUMNS = tuple(exports.c[name] for name in AskedList.__dataclass_fields__)
UNFINISHED = exports.c.finished_at.is_(None) & exports.c.failed_at.is_(None)
ROW: tuple[Any, ...] = (
    dossiers.c.reference,
    dossiers.c.official_code,
    dossiers.c.form_id,
    dossiers.c.kind,
    dossiers.c.organisation_name,
    dossiers.c.tax_code,
    dossiers.c.commune_code,
    dossiers.c.status,
    dossiers.c.received_at,
    queue.c.due_on,
    officers.c.name,
    dossiers.c.requested_amount,
    dossiers.c.proposed_amount,
    dossiers.c.approved_amount,
    dossiers.c.paid_on,
)
SOURCE = queue.join(dossiers, dossiers.c.id == queue.c.dossier_id).outerjoin(
    officers, officers.c.id == queue.c.holder_id
)


def insert_list(connection: Connection, list_id: str, officer_id: int, query: str, ending: str, now: datetime) -> None:
    row = {"id": list_id, "officer_id": officer_id, "query": query, "ending": ending, "asked_at": now}
    connection.execute(insert(exports), row)


def find_list(connection: Connection, list_id: str) -> AskedList | None:
    return first_list(connection, exports.c.id == list_id)


def unfinished_like(connection: Connection, officer_id: int, query: str, ending: str) -> AskedList | None:
    """The same list of the same officer, as long as it is being made."""
    same = (exports.c.officer_id == officer_id) & (exports.c.query == query) & (exports.c.ending == ending)
    return first_list(connection, same & UNFINISHED)


def first_list(connection: Connection, condition: ColumnElement[bool]) -> AskedList | None:
    row = connection.execute(select(*COLUMNS).where(condition).limit(1)).first()
    return None if row is None else AskedList(*row)


def claim_list(connection: Connection, list_id: str, now: datetime, leased_until: datetime) -> bool:
    """False when somebody else makes it, or it is made."""
    free = (exports.c.id == list_id) & UNFINISHED & is_free(now)
    claimed = update(exports).where(free).values(leased_until=leased_until, written=0)
    return connection.execute(claimed).rowcount == 1


def is_free(now: datetime) -> ColumnElement[bool]:
    return or_(exports.c.leased_until.is_(None), exports.c.leased_until <= now)


def waiting_lists(connection: Connection, now: datetime) -> list[str]:
    """Ids of those that nobody makes."""
    wanted = select(exports.c.id).where(UNFINISHED & is_free(now)).order_by(exports.c.asked_at)
    return list(connection.execute(wanted).scalars())


def put_list(connection: Connection, list_id: str, **values: Any) -> None:
    connection.execute(update(exports).where(exports.c.id == list_id).values(**values))


def lapsed_lists(connection: Connection, finished_before: datetime) -> list[tuple[str, str]]:
    """Ids of lists and of their files."""
    lapsed = exports.c.file_id.is_not(None) & (exports.c.finished_at < finished_before)
    return [(row[0], row[1]) for row in connection.execute(select(exports.c.id, exports.c.file_id).where(lapsed))]


def list_file_ids(connection: Connection) -> set[str]:
    return set(connection.execute(select(exports.c.file_id).where(exports.c.file_id.is_not(None))).scalars())


def count_rows(connection: Connection, wanted: QueueFilter) -> int:
    counted = select(func.count()).select_from(SOURCE).where(*conditions(wanted))
    return connection.execute(counted).scalar_one()


@contextmanager
def listed_rows(engine: Engine, wanted: QueueFilter) -> Iterator[Iterator[ListRow]]:
    """In the order of the queue, as they are read: never all of them in memory."""
    chosen = select(*ROW).select_from(SOURCE).where(*conditions(wanted))
    ordered = chosen.order_by(queue.c.due_on if wanted.by_due else queue.c.since, queue.c.dossier_id)
    with reading(engine) as connection:
        rows = connection.execution_options(stream_results=True, yield_per=BATCH).execute(ordered)
        yield (ListRow(*row) for row in rows)
