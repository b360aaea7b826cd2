"""Invented rows for every table of the program, of every type and with the values that get lost most easily."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table, insert

from processor.storage.at_rest.values import SealedJSON
from processor.storage.engine import Engine, writing
from processor.storage.tables import core, desk, exchange, plan, privacy
from processor.storage.tables.columns import Moment, metadata

assert core and desk and exchange and plan and privacy  # reading them fills the metadata
ROWS = 3
WORDS = "Hợp tác xã “Ví dụ” \U0001f33e \\ ' \" % \r\n\t"
DOCUMENT = {"tên": WORDS, "số": [0, -1, 2**53, 0.1, True, None, ""], "rỗng": {}}


def fill_every_table(engine: Engine) -> None:
    """Three rows each; the third leaves out what may be left out."""
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            for number in range(1, ROWS + 1):
                connection.execute(insert(table), row_of(table, number))


def row_of(table: Table, number: int) -> dict[str, Any]:
    return {
        column.name: None if number == ROWS and may_be_left_out(column) else value_of(column, number)
        for column in table.columns
    }


def may_be_left_out(column: Column[Any]) -> bool:
    return bool(column.nullable) and not column.primary_key


def value_of(column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return value_of(next(iter(column.foreign_keys)).column, number)
    if isinstance(column.type, JSON | SealedJSON):
        return DOCUMENT | {"hàng": number}
    if isinstance(column.type, Moment):
        return datetime(2026, 11, 24, 23, 59, 59, 999_999 - number, tzinfo=UTC) + timedelta(days=number)
    if isinstance(column.type, Date):
        return date(2026, 2, 28) + timedelta(days=number)
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) * number
    if isinstance(column.type, Integer):
        return number
    return words(column, number)


def words(column: Column[Any], number: int) -> str:
    """As long as the column takes; the number is in front, so that no two are the same."""
    length = getattr(column.type, "length", None) if isinstance(column.type, String) else None
    return f"{number} {WORDS}"[:length]
