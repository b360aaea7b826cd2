"""Which officers get mail."""

from sqlalchemy import select

from processor.domain.officer import Officer
from processor.storage.engine import Connection
from processor.storage.tables import officers


def officers_with_mail(connection: Connection) -> list[tuple[Officer, str]]:
    """Those who work here and have given an address."""
    wanted = select(officers.c.id, officers.c.name, officers.c.role, officers.c.email)
    working = officers.c.disabled.is_(False) & officers.c.email.is_not(None)
    rows = connection.execute(wanted.where(working).order_by(officers.c.id))
    return [(Officer(row.id, row.name, row.role), row.email) for row in rows]
