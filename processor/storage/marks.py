"""Small facts about the installation itself."""

from sqlalchemy import insert, select, update

from processor.storage.engine import Connection
from processor.storage.tables.core import marks


def marked(connection: Connection, name: str) -> bool:
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).first() is not None


def mark(connection: Connection, name: str, value: str) -> None:
    if not marked(connection, name):
        connection.execute(insert(marks), {"name": name, "value": value})


def marked_value(connection: Connection, name: str) -> str | None:
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()


def put_mark(connection: Connection, name: str, value: str) -> None:
    """In place of what stood there."""
    written = update(marks).where(marks.c.name == name).values(value=value)
    if connection.execute(written).rowcount == 0:
        connection.execute(insert(marks), {"name": name, "value": value})
