"""Uploads under way: what is to come, for which paper of which draft. How much has come, the file itself tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from processor.domain.dossier import Attachment
from processor.storage.dossiers.drafts import attachments_of
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, drafts, uploads


@dataclass(frozen=True)
class Upload:
    """`id` will be that of the attachment; `length` in bytes of the whole file."""

    id: str
    draft_id: int
    item_id: str
    name: str
    length: int
    created_at: datetime
    expires_at: datetime


COLUMNS = [uploads.c[name] for name in Upload.__dataclass_fields__]


def hold_draft(connection: Connection, draft_id: int, now: datetime, expires_at: datetime) -> bool:
    """Saved now, and held until the transaction ends. False when it was sent or deleted meanwhile."""
    unsent = (drafts.c.id == draft_id) & drafts.c.sent_reference.is_(None)
    values = {"updated_at": now, "expires_at": expires_at}
    return connection.execute(update(drafts).where(unsent).values(values)).rowcount == 1


def insert_upload(connection: Connection, upload: Upload) -> None:
    connection.execute(insert(uploads).values(vars(upload)))


def find_upload(connection: Connection, draft_id: int, upload_id: str, now: datetime) -> Upload | None:
    wanted = (uploads.c.draft_id == draft_id) & (uploads.c.id == upload_id) & (uploads.c.expires_at > now)
    row = connection.execute(select(*COLUMNS).where(wanted)).first()
    return None if row is None else Upload(*row)


def uploads_of(connection: Connection, draft_id: int, now: datetime) -> list[Upload]:
    """In the order they were begun."""
    wanted = (uploads.c.draft_id == draft_id) & (uploads.c.expires_at > now)
    rows = connection.execute(select(*COLUMNS).where(wanted).order_by(uploads.c.created_at, uploads.c.id))
    return [Upload(*row) for row in rows]


def postpone_upload(connection: Connection, upload_id: str, expires_at: datetime) -> None:
    connection.execute(update(uploads).where(uploads.c.id == upload_id).values(expires_at=expires_at))


def delete_upload(connection: Connection, upload_id: str) -> bool:
    """False when somebody else finished or cancelled it."""
    return connection.execute(delete(uploads).where(uploads.c.id == upload_id)).rowcount == 1


def lapsed_uploads(connection: Connection, now: datetime, limit: int = 100) -> list[str]:
    """Those whose time is over, and those left behind by a draft that was sent."""
    over = or_(uploads.c.expires_at <= now, drafts.c.sent_reference.is_not(None))
    of_drafts = uploads.join(drafts, uploads.c.draft_id == drafts.c.id)
    wanted = select(uploads.c.id).select_from(of_drafts).where(over).order_by(uploads.c.expires_at).limit(limit)
    return list(connection.execute(wanted).scalars())


def upload_ids(connection: Connection) -> Sequence[str]:
    return connection.execute(select(uploads.c.id)).scalars().all()


def draft_attachments(connection: Connection, draft_id: int) -> list[Attachment]:
    return attachments_of(connection, attachments.c.draft_id == draft_id)


def attachment_made_of(connection: Connection, upload_id: str) -> Attachment | None:
    """In its draft, or in the dossier that became of it."""
    return next(iter(attachments_of(connection, attachments.c.id == upload_id)), None)
