"""Small facts about the installation itself."""

from sqlalchemy import insert, select

from processor.storage.engine import Connection
from processor.storage.tables import marks


def marked(connection: Connection, name: str) -> bool:
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).first() is not None


def mark(connection: Connection, name: str, value: str) -> None:
    if not marked(connection, name):
        connection.execute(insert(marks), {"name": name, "value": value})
