"""A file sent once serves another paper of the same draft too: the sender need not find and send it again."""

from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import NotFound
from processor.services.intake.resumable import announced, refuse_faulty, refuse_sent, same_file, save_now
from processor.services.intake.uploads import Announced, check_announced
from processor.services.intake.versions import form_of
from processor.services.parts import Wired
from processor.storage.dossiers.drafts import add_attachments
from processor.storage.dossiers.uploads import draft_attachments, uploads_of
from processor.storage.engine import writing
from processor.storage.files.named import gone_unless_named, remove_all


def reuse_file(wired: Wired, draft: Draft, attachment_id: str, item_id: str) -> Attachment:
    """The file under its other paper, with an id of its own; the one already there when it was reused before.

    Raises InvalidAnswers when that paper does not take it, NotFound, Conflict when the draft has been sent.
    """
    refuse_sent(draft)
    source = file_of(draft, attachment_id)
    made = wired.store.copy(source.id)
    copy = Attachment(**{**vars(source), "id": made, "item_id": item_id, "received_at": wired.clock()})
    with gone_unless_named(wired.store, [made]):
        used = under_paper(wired, draft, copy)
    if used.id != made:
        remove_all(wired.store, [made])
    return used


def under_paper(wired: Wired, draft: Draft, copy: Attachment) -> Attachment:
    with writing(wired.engine) as connection:
        save_now(wired, connection, draft)
        kept = draft_attachments(connection, draft.id)
        if same := same_file(kept, vars(copy)):
            return same
        going = [announced(upload) for upload in uploads_of(connection, draft.id, wired.clock())]
        file = Announced(copy.item_id, copy.name, copy.size)
        refuse_faulty(check_announced(wired, form_of(wired, draft), file, going, kept))
        add_attachments(connection, draft.id, [vars(copy)])
    return copy


def file_of(draft: Draft, attachment_id: str) -> Attachment:
    for attachment in draft.attachments:
        if attachment.id == attachment_id:
            return attachment
    raise NotFound("upload_unknown")
