"""A row that only the first may write: of several that try at the same time, one wins and the others are told."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from processor.storage.engine import Connection


def insert_once(connection: Connection, table: Table, **row: Any) -> bool:
    """False when a row with this primary key is there already; one that is being written is waited for."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = insert(table).values(**row).on_conflict_do_nothing(index_elements=table.primary_key)
    return connection.execute(first.returning(*table.primary_key)).first() is not None
