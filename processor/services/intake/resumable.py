"""Files that come in pieces into a draft: begun, gone on with after a cut, finished, given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anyio import to_thread

from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import Fault, InvalidAnswers, NotFound, Refused
from processor.domain.files import FileFault, shown_name
from processor.domain.forms.definition import FormDefinition
from processor.inspection.inspect import Question, Verdict
from processor.services.intake.drafts import already_sent, drop_file
from processor.services.intake.uploads import Announced, check_announced, fault_of, unopened
from processor.services.intake.versions import form_of
from processor.services.parts import Wired
from processor.services.scanning.door import verdicts_at_door
from processor.storage.dossiers.drafts import add_attachments
from processor.storage.dossiers.uploads import (
    Upload,
    attachment_made_of,
    delete_upload,
    draft_attachments,
    find_upload,
    hold_draft,
    insert_upload,
    postpone_upload,
    uploads_of,
)
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.named import gone_unless_named, remove_all
from processor.storage.files.partial_files import PartGone

# Near enough to the last touch, and no write to the database for every piece.
TOUCH = timedelta(minutes=10)


@dataclass(frozen=True)
class State:
    """How far a file has come: `upload` while it is under way, `attachment` once it is sound and in the draft."""

    offset: int
    length: int
    upload: Upload | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True)
class Unfinished:
    """A file that is not in the draft yet, in whole percent below 100."""

    id: str
    item_id: str
    name: str
    percent: int


def begin_upload(wired: Wired, draft: Draft, item_id: str, raw_name: str, length: int) -> Upload:
    """Raises InvalidAnswers with what can be said of the file before its first byte, Conflict when the draft is sent.

    The same file begun again replaces the half that came earlier.
    """
    refuse_sent(draft)
    form = form_of(wired, draft)
    file = Announced(item_id, shown_name(raw_name), length)
    refuse_faulty(check_announced(wired, form, file, (), draft.attachments))
    upload_id = wired.store.begin()
    with gone_unless_named(wired.store, [upload_id]):
        upload, replaced = register(wired, draft, form, upload_id, file)
    remove_all(wired.store, [earlier.id for earlier in replaced])
    return upload


def register(
    wired: Wired, draft: Draft, form: FormDefinition, upload_id: str, file: Announced
) -> tuple[Upload, list[Upload]]:
    """The new row, and those it replaced."""
    now = wired.clock()
    upload = Upload(upload_id, draft.id, file.field, file.name, file.size, now, now + period(wired))
    with writing(wired.engine) as connection:
        save_now(wired, connection, draft)
        others = uploads_of(connection, draft.id, now)
        replaced = [other for other in others if announced(other) == file and delete_upload(connection, other.id)]
        going = [announced(other) for other in others if other not in replaced]
        refuse_faulty(check_announced(wired, form, file, going, draft_attachments(connection, draft.id)))
        insert_upload(connection, upload)
    return upload, replaced


def state_of(wired: Wired, draft: Draft, upload_id: str) -> State:
    """Raises NotFound, the same for what never was, is another draft's, was given up or has lapsed."""
    with reading(wired.engine) as connection:
        upload = find_upload(connection, draft.id, upload_id, wired.clock())
        # Read after it: a file that is finished in between is found here.
        kept = {} if upload else {file.id: file for file in draft_attachments(connection, draft.id)}
    if upload is None:
        return state_when_done(kept.get(upload_id))
    try:
        return State(wired.store.partial(upload.id).size, upload.length, upload)
    except PartGone:
        give_up(wired, upload)
        raise NotFound("upload_unknown") from None


def state_when_done(attachment: Attachment | None) -> State:
    if attachment is None:
        raise NotFound("upload_unknown")
    return State(attachment.size, attachment.size, attachment=attachment)


def touch(wired: Wired, upload: Upload) -> Upload:
    """With a new end, when that is worth a write."""
    expires_at = wired.clock() + period(wired)
    if expires_at - upload.expires_at < TOUCH:
        return upload
    with writing(wired.engine) as connection:
        postpone_upload(connection, upload.id, expires_at)
    return Upload(**{**vars(upload), "expires_at": expires_at})


def period(wired: Wired) -> timedelta:
    return timedelta(hours=wired.settings.upload_hours)


