"""A file sent once serves another paper of the same draft too: the sender need not find and send it again."""

from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import NotFound, Refused
from processor.services.parts import Wired
from processor.services.resumable import announced, refuse_faulty, refuse_sent, same_file, save_now
from processor.services.uploads import Announced, check_announced
from processor.services.versions import form_of
from processor.storage.drafts import add_attachments
from processor.storage.engine import writing
from processor.storage.uploads import draft_attachments, uploads_of


def reuse_file(wired: Wired, draft: Draft, attachment_id: str, item_id: str) -> Attachment:
    """The file under its other paper, with an id of its own; the one already there when it was reused before.

    Raises InvalidAnswers when that paper does not take it, NotFound, Conflict when the draft has been sent.
    """
    refuse_sent(draft)
    source = file_of(draft, attachment_id)
    made = wired.store.copy(source.id)
    copy = Attachment(**{**vars(source), "id": made, "item_id": item_id, "received_at": wired.clock()})
    try:
        used = under_paper(wired, draft, copy)
    except Refused:  # anything else leaves it to the sweep: the row may have been written
        wired.store.remove(made)
        raise
    if used.id != made:
        wired.store.remove(made)
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
