"""A question by key that is asked without end. Of SQLite it is asked through the driver: finding a row takes a tenth of
what its way through SQLAlchemy does.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError

from processor.storage.engine import Connection, of_driver
from processor.storage.rows import as_it_is

T = TypeVar("T")


@dataclass(frozen=True)
class Compiled:
    """`names` are those of the values, in the order of their places; `reads` make of a column what Python holds."""

    text: str
    names: Sequence[str]
    reads: Sequence[Callable[[Any], Any]]


class Question(Generic[T]):
    """`answer` makes something of the columns of a row."""

    def __init__(self, statement: Select[Any], answer: Callable[..., T]) -> None:
        self.statement = statement
        self.answer = answer
        self.compiled: dict[Dialect, Compiled] = {}

    def all(self, connection: Connection, **values: Any) -> list[T]:
        return [self.answer(*row) for row in self.rows(connection, values)]

    def first(self, connection: Connection, **values: Any) -> T | None:
        return next(iter(self.all(connection, **values)), None)

    def rows(self, connection: Connection, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        # Whoever listens to what is asked hears this too.
        if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
            return connection.execute(self.statement, values).all()
        if not connection.in_transaction():
            connection.begin()
        asked = self.compiled.get(connection.dialect) or self.compile(connection.dialect)
        try:
            found = of_driver(connection).execute(asked.text, [values[name] for name in asked.names]).fetchall()
        except sqlite3.Error as error:
            raise named(asked.text, error) from error
        return [[read(value) for read, value in zip(asked.reads, row, strict=True)] for row in found]

    def compile(self, dialect: Dialect) -> Compiled:
        made = self.statement.compile(dialect=dialect)
        types = [column.type.dialect_impl(dialect) for column in self.statement.selected_columns]
        reads = [found.result_processor(dialect, None) or as_it_is for found in types]
        self.compiled[dialect] = Compiled(str(made), made.positiontup or (), reads)
        return self.compiled[dialect]


def named(text: str, error: sqlite3.Error) -> DBAPIError:
    """As SQLAlchemy names what the driver says."""
    found = DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True)
    assert isinstance(found, DBAPIError)
    return found
