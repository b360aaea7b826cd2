"""A draft is sent: it becomes a dossier, once, or changes the one it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from processor.domain.dossier import Attachment, Dossier, Draft
from processor.domain.errors import Conflict, InvalidAnswers
from processor.domain.forms.submission import Checked
from processor.services.intake.changes import apply_change
from processor.services.intake.counting import note_check, note_sent
from processor.services.intake.drafts import Review, open_draft, review_draft
from processor.services.intake.duplicates import is_suspected
from processor.services.intake.intake import Receipt, Secrets, content_hash, prepared, repeated_receipt, secrets_from
from processor.services.intake.opening import refuse_closed
from processor.services.intake.resumable import Unfinished, unfinished
from processor.services.intake.versions import form_of
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import dossier_with_key, find_dossier
from processor.storage.engine import reading
from processor.storage.writer import AlreadyWritten


@dataclass(frozen=True)
class BeforeSending:
    """What the check page shows; `unfinished` are files on their way, which would not go along."""

    review: Review
    duplicate: bool
    unfinished: Sequence[Unfinished]


def before_sending(wired: Wired, draft: Draft) -> BeforeSending:
    form = form_of(wired, draft)
    review = review_draft(wired, form, draft)
    note_check(wired, form, draft, review.faults, attempt=False)
    suspected = is_suspected(wired, form, review.checked.answers, draft.dossier_id)
    return BeforeSending(review, suspected, unfinished(wired, draft))


def send_draft(wired: Wired, draft: Draft, token: str, despite_duplicate: bool = True) -> Receipt:
    """A draft becomes a dossier, once: sent again, it gives the same receipt.

    Raises InvalidAnswers when the draft is not complete or no longer passes, Conflict("form_closed"), and
    Conflict("duplicate_suspected") unless the sender has been told and goes on.
    """
    found = secrets_from(wired, f"draft\0{token}")
    if draft.sent_reference:
        return receipt_again(wired, draft.sent_reference, found)
    form = form_of(wired, draft)
    refuse_closed(wired, form, draft)
    checked = complete_answers(wired, draft)
    if not despite_duplicate and is_suspected(wired, form, checked.answers, draft.dossier_id):
        raise Conflict("duplicate_suspected")
    content = content_hash(draft.typed, [(a.item_id, a.name, a.sha256) for a in draft.attachments])
    rows = [attachment_row(attachment) for attachment in draft.attachments]
    intake = prepared(wired, form, checked, rows, found, content, draft=draft)
    try:
        wired.writer.write(intake)
    except AlreadyWritten:
        if reference := reference_of(wired, found):
            return receipt_again(wired, reference, found)
        # A file or an answer joined the draft meanwhile: it goes along.
        return send_draft(wired, open_draft(wired, token), token)
    note_sent(wired, form, draft)
    return new_receipt(wired, str(intake.dossier["reference"]), found)


def send_change(wired: Wired, draft: Draft) -> Dossier:
    """What was registered is changed. Raises InvalidAnswers, Conflict."""
    form = form_of(wired, draft)
    refuse_closed(wired, form, draft)
    return apply_change(wired, form, draft, complete_answers(wired, draft))


def complete_answers(wired: Wired, draft: Draft) -> Checked:
    form = form_of(wired, draft)
    review = review_draft(wired, form, draft)
    if not review.complete:
        note_check(wired, form, draft, review.faults)
        raise InvalidAnswers(review.faults)
    return review.checked


def reference_of(wired: Wired, found: Secrets) -> str | None:
    with reading(wired.engine) as connection:
        earlier = dossier_with_key(connection, found.seed_hash or "")
    return earlier[0].reference if earlier else None


def receipt_again(wired: Wired, reference: str, found: Secrets) -> Receipt:
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier is not None
    return repeated_receipt(dossier, found)


def new_receipt(wired: Wired, reference: str, found: Secrets) -> Receipt:
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier is not None
    return Receipt(dossier, found.access_code, found.receipt_token)


def attachment_row(attachment: Attachment) -> dict[str, Any]:
    names = ("id", "item_id", "name", "size", "sha256", "media_type", "received_at")
    return {name: getattr(attachment, name) for name in names}
