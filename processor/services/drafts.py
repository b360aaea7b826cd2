"""Drafts: what was typed and the sound files are kept under a secret link, whatever else is wrong."""

import contextlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from processor.domain.credentials import derived_token, secret_hash
from processor.domain.definition import FormDefinition
from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import Conflict, Fault, NotFound, Refused
from processor.domain.submission import Checked, Typed, in_page_order
from processor.domain.tasks import Task, tasks_of
from processor.domain.vietnamese import moment
from processor.services.intake import check
from processor.services.parts import Wired
from processor.services.uploads import CheckedFile, ReceivedFile, check_files, discard, keep, missing_files
from processor.storage.drafts import (
    DraftExists,
    NewDraft,
    add_attachments,
    delete_draft,
    expired_drafts,
    find_draft,
    insert_draft,
    remove_attachment,
    typed_now,
    update_draft,
)
from processor.storage.engine import reading, writing

Change = Callable[[Typed], Typed]


@dataclass(frozen=True)
class Paper:
    """What came on paper: who types it in, and by which channel it came."""

    officer_id: int
    channel: int


@dataclass(frozen=True)
class SavedDraft:
    token: str
    draft: Draft
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Review:
    """A whole draft against its form: `faults` in page order, missing papers included; what is left to do."""

    checked: Checked
    faults: Sequence[Fault]
    tasks: Sequence[Task]

    @property
    def complete(self) -> bool:
        return not self.faults


def open_draft(wired: Wired, token: str) -> Draft:
    """Raises NotFound("draft_unavailable"), the same for a wrong, a lapsed and a deleted link."""
    with reading(wired.engine) as connection:
        draft = find_draft(connection, secret_hash(token), wired.clock())
    if draft is None:
        raise NotFound("draft_unavailable")
    return draft


def draft_token(wired: Wired, seed: str) -> str:
    """The secret of a draft's link. The server can derive it, so a warning can carry it though it is not stored."""
    return derived_token(wired.server_key, "draft", seed)


def new_draft(
    wired: Wired,
    form: FormDefinition,
    typed: Typed,
    seed: str,
    dossier_id: int | None = None,
    purpose: str | None = None,
    paper: Paper | None = None,
) -> NewDraft:
    now = wired.clock()
    return NewDraft(
        token_hash=secret_hash(draft_token(wired, seed)),
        form_id=form.id,
        form_version=form.version,
        typed=typed,
        created_at=now,
        expires_at=now + timedelta(days=wired.settings.draft_days),
        seed=seed,
        dossier_id=dossier_id,
        purpose=purpose,
        officer_id=paper.officer_id if paper else None,
        channel=paper.channel if paper else None,
    )


def start_draft(
    wired: Wired,
    form: FormDefinition,
    typed: Typed,
    dossier_id: int | None = None,
    purpose: str | None = None,
    paper: Paper | None = None,
) -> str:
    """The token of a new draft."""
    seed = secrets.token_hex(16)
    with writing(wired.engine) as connection:
        insert_draft(connection, new_draft(wired, form, typed, seed, dossier_id, purpose, paper))
    return draft_token(wired, seed)


def save_draft(
    wired: Wired,
    form: FormDefinition,
    typed: Typed,
    files: Sequence[ReceivedFile],
    token: str | None,
    key: str | None = None,
) -> SavedDraft:
    """Keep what was typed and every sound file (all inspected); all faults in page order.

    A page that posts the same `key` again gets the same draft. Raises NotFound, Conflict, Unavailable.
    """
    seed = secret_hash(f"page\0{form.id}\0{key}") if key else secrets.token_hex(16)
    known = token or (draft_token(wired, seed) if key and is_open(wired, draft_token(wired, seed)) else None)
    return save_change(wired, form, lambda _: typed, files, known, seed)


def is_open(wired: Wired, token: str) -> bool:
    with reading(wired.engine) as connection:
        return find_draft(connection, secret_hash(token), wired.clock()) is not None


