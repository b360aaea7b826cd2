"""Drafts as mail needs them: by their id, with an address, about to lapse."""

from datetime import datetime

from sqlalchemy import or_, select, update

from processor.domain.dossier import Draft
from processor.storage.dossiers.drafts import draft_from
from processor.storage.engine import Connection
from processor.storage.tables.core import drafts

# A warning counts until the draft is saved again, which moves its end.
UNWARNED = or_(drafts.c.warned_at.is_(None), drafts.c.warned_at < drafts.c.updated_at)
UNSENT = drafts.c.sent_reference.is_(None)


def draft_with_id(connection: Connection, draft_id: int, now: datetime) -> Draft | None:
    """None once it has lapsed."""
    wanted = select(drafts).where((drafts.c.id == draft_id) & (drafts.c.expires_at > now))
    row = connection.execute(wanted).mappings().first()
    return None if row is None else draft_from(connection, row)


def remember_address(connection: Connection, draft_id: int, address: str) -> bool:
    """False when the draft has been sent or is gone."""
    changed = update(drafts).where((drafts.c.id == draft_id) & UNSENT).values(address=address)
    return connection.execute(changed).rowcount == 1


def unwarned_drafts(
    connection: Connection, now: datetime, lapsing_before: datetime, after: int, limit: int = 100
) -> list[Draft]:
    """Unsent drafts that lapse soon and whose link can be written, by id, `after` one."""
    soon = (drafts.c.expires_at > now) & (drafts.c.expires_at <= lapsing_before)
    due = soon & UNSENT & UNWARNED & drafts.c.seed.is_not(None) & (drafts.c.id > after)
    rows = connection.execute(select(drafts).where(due).order_by(drafts.c.id).limit(limit)).mappings().all()
    return [draft_from(connection, row) for row in rows]


def mark_warned(connection: Connection, draft_id: int, now: datetime) -> bool:
    """False when somebody else was faster or the draft was sent: then no warning is due."""
    unwarned = (drafts.c.id == draft_id) & UNSENT & UNWARNED
    return connection.execute(update(drafts).where(unwarned).values(warned_at=now)).rowcount == 1
