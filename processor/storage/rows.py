"""Many rows in one statement.

SQLite's driver lets other threads compute at every row of an `executemany`, and each time gets its turn back late: of a
busy server's time to write, most was that waiting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table, insert

from processor.storage.engine import Connection

AT_ONCE = 500
"""Rows; SQLite takes 32,766 values in one statement."""
Bind = Callable[[Any], Any]


@dataclass(frozen=True)
class Plan:
    """`binds` make of the values of a row, in the order of `names`, what the driver takes."""

    head: str
    places: str
    names: Sequence[str]
    binds: Sequence[Bind]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """All with the same columns."""
    if connection.dialect.name != "sqlite":
        if rows:
            connection.execute(insert(table), rows)
        return
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        plan = plan_of(connection.dialect, table, tuple(some[0]))
        values = tuple(bind(row[name]) for row in some for name, bind in zip(plan.names, plan.binds, strict=True))
        connection.exec_driver_sql(plan.head + ", ".join([plan.places] * len(some)), values)


@lru_cache(maxsize=64)
def plan_of(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Plan:
    columns = [table.c[name] for name in names]
    shown = ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
    return Plan(
        f"INSERT INTO {dialect.identifier_preparer.format_table(table)} ({shown}) VALUES ",
        f"({', '.join('?' * len(names))})",
        names,
        [column.type.dialect_impl(dialect).bind_processor(dialect) or as_it_is for column in columns],
    )


def as_it_is(value: Any) -> Any:
    return value
