"""Tables as they lie: documents and closed values come and go as text, unopened, so that a copy is the same to a sign.

No key is needed: what is encrypted stays so.
"""

import hashlib
import json
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, MetaData, Row, Table, Text
from sqlalchemy.types import TypeEngine

from processor.storage.at_rest.values import SealedText
from processor.storage.sealed_rows import is_sealed_type
from processor.storage.tables import core, desk, exchange, plan, privacy
from processor.storage.tables.columns import metadata

assert core and desk and exchange and plan and privacy  # reading them fills the metadata
Key = tuple[Any, ...]


def verbatim_type(column: Column[Any]) -> TypeEngine[Any]:
    if isinstance(column.type, SealedText):
        return Text()
    if isinstance(column.type, JSON) or is_sealed_type(column):
        return JSON(none_as_null=True)  # a document that says null is text; no document is None
    return column.type


@cache
def verbatim_tables() -> tuple[Table, ...]:
    """Parents before their children. To be used with an engine that was opened `verbatim`."""
    made = MetaData()
    return tuple(
        Table(table.name, made, *(Column(c.name, verbatim_type(c), primary_key=c.primary_key) for c in table.columns))
        for table in metadata.sorted_tables
    )


def key_of(table: Table, row: Row[Any]) -> Key:
    return tuple(row._mapping[column] for column in table.primary_key.columns)


def digest(row: Row[Any]) -> bytes:
    """SHA-256 over all values of a row in the order of its columns, each with its type."""
    return hashlib.sha256(json.dumps([told(value) for value in row], ensure_ascii=False).encode()).digest()


def told(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | memoryview():
            return ["bytes", bytes(value).hex()]
        case datetime():
            return ["moment", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
    raise TypeError(f"no table holds {type(value).__name__}")
