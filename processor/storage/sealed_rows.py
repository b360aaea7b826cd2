"""Which key the installation's data were closed with, and rows that were written before there was one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Table, Text, and_, select, tuple_, type_coerce, update

from processor.storage.at_rest.key import AtRestFault
from processor.storage.at_rest.values import MARK, SEALED, SealedJSON, SealedText, seal_of
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.marks import mark, marked_value
from processor.storage.tables import core, desk, privacy
from processor.storage.tables.columns import metadata

assert core and desk and privacy  # reading them fills the metadata
KEY_MARK = "at_rest_key"
AT_ONCE = 200

Step = Callable[[int], None]


@dataclass(frozen=True)
class Counted:
    sealed: int
    clear: int


def agree_on_key(engine: Engine) -> None:
    """The first key is remembered by its id; without it, or with another, nothing starts. Raises AtRestFault."""
    seal = seal_of(engine.dialect)
    with reading(engine) as connection:
        used = marked_value(connection, KEY_MARK)
    if used and seal is None:
        raise AtRestFault(f"Dữ liệu ở đây được mã hóa bằng khóa {used}. Đặt HOTRO_AT_REST_KEY là tệp của khóa đó.")
    if seal and used is None:
        with writing(engine) as connection:
            mark(connection, KEY_MARK, seal.key_id)
            used = marked_value(connection, KEY_MARK)
    if seal and used != seal.key_id:
        raise AtRestFault(f"Dữ liệu ở đây cần khóa {used}, nhưng HOTRO_AT_REST_KEY là khóa {seal.key_id}.")


def sealed_tables() -> dict[Table, list[Column[Any]]]:
    found = {table: [column for column in table.columns if is_sealed_type(column)] for table in metadata.sorted_tables}
    return {table: columns for table, columns in found.items() if columns}


def is_sealed_type(column: Column[Any]) -> bool:
    return isinstance(column.type, SealedText | SealedJSON)


def seal_rows(engine: Engine, step: Step) -> int:
    """Close what stands in clear, some rows a transaction; how many rows. May be stopped and begun again."""
    done = 0
    for table, columns in sealed_tables().items():
        for batch in batches(engine, table):
            with writing(engine) as connection:
                done += sum(seal_row(connection, table, columns, row) for row in batch)
            step(done)
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # what was overwritten stands in the log beside until then
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def batches(engine: Engine, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Primary keys in their order, read anew each time: what came meanwhile was sealed as it came."""
    keys = list(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        wanted = select(*keys).order_by(*keys).limit(AT_ONCE)
        with reading(engine) as connection:
            rows = connection.execute(wanted if last is None else wanted.where(tuple_(*keys) > last)).all()
        if not rows:
            return
        yield [tuple(row) for row in rows]
        last = tuple(rows[-1])


def seal_row(connection: Connection, table: Table, columns: list[Column[Any]], key: tuple[Any, ...]) -> bool:
    this = and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))
    row = connection.execute(select(*columns, *map(raw, columns)).where(this).with_for_update()).first()
    if row is None:
        return False
    values, lying = row[: len(columns)], row[len(columns) :]
    clear = {column: value for column, value, told in zip(columns, values, lying, strict=True) if stands_in_clear(told)}
    if clear:
        connection.execute(update(table).where(this).values(clear))
    return bool(clear)


def raw(column: Column[Any]) -> Any:
    """As it lies in the database."""
    lying = JSON() if isinstance(column.type, SealedJSON) else Text()
    return type_coerce(column, lying).label(f"lying_{column.name}")


def stands_in_clear(lying: Any) -> bool:
    if isinstance(lying, str):
        return not lying.startswith(MARK)
    return lying is not None and SEALED not in lying


def count_rows(connection: Connection) -> Counted:
    sealed = clear = 0
    for columns in sealed_tables().values():
        for row in connection.execute(select(*map(raw, columns)).execution_options(yield_per=1000)):
            if any(map(stands_in_clear, row)):
                clear += 1
            elif any(told is not None for told in row):
                sealed += 1
    return Counted(sealed, clear)