async def finish(wired: Wired, draft: Draft, upload: Upload) -> Attachment:
    """A file that has come whole is inspected and joins the draft. May be called again, and by two at once.

    Raises InvalidAnswers, NotFound, Conflict, and then nothing of it is left; Unavailable, and then all of it is.
    """
    form = await to_thread.run_sync(form_of, wired, draft)
    try:
        verdict = await verdict_on_whole(wired, form, upload)
        return await to_thread.run_sync(conclude, wired, draft, form, upload, verdict)
    except PartGone:
        raise NotFound("upload_unknown") from None


async def verdict_on_whole(wired: Wired, form: FormDefinition, upload: Upload) -> Verdict:
    if fault := unopened(wired, form, announced(upload)):
        return fault
    with wired.store.partial(upload.id).readable() as path:
        asked = Question(path, upload.name, form.items_by_id[upload.item_id].accept)
        (verdict,) = await verdicts_at_door(wired, [asked])
    return verdict


def conclude(wired: Wired, draft: Draft, form: FormDefinition, upload: Upload, verdict: Verdict) -> Attachment:
    try:
        if isinstance(verdict, FileFault):
            raise InvalidAnswers([fault_of(wired, announced(upload), verdict)])
        sha256 = wired.store.partial(upload.id).keep(upload.length)
        row = {
            "id": upload.id,
            "item_id": upload.item_id,
            "name": upload.name,
            "size": upload.length,
            "sha256": sha256,
            "received_at": wired.clock(),
            **verdict.columns,
        }
        return join_draft(wired, draft, form, upload, row)
    except Refused:
        give_up(wired, upload)
        raise


def join_draft(wired: Wired, draft: Draft, form: FormDefinition, upload: Upload, row: dict[str, Any]) -> Attachment:
    with writing(wired.engine) as connection:
        if delete_upload(connection, upload.id):
            joined: Attachment | None = added(wired, connection, draft, form, row)
        else:  # asked only now: whoever took the row has committed
            joined = attachment_made_of(connection, upload.id)
    if joined is None or joined.id != upload.id:
        remove_all(wired.store, [upload.id])
    if joined is None:
        raise NotFound("upload_unknown")
    return joined


def added(wired: Wired, connection: Connection, draft: Draft, form: FormDefinition, row: dict[str, Any]) -> Attachment:
    """The same file under the same paper is kept once, as when a page is posted: then it is the one already there."""
    save_now(wired, connection, draft)
    kept = draft_attachments(connection, draft.id)
    if same := same_file(kept, row):
        return same
    refuse_faulty(check_announced(wired, form, Announced(row["item_id"], row["name"], row["size"]), (), kept))
    add_attachments(connection, draft.id, [row])
    return Attachment(**row)


def same_file(kept: Sequence[Attachment], row: dict[str, Any]) -> Attachment | None:
    wanted = row["item_id"], row["name"], row["sha256"]
    return next((file for file in kept if (file.item_id, file.name, file.sha256) == wanted), None)


def cancel_upload(wired: Wired, draft: Draft, upload_id: str) -> None:
    """Under way or finished meanwhile: the file leaves the draft. Raises NotFound, Conflict."""
    refuse_sent(draft)
    state = state_of(wired, draft, upload_id)
    if state.upload:
        give_up(wired, state.upload)
    else:
        drop_file(wired, draft, upload_id)


def give_up(wired: Wired, upload: Upload) -> None:
    """Its bytes go with its row; whoever found the row gone leaves the bytes to who took it."""
    with writing(wired.engine) as connection:
        mine = delete_upload(connection, upload.id)
    if mine:
        remove_all(wired.store, [upload.id])


def unfinished(wired: Wired, draft: Draft) -> list[Unfinished]:
    """What would be lost if the draft were sent now, in the order it was begun."""
    with reading(wired.engine) as connection:
        going = uploads_of(connection, draft.id, wired.clock())
    return [Unfinished(upload.id, upload.item_id, upload.name, percent_of(wired, upload)) for upload in going]


def percent_of(wired: Wired, upload: Upload) -> int:
    try:
        size = wired.store.partial(upload.id).size
    except PartGone:
        size = 0
    return min(size * 100 // upload.length, 99)


def announced(upload: Upload) -> Announced:
    return Announced(upload.item_id, upload.name, upload.length)


def save_now(wired: Wired, connection: Connection, draft: Draft) -> None:
    """The draft lives on from now; nobody sends it before the transaction ends."""
    now = wired.clock()
    if not hold_draft(connection, draft.id, now, now + timedelta(days=wired.settings.draft_days)):
        raise already_sent(draft)


def refuse_sent(draft: Draft) -> None:
    if draft.sent_reference:
        raise already_sent(draft)


def refuse_faulty(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidAnswers(faults)
