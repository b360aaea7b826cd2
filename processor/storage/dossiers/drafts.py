"""Drafts: answers as typed and files already received, under a secret link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from processor.domain.dossier import Attachment, Draft
from processor.storage.bells import FILES, ring
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, drafts, officers, outbox, uploads


class DraftExists(Exception):
    """The same page was posted twice at the same time."""


@dataclass(frozen=True)
class NewDraft:
    """The row of a draft. `seed` is what its token was derived from; `purpose` and `dossier_id` as in Draft."""

    token_hash: str
    form_id: str
    form_version: str
    typed: Mapping[str, list[str]]
    created_at: datetime
    expires_at: datetime
    seed: str
    dossier_id: int | None = None
    purpose: str | None = None
    officer_id: int | None = None
    channel: int | None = None
    outreach: str | None = None


def insert_draft(connection: Connection, draft: NewDraft) -> int:
    """Its id. Raises DraftExists when there is one under the same link."""
    row = {**vars(draft), "typed": dict(draft.typed), "updated_at": draft.created_at}
    try:
        draft_id: int = connection.execute(insert(drafts).values(row).returning(drafts.c.id)).scalar_one()
    except IntegrityError as error:
        raise DraftExists from error
    return draft_id


def typed_now(connection: Connection, draft_id: int) -> dict[str, list[str]]:
    """What is stored, held until the transaction ends."""
    wanted = select(drafts.c.typed).where(drafts.c.id == draft_id).with_for_update()
    typed: dict[str, list[str]] = connection.execute(wanted).scalar_one()
    return typed


def update_draft(
    connection: Connection,
    draft_id: int,
    form_version: str,
    typed: Mapping[str, list[str]],
    now: datetime,
    expires_at: datetime,
) -> bool:
    """False when the draft has been sent meanwhile."""
    unsent = (drafts.c.id == draft_id) & drafts.c.sent_reference.is_(None)
    values = {"form_version": form_version, "typed": dict(typed), "updated_at": now, "expires_at": expires_at}
    return connection.execute(update(drafts).where(unsent).values(values)).rowcount == 1


def find_draft(connection: Connection, token_hash: str, now: datetime) -> Draft | None:
    wanted = (drafts.c.token_hash == token_hash) & (drafts.c.expires_at > now)
    row = connection.execute(select(drafts).where(wanted)).mappings().first()
    return None if row is None else draft_from(connection, row)


def draft_from(connection: Connection, row: RowMapping) -> Draft:
    return Draft(
        row["id"],
        row["form_id"],
        row["form_version"],
        row["typed"],
        attachments_of(connection, attachments.c.draft_id == row["id"]),
        row["updated_at"],
        row["expires_at"],
        row["sent_reference"],
        row["seed"],
        row["created_at"],
        row["address"],
        row["dossier_id"],
        row["purpose"],
        row["channel"],
        entered_by(connection, row["officer_id"]),
        row["outreach"],
        row["standing_faults"],
    )


def entered_by(connection: Connection, officer_id: int | None) -> str | None:
    if officer_id is None:
        return None
    name: str = connection.execute(select(officers.c.name).where(officers.c.id == officer_id)).scalar_one()
    return name


def add_attachments(connection: Connection, draft_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(attachments), [{**row, "draft_id": draft_id} for row in rows])
        ring(connection, FILES)


def mark_sent(connection: Connection, draft_id: int, reference: str) -> bool:
    """False when it has been sent before. The dossier holds the answers; a second copy would outlive its purpose."""
    unsent = (drafts.c.id == draft_id) & drafts.c.sent_reference.is_(None)
    return connection.execute(update(drafts).where(unsent).values(sent_reference=reference, typed={})).rowcount == 1


def hand_over(connection: Connection, draft_id: int, dossier_id: int, files: Sequence[str], supplement: int) -> None:
    """Files of a draft become files of a dossier that is there already."""
    mine = (attachments.c.draft_id == draft_id) & attachments.c.id.in_(files)
    given = {"dossier_id": dossier_id, "draft_id": None, "supplement": supplement}
    connection.execute(update(attachments).where(mine).values(given))


def remove_attachment(connection: Connection, draft_id: int, attachment_id: str) -> bool:
    of_draft = (attachments.c.draft_id == draft_id) & (attachments.c.id == attachment_id)
    return connection.execute(delete(attachments).where(of_draft)).rowcount == 1


def remove_dossier_attachment(connection: Connection, dossier_id: int, attachment_id: str) -> None:
    """The caller's event has to name it as removed, for `hotro verify` compares them."""
    connection.execute(
        delete(attachments).where((attachments.c.dossier_id == dossier_id) & (attachments.c.id == attachment_id))
    )


def expired_drafts(connection: Connection, now: datetime, limit: int = 100) -> list[int]:
    lapsed = select(drafts.c.id).where(drafts.c.expires_at <= now).order_by(drafts.c.expires_at).limit(limit)
    return list(connection.execute(lapsed).scalars())


def delete_draft(connection: Connection, draft_id: int) -> list[str]:
    """The ids of its files, half-sent ones included, whose content may go once this is committed."""
    of_draft = attachments.c.draft_id == draft_id
    gone = list(connection.execute(select(attachments.c.id).where(of_draft)).scalars())
    gone += connection.execute(select(uploads.c.id).where(uploads.c.draft_id == draft_id)).scalars()
    connection.execute(delete(attachments).where(of_draft))
    connection.execute(delete(uploads).where(uploads.c.draft_id == draft_id))
    connection.execute(delete(outbox).where(outbox.c.draft_id == draft_id))
    connection.execute(delete(drafts).where(drafts.c.id == draft_id))
    return gone


def attachments_of(connection: Connection, condition: Any) -> list[Attachment]:
    wanted = select(*ATTACHMENT_COLUMNS).where(condition).order_by(attachments.c.received_at, attachments.c.id)
    return [Attachment(*row) for row in connection.execute(wanted)]


ATTACHMENT_COLUMNS = (
    attachments.c.id,
    attachments.c.item_id,
    attachments.c.name,
    attachments.c.size,
    attachments.c.sha256,
    attachments.c.media_type,
    attachments.c.received_at,
    attachments.c.supplement,
    attachments.c.hazards,
    attachments.c.scan_state,
    attachments.c.scanned_at,
    attachments.c.scanned_by,
    attachments.c.scan_found,
)
