"""A question by key that is asked without end. Of SQLite it is asked through the driver: finding a row takes a tenth of
what its way through SQLAlchemy does.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError

from processor.storage.engine import Connection, of_driver
from processor.storage.rows import as_it_is

T = TypeVar("T")
Making = Callable[[Any], Any]


@dataclass(frozen=True)
class Compiled:
    """`names` are those of the values, in the order of their places. `writes` make of each what the driver takes,
    `reads` of a column what Python holds; empty where nothing is to be made of any.
    """

    text: str
    names: Sequence[str]
    writes: Sequence[Making]
    reads: Sequence[Making]

    def given(self, values: dict[str, Any]) -> Sequence[Any]:
        ordered = [values[name] for name in self.names]
        return made(ordered, self.writes) if self.writes else ordered


class Question(Generic[T]):
    """`answer` makes something of the columns of a row."""

    def __init__(self, statement: Select[Any], answer: Callable[..., T]) -> None:
        self.statement = statement
        self.answer = answer
        self.compiled: dict[Dialect, Compiled] = {}

    def all(self, connection: Connection, **values: Any) -> list[T]:
        return [self.answer(*row) for row in self.rows(connection, values)]

    def first(self, connection: Connection, **values: Any) -> T | None:
        found = self.rows(connection, values)
        return self.answer(*found[0]) if found else None

    def rows(self, connection: Connection, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        # Whoever listens to what is asked hears this too.
        if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
            return connection.execute(self.statement, values).all()
        driver = of_driver(connection)
        if not driver.in_transaction:
            connection.begin()
        asked = self.compiled.get(connection.dialect) or self.compile(connection.dialect)
        try:
            found: list[Sequence[Any]] = driver.execute(asked.text, asked.given(values)).fetchall()
        except sqlite3.Error as error:
            raise named(asked.text, error) from error
        return [made(row, asked.reads) for row in found] if asked.reads else found

    def compile(self, dialect: Dialect) -> Compiled:
        compiled = self.statement.compile(dialect=dialect)
        names = compiled.positiontup or ()
        given = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
        types = [column.type.dialect_impl(dialect) for column in self.statement.selected_columns]
        writes = where_any(found.bind_processor(dialect) for found in given)
        reads = where_any(found.result_processor(dialect, None) for found in types)
        self.compiled[dialect] = Compiled(str(compiled), names, writes, reads)
        return self.compiled[dialect]


def where_any(found: Iterable[Making | None]) -> Sequence[Making]:
    makings = list(found)
    return [making or as_it_is for making in makings] if any(makings) else ()


def made(values: Sequence[Any], makings: Sequence[Making]) -> Sequence[Any]:
    return [making(value) for making, value in zip(makings, values, strict=True)]


def named(text: str, error: sqlite3.Error) -> DBAPIError:
    """As SQLAlchemy names what the driver says."""
    found = DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True)
    assert isinstance(found, DBAPIError)
    return found
