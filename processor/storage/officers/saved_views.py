"""Filters of the queue that an officer keeps under a name."""

from sqlalchemy import delete, insert, select

from processor.storage.engine import Connection
from processor.storage.tables.desk import saved_views


def views_of(connection: Connection, officer_id: int) -> list[tuple[int, str, str]]:
    """Id, name, query; by name."""
    wanted = select(saved_views.c.id, saved_views.c.name, saved_views.c.query)
    rows = connection.execute(wanted.where(saved_views.c.officer_id == officer_id).order_by(saved_views.c.name))
    return [(row[0], row[1], row[2]) for row in rows]


def put_view(connection: Connection, officer_id: int, name: str, query: str) -> None:
    """A name that is there already gets the new filters."""
    this = (saved_views.c.officer_id == officer_id) & (saved_views.c.name == name)
    connection.execute(delete(saved_views).where(this))
    connection.execute(insert(saved_views), {"officer_id": officer_id, "name": name, "query": query})


def drop_view(connection: Connection, officer_id: int, view_id: int) -> None:
    mine = (saved_views.c.officer_id == officer_id) & (saved_views.c.id == view_id)
    connection.execute(delete(saved_views).where(mine))
