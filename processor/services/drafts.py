"""Drafts: what was typed and the sound files are kept under a secret link, whatever else is wrong."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from processor.domain.credentials import derived_token, secret_hash
from processor.domain.definition import FormDefinition
from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, Fault, NotFound
from processor.domain.submission import Typed, in_page_order
from processor.services.intake import check
from processor.services.parts import Wired
from processor.services.uploads import CheckedFile, ReceivedFile, check_files, discard, keep, missing_files
from processor.storage.drafts import (
    add_attachments,
    delete_draft,
    expired_drafts,
    find_draft,
    insert_draft,
    remove_attachment,
    update_draft,
)
from processor.storage.engine import reading, writing


@dataclass(frozen=True)
class SavedDraft:
    token: str
    draft: Draft
    faults: Sequence[Fault]


def open_draft(wired: Wired, token: str) -> Draft:
    """Raises NotFound("draft_unavailable"), the same for a wrong, a lapsed and a deleted link."""
    with reading(wired.engine) as connection:
        draft = find_draft(connection, secret_hash(token), wired.clock())
    if draft is None:
        raise NotFound("draft_unavailable")
    return draft


def draft_token(wired: Wired, seed: str) -> str:
    """The secret of a draft's link. Only the server can derive it, so a warning can carry it though it is not stored."""
    return derived_token(wired.server_key, "draft", seed)


def start_draft(
    wired: Wired, form: FormDefinition, typed: Typed, dossier_id: int | None = None, purpose: str | None = None
) -> str:
    """The token of a new draft."""
    seed = secrets.token_hex(16)
    token = draft_token(wired, seed)
    now = wired.clock()
    expires_at = now + timedelta(days=wired.settings.draft_days)
    with writing(wired.engine) as connection:
        insert_draft(
            connection, secret_hash(token), form.id, form.version, typed, now, expires_at, seed, dossier_id, purpose
        )
    return token


def save_draft(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile], token: str | None
) -> SavedDraft:
    """Keep what was typed and every sound file (all inspected); all faults in page order.

    Raises NotFound, Conflict, Unavailable.
    """
    try:
        draft = open_draft(wired, token) if token else None
        if draft and draft.sent_reference:
            raise Conflict("already_sent", time="trước đó")
        kept = draft.attachments if draft else ()
        sound, file_faults = check_files(wired, form, files, kept)
        if any(fault.code in ("files_too_many", "files_total_too_large") for fault in file_faults):
            sound = []
        token = store(wired, form, typed, sound, draft, token)
    finally:
        discard(files)
    saved = open_draft(wired, token)
    checked = check(wired, form, typed)
    given = {attachment.item_id for attachment in saved.attachments} | {fault.field for fault in file_faults}
    faults = [*checked.faults, *file_faults, *missing_files(wired, form, checked.answers, given)]
    return SavedDraft(token, saved, in_page_order(form, faults))


def store(
    wired: Wired,
    form: FormDefinition,
    typed: Typed,
    sound: Sequence[CheckedFile],
    draft: Draft | None,
    token: str | None,
) -> str:
    rows = keep(wired, sound)
    now = wired.clock()
    expires_at = now + timedelta(days=wired.settings.draft_days)
    seed = secrets.token_hex(16)
    token = token or draft_token(wired, seed)
    try:
        with writing(wired.engine) as connection:
            if draft is None:
                draft_id = insert_draft(
                    connection, secret_hash(token), form.id, form.version, typed, now, expires_at, seed
                )
            else:
                draft_id = draft.id
                if not update_draft(connection, draft_id, form.version, typed, now, expires_at):
                    raise Conflict("already_sent", time="trước đó")
            add_attachments(connection, draft_id, rows)
    except BaseException:
        for row in rows:
            wired.store.remove(row["id"])
        raise
    return token


def drop_file(wired: Wired, draft: Draft, attachment_id: str) -> None:
    with writing(wired.engine) as connection:
        removed = remove_attachment(connection, draft.id, attachment_id)
    if removed:
        wired.store.remove(attachment_id)


def expire_drafts(wired: Wired) -> int:
    """Delete lapsed drafts with their files; how many."""
    with reading(wired.engine) as connection:
        lapsed = expired_drafts(connection, wired.clock())
    for draft_id in lapsed:
        with writing(wired.engine) as connection:
            gone = delete_draft(connection, draft_id)
        for attachment_id in gone:
            wired.store.remove(attachment_id)
    return len(lapsed)
