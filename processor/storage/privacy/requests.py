"""Requests of people about their data: entered, changed by what is done about them, listed with their entries."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update

from processor.domain.privacy import DataRequest, EntryKind, NewRequest, RequestEntry
from processor.storage.engine import Connection
from processor.storage.tables.core import officers
from processor.storage.tables.privacy import data_requests, request_entries

OPEN = data_requests.c.closed_at.is_(None)


def add_request(connection: Connection, what: NewRequest, officer_id: int, now: datetime) -> int:
    """Its number."""
    row = {**asdict(what), "officer_id": officer_id, "entered_at": now}
    number: int = connection.execute(insert(data_requests).values(row).returning(data_requests.c.id)).scalar_one()
    return number


def change_request(connection: Connection, number: int, **values: Any) -> bool:
    """False when it is closed, or is not there."""
    changed = update(data_requests).where((data_requests.c.id == number) & OPEN).values(**values)
    return connection.execute(changed).rowcount == 1


def extend_request(connection: Connection, number: int, to: Any) -> bool:
    """False when it was extended before, or is closed."""
    free = (data_requests.c.id == number) & OPEN & data_requests.c.extended_to.is_(None)
    return connection.execute(update(data_requests).where(free).values(extended_to=to)).rowcount == 1


def add_entry(
    connection: Connection, number: int, officer_id: int, kind: EntryKind, now: datetime, note: str | None
) -> None:
    row = {"request_id": number, "officer_id": officer_id, "kind": kind, "at": now, "note": note}
    connection.execute(insert(request_entries), row)


def find_request(connection: Connection, number: int) -> DataRequest | None:
    row = connection.execute(listed().where(data_requests.c.id == number)).mappings().first()
    return request_from(row) if row else None


def open_requests(connection: Connection) -> list[DataRequest]:
    return [request_from(row) for row in connection.execute(listed().where(OPEN)).mappings()]


def open_request_like(connection: Connection, what: NewRequest) -> int | None:
    """The number of one that says the same. Compared here: the database may have the words closed."""
    return next((found.id for found in open_requests(connection) if found.what == what), None)


def closed_requests(connection: Connection, most: int) -> list[DataRequest]:
    """The newest."""
    ordered = listed().where(~OPEN).order_by(data_requests.c.closed_at.desc(), data_requests.c.id.desc()).limit(most)
    return [request_from(row) for row in connection.execute(ordered).mappings()]


def count_closed(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(data_requests).where(~OPEN)).scalar_one()


def entries_of(connection: Connection, number: int) -> list[RequestEntry]:
    source = request_entries.join(officers, officers.c.id == request_entries.c.officer_id)
    columns = (request_entries.c.at, officers.c.name, request_entries.c.kind, request_entries.c.note)
    wanted = select(*columns).select_from(source).where(request_entries.c.request_id == number)
    return [RequestEntry(*row) for row in connection.execute(wanted.order_by(request_entries.c.id))]


def listed() -> Select[Any]:
    source = data_requests.join(officers, officers.c.id == data_requests.c.officer_id)
    return select(data_requests, officers.c.name.label("officer")).select_from(source)


def request_from(row: RowMapping) -> DataRequest:
    what = NewRequest(**{name: row[name] for name in NewRequest.__dataclass_fields__})
    own = [name for name in DataRequest.__dataclass_fields__ if name != "what"]
    return DataRequest(what=what, **{name: row[name] for name in own})
