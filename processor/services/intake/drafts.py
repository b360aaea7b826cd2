"""Drafts: what was typed and the sound files are kept under a secret link, whatever else is wrong."""

import contextlib
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from processor.domain.access.credentials import derived_token, secret_hash
from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import Conflict, Fault, NotFound
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.standing import changed_fields
from processor.domain.forms.submission import Checked, Typed, in_page_order
from processor.domain.forms.tasks import Task, tasks_of
from processor.domain.scanning import BLOCKED
from processor.domain.tally import READY
from processor.domain.vietnamese import moment
from processor.services.intake.counting import count_given_up, count_started, is_counted
from processor.services.intake.intake import check
from processor.services.intake.uploads import (
    CheckedFile,
    ReceivedFile,
    check_files,
    discard,
    fault,
    keep,
    missing_files,
)
from processor.services.intake.versions import form_of
from processor.services.parts import Wired
from processor.storage.dossiers.drafts import (
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
from processor.storage.dossiers.standings import add_changed, draft_numbered, held_draft
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.named import gone_unless_named, remove_all

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
    outreach: str | None = None,
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
        outreach=outreach,
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
    draft = new_draft(wired, form, typed, seed, dossier_id, purpose, paper)
    with writing(wired.engine) as connection:
        insert_draft(connection, draft)
        count_started(wired, connection, draft)
    return draft_token(wired, seed)


def save_draft(
    wired: Wired,
    form: FormDefinition,
    typed: Typed,
    files: Sequence[ReceivedFile],
    token: str | None,
    key: str | None = None,
    outreach: str | None = None,
) -> SavedDraft:
    """Keep what was typed and every sound file (all inspected); all faults in page order.

    A page that posts the same `key` again gets the same draft. `outreach` goes into a new one. Raises NotFound,
    Conflict, Unavailable.
    """
    seed = secret_hash(f"page\0{form.id}\0{key}") if key else secrets.token_hex(16)
    known = token or (draft_token(wired, seed) if key and is_open(wired, draft_token(wired, seed)) else None)
    return save_change(wired, form, lambda _: typed, files, known, seed, outreach)


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
    outreach: str | None = None,
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
            store(wired, form, change, sound, draft or new_draft(wired, form, change({}), seed, outreach=outreach))
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
    draft: Draft | NewDraft,
) -> None:
    rows = keep(wired, sound)
    with gone_unless_named(wired.store, [row["id"] for row in rows]), writing(wired.engine) as connection:
        if isinstance(draft, NewDraft):
            add_attachments(connection, insert_draft(connection, draft), rows)
            count_started(wired, connection, draft)
        else:
            put_change(wired, connection, form, change, draft)
            add_attachments(connection, draft.id, rows)


def put_change(wired: Wired, connection: Connection, form: FormDefinition, change: Change, draft: Draft) -> None:
    before = typed_now(connection, draft.id)
    typed, now = change(before), wired.clock()
    expires_at = now + timedelta(days=wired.settings.draft_days)
    if not update_draft(connection, draft.id, form.version, typed, now, expires_at):
        raise already_sent(draft)
    if draft.standing and (changed := changed_fields(form, before, typed)):
        add_changed(connection, draft.id, changed)


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
    return in_page_order(form, [*checked.faults, *missing, *infected(wired, form, draft)])


def infected(wired: Wired, form: FormDefinition, draft: Draft) -> Iterator[Fault]:
    """Files that the scanner has blocked since they came: the sender takes them out before sending."""
    for file in draft.attachments:
        if file.scan_state == BLOCKED and file.item_id in form.items_by_id:
            yield fault(wired, form.items_by_id[file.item_id], "file_infected_since", file=file.name)


def drop_file(wired: Wired, draft: Draft, attachment_id: str) -> None:
    with writing(wired.engine) as connection:
        removed = remove_attachment(connection, draft.id, attachment_id)
    if removed:
        remove_all(wired.store, [attachment_id])


def erase_draft(wired: Wired, draft: Draft) -> None:
    """At once and for good: answers, files, half-sent files, mail that waits. A sent draft stays, its dossier needs it.

    Raises Conflict when the draft has been sent.
    """
    if draft.sent_reference:
        raise already_sent(draft)
    remove_draft(wired, draft, "erased")


def remove_draft(wired: Wired, draft: Draft, how: str) -> None:
    """Counted by who removes it, with where it stood."""
    place = first_open(wired, draft)
    with writing(wired.engine) as connection:
        if held_draft(connection, draft.id) is None:
            return
        gone = delete_draft(connection, draft.id)
        count_given_up(wired, connection, draft, place, how)
    remove_all(wired.store, gone)


def first_open(wired: Wired, draft: Draft) -> str:
    """The first section or paper still to do, by its id; empty where nobody asks or the form is no more."""
    if not is_counted(draft) or draft.sent_reference:
        return ""
    try:
        tasks = review_draft(wired, form_of(wired, draft), draft).tasks
    except NotFound:
        return ""
    return next((task.id for task in tasks if task.open), READY)


def expire_drafts(wired: Wired) -> int:
    """Delete lapsed drafts with their files; how many."""
    with reading(wired.engine) as connection:
        lapsed = expired_drafts(connection, wired.clock())
        found = [draft for draft_id in lapsed if (draft := draft_numbered(connection, draft_id))]
    for draft in found:
        remove_draft(wired, draft, "expired")
    return len(lapsed)
