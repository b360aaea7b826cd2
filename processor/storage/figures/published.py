"""Figures for the public, kept as they were made."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from processor.storage.engine import Connection
from processor.storage.once import insert_once
from processor.storage.tables.plan import published


def put_published(connection: Connection, name: str, made_at: datetime, content: str) -> None:
    """Instead of what stood before; two who make it at the same time do not meet."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"made_at": made_at, "content": content}
    first = insert(published).values(name=name, **row)
    connection.execute(first.on_conflict_do_update(index_elements=published.primary_key, set_=row))


def add_published(connection: Connection, name: str, made_at: datetime, content: str) -> bool:
    """False when something of that name stands already."""
    return insert_once(connection, published, name=name, made_at=made_at, content=content)


def every_published(connection: Connection, beginning: str) -> list[tuple[datetime, str]]:
    """Those whose name begins so, in order of their names."""
    wanted = select(published.c.made_at, published.c.content).where(published.c.name.startswith(beginning))
    return [(row.made_at, row.content) for row in connection.execute(wanted.order_by(published.c.name))]


def find_published(connection: Connection, name: str) -> tuple[datetime, str] | None:
    row = connection.execute(select(published.c.made_at, published.c.content).where(published.c.name == name)).first()
    return None if row is None else (row.made_at, row.content)
