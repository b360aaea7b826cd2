"""Which officers get mail, and that each morning's is sent once."""

from datetime import date

from sqlalchemy import select

from processor.domain.access.officer import Officer
from processor.storage.engine import Connection
from processor.storage.once import insert_once
from processor.storage.tables.core import marks, officers


def begin_digest(connection: Connection, day: date) -> bool:
    """False when somebody else has begun it."""
    return begin_mail(connection, f"digest {day.isoformat()}")


def begin_mail(connection: Connection, name: str) -> bool:
    """Of whatever is sent once: False when somebody else has begun it."""
    return insert_once(connection, marks, name=name, value="sent")


def officers_with_mail(connection: Connection) -> list[tuple[Officer, str]]:
    """Those who work here and have given an address."""
    wanted = select(officers.c.id, officers.c.name, officers.c.role, officers.c.email)
    working = officers.c.disabled.is_(False) & officers.c.email.is_not(None)
    rows = connection.execute(wanted.where(working).order_by(officers.c.id))
    return [(Officer(row.id, row.name, row.role), row.email) for row in rows]
