"""Two databases held against each other, some hundred rows at a time, each row by its SHA-256."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, Table, func, select, true, tuple_

from processor.storage.engine import Connection, Engine, reading
from processor.storage.transfer.standing import MARK
from processor.storage.transfer.verbatim import Key, digest, key_of, verbatim_tables

AT_ONCE = 500
Step = Callable[[int], None]


@dataclass(frozen=True)
class Difference:
    table: str
    key: Key
    what: Literal["missing", "changed", "extra"]


@dataclass
class Page:
    """Some rows of the source, and what of them the target does not have as they are."""

    rows: list[Row[Any]]
    missing: list[Row[Any]] = field(default_factory=list)
    changed: list[Row[Any]] = field(default_factory=list)


def belongs(table: Table) -> ColumnElement[bool]:
    """The move's own note is of one database alone."""
    return table.c.name != MARK if table.name == "marks" else true()


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counted = {table.name: select(func.count()).select_from(table).where(belongs(table)) for table in verbatim_tables()}
    return {name: connection.execute(query).scalar_one() for name, query in counted.items()}


def pages(source: Connection, target: Engine, table: Table) -> Iterator[Page]:
    """All rows of the source, in the order of their keys."""
    for rows in rows_by_key(source, table):
        with reading(target) as connection:
            there = digests(connection, table, [key_of(table, row) for row in rows])
        page = Page(rows)
        for row in rows:
            found = there.get(key_of(table, row))
            if found is None:
                page.missing.append(row)
            elif found != digest(row):
                page.changed.append(row)
        yield page


def rows_by_key(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    return by_key(connection, table, select(table))


def by_key(connection: Connection, table: Table, wanted: Select[Any]) -> Iterator[list[Row[Any]]]:
    keys = list(table.primary_key.columns)
    ordered = wanted.where(belongs(table)).order_by(*keys).limit(AT_ONCE)
    last: Key | None = None
    while True:
        after = ordered if last is None else ordered.where(tuple_(*keys) > tuple_(*last, types=[k.type for k in keys]))
        rows = list(connection.execute(after))
        if not rows:
            return
        yield rows
        last = key_of(table, rows[-1])


def among(table: Table, keys: Sequence[Key]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:  # PostgreSQL looks these up in the index, also before it knows how the table has grown
        return columns[0].in_([key[0] for key in keys]) & belongs(table)
    return tuple_(*columns).in_(keys) & belongs(table)


def digests(connection: Connection, table: Table, keys: Sequence[Key]) -> dict[Key, bytes]:
    return {key_of(table, row): digest(row) for row in connection.execute(select(table).where(among(table, keys)))}


def extra_keys(source: Connection, target: Engine, table: Table) -> Iterator[list[Key]]:
    """Of rows that only the target has."""
    columns = list(table.primary_key.columns)
    with reading(target) as connection:
        for rows in by_key(connection, table, select(*columns)):
            keys = [key_of(table, row) for row in rows]
            known = {key_of(table, row) for row in source.execute(select(*columns).where(among(table, keys)))}
            if left := [key for key in keys if key not in known]:
                yield left


def differences(source: Connection, target: Engine, step: Step = lambda rows: None) -> Iterator[Difference]:
    """Nothing is written."""
    for table in verbatim_tables():
        for page in pages(source, target, table):
            yield from (Difference(table.name, key_of(table, row), "missing") for row in page.missing)
            yield from (Difference(table.name, key_of(table, row), "changed") for row in page.changed)
            step(len(page.rows))
        for keys in extra_keys(source, target, table):
            yield from (Difference(table.name, key, "extra") for key in keys)
