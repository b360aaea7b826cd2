"""The rows of one dossier as plain JSON and back again, table by table: officers by name, no ids of this database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, RowMapping, String, Table, Text, insert, select

from processor.domain.events import Event
from processor.storage.at_rest.values import SealedJSON, SealedText
from processor.storage.desk.search import put_names
from processor.storage.engine import Connection, Engine, reading
from processor.storage.tables.columns import Moment, found_in_file
from processor.storage.tables.core import attachments, dossiers, events, officers, queue, revisions, supplements
from processor.storage.tables.desk import clocks, comments, payees, proposals, sheet_lines, slips
from processor.storage.tables.plan import replies

Row = Mapping[str, Any]
LARGEST = 2**63


@dataclass(frozen=True)
class Carried:
    """Rows of a dossier in one table, in an order that the other side gives again. `numbered`: others name them."""

    table: Table
    order: tuple[str, ...]
    numbered: bool = False


CARRIED = (
    Carried(revisions, ("revision",)),
    Carried(supplements, ("number",)),
    Carried(clocks, ("started_at",)),
    Carried(sheet_lines, ("item_id",)),
    Carried(proposals, ("at",)),
    Carried(comments, ("id",), numbered=True),
    Carried(slips, ("id",)),
    Carried(payees, ("given_at",)),
    Carried(replies, ("officer_id",)),
)
# What has a module of its own in the package, or stays: drafts, mail and tombstones are of this place, renewals lapse.
APART = ("attachments", "events", "queue", "budget_entries", "decision_lines")
STAYING = ("drafts", "outbox", "code_renewals", "imports", "erasures")
# Keys into this database, and what only this server's key opens.
OWN_COLUMNS = {"id", "dossier_id", "draft_id", "holder_id", "claimed_at", "idempotency_hash", "position"}
# What is found in a file is found anew at each place.
OWN_COLUMNS |= {column.name for prefix in ("", "file_") for column in found_in_file(prefix)}


class RowFault(ValueError):
    """A row that no table takes; the text names table and column."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Everything read within is of one moment."""
    with reading(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def dossier_rows(connection: Connection, dossier_id: int) -> dict[str, Any]:
    """The dossier itself, and where it stands in the queue."""
    row = connection.execute(select(dossiers).where(dossiers.c.id == dossier_id)).mappings().one()
    line = connection.execute(select(queue).where(queue.c.dossier_id == dossier_id)).mappings().first()
    told = {"dossier": plain_row(dossiers, row, {})}
    return told | {
        "queue": plain_row(queue, line, {}) if line else None,
        "attachments": files_of(connection, dossier_id),
    }


def files_of(connection: Connection, dossier_id: int) -> list[dict[str, Any]]:
    wanted = select(attachments).where(attachments.c.dossier_id == dossier_id).order_by(attachments.c.id)
    rows = connection.execute(wanted).mappings()
    return [{"id": row["id"], **plain_row(attachments, row, {})} for row in rows]


def event_rows(connection: Connection, dossier_id: int) -> list[dict[str, Any]]:
    wanted = select(events).where(events.c.dossier_id == dossier_id).order_by(events.c.sequence)
    return [plain_row(events, row, {}) for row in connection.execute(wanted).mappings()]


def desk_rows(connection: Connection, dossier_id: int) -> dict[str, list[dict[str, Any]]]:
    """By table; officers by name."""
    names = officer_names(connection)
    return {carried.table.name: list(rows_of(connection, carried, dossier_id, names)) for carried in CARRIED}


def officer_names(connection: Connection) -> dict[int, str]:
    return {row.id: row.name for row in connection.execute(select(officers.c.id, officers.c.name))}


def rows_of(
    connection: Connection, carried: Carried, dossier_id: int, names: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    table = carried.table
    wanted = select(table).where(table.c.dossier_id == dossier_id)
    rows = connection.execute(wanted.order_by(*(table.c[name] for name in carried.order))).mappings().all()
    numbers = {row["id"]: place for place, row in enumerate(rows, start=1)} if carried.numbered else {}
    for row in rows:
        told = plain_row(table, row, names, numbers)
        yield {"number": numbers[row["id"]], **told} if carried.numbered else told


def plain_row(
    table: Table, row: RowMapping, names: Mapping[int, str], numbers: Mapping[int, int] | None = None
) -> dict[str, Any]:
    return {
        column.name: plain(column, row[column.name], names, numbers or {})
        for column in table.columns
        if column.name not in OWN_COLUMNS
    }


def plain(column: Column[Any], value: Any, names: Mapping[int, str], numbers: Mapping[int, int]) -> Any:
    if value is None:
        return None
    if points_to(column, "officers"):
        return names[value]
    if points_to(column, column.table.name):
        return numbers[value]
    return value.isoformat() if isinstance(value, date) else value


def points_to(column: Column[Any], table: str) -> bool:
    return any(key.column.table.name == table for key in column.foreign_keys)


def put_row(connection: Connection, table: Table, told: Any, **own: Any) -> int | None:
    """One row of a package into its table; `own` are columns of this database. Its id, where it has one.

    Raises RowFault.
    """
    values = {**values_of(table, told), **own}
    made = insert(table).values(**values)
    if "id" in table.c and "id" not in values:
        number: int = connection.execute(made.returning(table.c.id)).scalar_one()
        return number
    connection.execute(made)
    return None


def put_desk_rows(
    connection: Connection, dossier_id: int, told: Mapping[str, Sequence[Any]], officer_ids: Mapping[str, int]
) -> None:
    """What was checked. Raises RowFault."""
    for carried in CARRIED:
        ids: dict[int, int] = {}
        for row in told.get(carried.table.name, ()):
            number, bare = taken_number(carried, row)
            own = own_columns(carried.table, bare, officer_ids, ids)
            made = put_row(connection, carried.table, {**bare, **dict.fromkeys(own)}, dossier_id=dossier_id, **own)
            if number is not None and made is not None:
                ids[number] = made


def check_desk_rows(told: Mapping[str, Sequence[Any]], names: Collection[str]) -> None:
    """Whether they could be put. Raises RowFault."""
    if unknown := set(told) - {carried.table.name for carried in CARRIED}:
        raise RowFault(f"bảng lạ {min(unknown)}")
    for carried in CARRIED:
        ids: dict[int, int] = {}
        for row in told.get(carried.table.name, ()):
            number, bare = taken_number(carried, row)
            own = own_columns(carried.table, bare, dict.fromkeys(names, 0), ids)
            values_of(carried.table, {**bare, **dict.fromkeys(own)})
            if number is not None:
                ids[number] = 0


def taken_number(carried: Carried, row: Any) -> tuple[int | None, dict[str, Any]]:
    if not isinstance(row, dict):
        raise RowFault(f"{carried.table.name}: không phải một dòng")
    if not carried.numbered:
        return None, row
    return integer(row.get("number"), f"{carried.table.name}.number"), {k: v for k, v in row.items() if k != "number"}


def own_columns(
    table: Table, row: Mapping[str, Any], officer_ids: Mapping[str, int], ids: Mapping[int, int]
) -> dict[str, int | None]:
    """Names and numbers as the keys of this database."""
    found: dict[str, int | None] = {}
    for column in table.columns:
        known: Mapping[Any, int] | None = None
        if points_to(column, "officers"):
            known = officer_ids
        elif points_to(column, table.name):
            known = ids
        if known is not None:
            told = row.get(column.name)
            if told is not None and (isinstance(told, bool) or not isinstance(told, str | int) or told not in known):
                raise RowFault(f"{table.name}.{column.name}")
            found[column.name] = None if told is None else known[told]
    return found


def values_of(table: Table, told: Any) -> dict[str, Any]:
    """What an older program did not know stays out and takes its default. Raises RowFault."""
    if not isinstance(told, dict):
        raise RowFault(f"{table.name}: không phải một dòng")
    own = OWN_COLUMNS - {"id"} if table is attachments else OWN_COLUMNS  # a file keeps its id: the log names it
    columns = {column.name: column for column in table.columns if column.name not in own}
    if unknown := sorted(set(told) - set(columns)):
        raise RowFault(f"{table.name}.{unknown[0]}")
    return {name: value_of(columns[name], value) for name, value in told.items()}


def value_of(column: Column[Any], told: Any) -> Any:
    """Raises RowFault for what the column does not take."""
    where = f"{column.table.name}.{column.name}"
    if told is None:
        # A pointer is filled in by the caller.
        if not column.nullable and not column.foreign_keys:
            raise RowFault(where)
        return None
    match column.type:
        case JSON() | SealedJSON():
            return told
        case Moment():
            return moment(told, where)
        case Date():
            return day(told, where)
        case Boolean() if isinstance(told, bool):
            return told
        case Integer() | BigInteger():
            return integer(told, where)
        case SealedText():
            return words(told, None, where)
        case Text() | String():
            return words(told, column.type.length, where)
    raise RowFault(where)


def integer(told: Any, where: str) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not -LARGEST < told < LARGEST:
        raise RowFault(where)
    return told


def words(told: Any, most: int | None, where: str) -> str:
    if not isinstance(told, str) or "\0" in told or (most is not None and len(told) > most):
        raise RowFault(where)
    return told


def moment(told: Any, where: str) -> datetime:
    try:
        read = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        raise RowFault(where) from None
    if read.tzinfo is None:
        raise RowFault(where)
    return read


def day(told: Any, where: str) -> date:
    try:
        return date.fromisoformat(told)
    except (TypeError, ValueError):
        raise RowFault(where) from None


def dossier_values(told: Any) -> dict[str, Any]:
    """As the columns take them. Raises RowFault."""
    return values_of(dossiers, told)


def attachment_values(told: Any) -> dict[str, Any]:
    return values_of(attachments, told)


def queue_values(told: Any) -> dict[str, Any]:
    return values_of(queue, told)


def event_from(told: Any) -> Event:
    values = values_of(events, told)
    return Event(*(values[name] for name in Event.__dataclass_fields__))


def put_dossier(connection: Connection, told: Any, **own: Any) -> int:
    number = put_row(connection, dossiers, told, **own)
    assert number is not None
    return number


def put_attachment(connection: Connection, dossier_id: int, told: Any) -> None:
    put_row(connection, attachments, told, dossier_id=dossier_id)


def put_queue(connection: Connection, dossier_id: int, told: Any, **own: Any) -> None:
    put_row(connection, queue, told, dossier_id=dossier_id, **own)
    put_names(connection, [dossier_id])


def put_event(connection: Connection, dossier_id: int, told: Any) -> None:
    put_row(connection, events, told, dossier_id=dossier_id)