def save_change(
    wired: Wired,
    form: FormDefinition,
    change: Change,
    files: Sequence[ReceivedFile],
    token: str | None,
    seed: str = "",
) -> SavedDraft:
    """`change` makes the new answers of the stored ones: two pages saved at once lose nothing of each other."""
    try:
        draft = open_draft(wired, token) if token else None
        if draft and draft.sent_reference:
            raise already_sent(draft)
        kept = draft.attachments if draft else ()
        sound, file_faults = check_files(wired, form, not_kept_yet(files, kept), kept)
        if any(fault.code in ("files_too_many", "files_total_too_large") for fault in file_faults):
            sound = []
        token = token or draft_token(wired, seed)
        with contextlib.suppress(DraftExists):  # the same page posted twice at once: the other post keeps the same
            store(wired, form, change, sound, draft, seed)
    finally:
        discard(files)
    saved = open_draft(wired, token)
    refused = {fault.field for fault in file_faults}
    faults = faults_of(wired, form, saved, check(wired, form, saved.typed), refused)
    return SavedDraft(token, saved, in_page_order(form, [*faults, *file_faults]))


def store(
    wired: Wired,
    form: FormDefinition,
    change: Change,
    sound: Sequence[CheckedFile],
    draft: Draft | None,
    seed: str,
) -> None:
    rows = keep(wired, sound)
    now = wired.clock()
    try:
        with writing(wired.engine) as connection:
            if draft is None:
                draft_id = insert_draft(connection, new_draft(wired, form, change({}), seed))
            else:
                draft_id = draft.id
                typed = change(typed_now(connection, draft_id))
                expires_at = now + timedelta(days=wired.settings.draft_days)
                if not update_draft(connection, draft_id, form.version, typed, now, expires_at):
                    raise already_sent(draft)
            add_attachments(connection, draft_id, rows)
    except (Refused, DraftExists):  # anything else leaves them to the sweep: the rows may have been written
        for row in rows:
            wired.store.remove(row["id"])
        raise


def not_kept_yet(files: Sequence[ReceivedFile], kept: Sequence[Attachment]) -> list[ReceivedFile]:
    """The same file under the same paper is kept once, however often its page is posted."""
    known = {(file.item_id, file.name, file.sha256) for file in kept}
    return [file for file in files if (file.field, file.name, file.incoming.sha256) not in known]


def already_sent(draft: Draft) -> Conflict:
    return Conflict("already_sent", time=moment(draft.updated_at))


def review_draft(wired: Wired, form: FormDefinition, draft: Draft) -> Review:
    checked = check(wired, form, draft.typed)
    faults = faults_of(wired, form, draft, checked)
    tasks = tasks_of(form, draft.typed, checked.answers, checked.absences, draft.attachments, faults, wired.today())
    return Review(checked, faults, tasks)


def faults_of(
    wired: Wired, form: FormDefinition, draft: Draft, checked: Checked, refused: Collection[str] = ()
) -> Sequence[Fault]:
    """`refused` are items whose file was just refused: they are not asked for once more."""
    given = {attachment.item_id for attachment in draft.attachments} | set(checked.absences) | set(refused)
    unexplained = {fault.field for fault in checked.faults}
    missing = [fault for fault in missing_files(wired, form, checked.answers, given) if fault.field not in unexplained]
    return in_page_order(form, [*checked.faults, *missing])


def drop_file(wired: Wired, draft: Draft, attachment_id: str) -> None:
    with writing(wired.engine) as connection:
        removed = remove_attachment(connection, draft.id, attachment_id)
    if removed:
        wired.store.remove(attachment_id)


def erase_draft(wired: Wired, draft: Draft) -> None:
    """At once and for good: answers, files, half-sent files, mail that waits. A sent draft stays, its dossier needs it.

    Raises Conflict when the draft has been sent.
    """
    if draft.sent_reference:
        raise already_sent(draft)
    with writing(wired.engine) as connection:
        gone = delete_draft(connection, draft.id)
    for attachment_id in gone:
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
