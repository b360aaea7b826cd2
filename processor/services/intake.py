"""A submission becomes a dossier: checked whole, files first, one transaction, then the receipt."""

import hashlib
import secrets
from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from processor.domain.credentials import (
    derived_access_code,
    derived_token,
    new_access_code,
    new_token,
    secret_hash,
)
from processor.domain.definition import ConsentField, FormDefinition
from processor.domain.dossier import Attachment, Dossier, Draft
from processor.domain.errors import Conflict, InvalidAnswers, NotFound, Unavailable
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.reference import issue_reference
from processor.domain.submission import Checked, Typed, check_answers, in_page_order
from processor.services.parts import Wired
from processor.services.uploads import CheckedFile, ReceivedFile, check_files, missing_files, row_of
from processor.storage.attachments import Incoming
from processor.storage.dossiers import dossier_with_key, event_row, find_dossier
from processor.storage.engine import reading
from processor.storage.writer import AlreadyWritten, Intake


@dataclass(frozen=True)
class Receipt:
    """`repeated` when the same had been sent before; the access code is then the same too."""

    dossier: Dossier
    access_code: str
    receipt_token: str
    repeated: bool = False


@dataclass(frozen=True)
class Secrets:
    """The two secrets of a dossier, new or derived from what its sender alone holds."""

    access_code: str
    receipt_token: str
    seed_hash: str | None = None


def new_secrets() -> Secrets:
    return Secrets(new_access_code(), new_token())


def secrets_from(wired: Wired, seed: str) -> Secrets:
    return Secrets(
        derived_access_code(wired.server_key, seed),
        derived_token(wired.server_key, "receipt", seed),
        secret_hash(seed),
    )


def form_version(wired: Wired, form_id: str, version: str | None) -> FormDefinition:
    """The version a page was made from, when it is known here; otherwise today's."""
    current = wired.catalogue.form(form_id)
    if version is None or version == current.version:
        return current
    try:
        return wired.definitions.get(form_id, version)
    except NotFound:
        return current


def check(wired: Wired, form: FormDefinition, typed: Typed) -> Checked:
    return check_answers(form, typed, wired.catalogue.messages, wired.today())


async def submit(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile], key: str | None = None
) -> Receipt:
    """Raises InvalidAnswers with every fault, Conflict("key_conflict"), Unavailable; then nothing is stored.

    What only computes runs in the caller's thread: handing it to another costs more than the work itself.
    """
    found = secrets_from(wired, f"key\0{form.id}\0{key}") if key else new_secrets()
    content = content_of(typed, files)
    if key and (earlier := await to_thread.run_sync(sent_before, wired, found, content)):
        return earlier
    intake = intake_of(wired, form, typed, files, found, content)
    try:
        await wrap_future(wired.writer.begin(intake))
    except AlreadyWritten:
        if key and (earlier := await to_thread.run_sync(sent_before, wired, found, content)):
            return earlier
        raise Unavailable() from None
    return receipt_of(intake, found)


def submit_and_wait(wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile]) -> Receipt:
    """The same for a caller that may wait, without a key."""
    found = new_secrets()
    intake = intake_of(wired, form, typed, files, found, content_of(typed, files))
    wired.writer.write(intake)
    return receipt_of(intake, found)


def intake_of(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile], found: Secrets, content: str
) -> Intake:
    """Raises InvalidAnswers with every fault."""
    answers, sound = sound_submission(wired, form, typed, files)
    rows = [row_of(wired, file) for file in sound]
    return prepared(wired, form, answers, rows, found, content, files=[file.received.incoming for file in sound])


def sound_submission(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile]
) -> tuple[dict[str, Any], list[CheckedFile]]:
    checked = check(wired, form, typed)
    sound, faults = check_files(wired, form, files)
    missing = missing_files(wired, form, checked.answers, {file.field for file in files})
    if every := [*checked.faults, *faults, *missing]:
        raise InvalidAnswers(in_page_order(form, every))
    return checked.answers, sound


def sent_before(wired: Wired, found: Secrets, content: str) -> Receipt | None:
    assert found.seed_hash
    with reading(wired.engine) as connection:
        earlier = dossier_with_key(connection, found.seed_hash)
    if earlier is None:
        return None
    dossier, earlier_content = earlier
    if earlier_content != content:
        raise Conflict("key_conflict")
    return Receipt(dossier, found.access_code, found.receipt_token, repeated=True)


def send_draft(wired: Wired, draft: Draft, token: str) -> Receipt:
    """A draft becomes a dossier, once: sent again, it gives the same receipt.

    Raises InvalidAnswers when the draft is not complete or no longer passes.
    """
    found = secrets_from(wired, f"draft\0{token}")
    if draft.sent_reference:
        return receipt_again(wired, draft.sent_reference, found)
    form = form_version(wired, draft.form_id, draft.form_version)
    answers = complete_answers(wired, form, draft)
    content = content_hash(draft.typed, [(a.item_id, a.name, a.sha256) for a in draft.attachments])
    rows = [attachment_row(attachment) for attachment in draft.attachments]
    intake = prepared(wired, form, answers, rows, found, content, draft_id=draft.id)
    try:
        wired.writer.write(intake)
    except AlreadyWritten:
        return receipt_again(wired, reference_of(wired, found), found)
    return receipt_again(wired, str(intake.dossier["reference"]), found, repeated=False)


def reference_of(wired: Wired, found: Secrets) -> str:
    with reading(wired.engine) as connection:
        earlier = dossier_with_key(connection, found.seed_hash or "")
    if earlier is None:
        raise Unavailable()
    return earlier[0].reference


def complete_answers(wired: Wired, form: FormDefinition, draft: Draft) -> dict[str, Any]:
    checked = check(wired, form, draft.typed)
    given = {attachment.item_id for attachment in draft.attachments}
    faults = [*checked.faults, *missing_files(wired, form, checked.answers, given)]
    if faults:
        raise InvalidAnswers(in_page_order(form, faults))
    return checked.answers


def receipt_again(wired: Wired, reference: str, found: Secrets, repeated: bool = True) -> Receipt:
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier is not None
    return Receipt(dossier, found.access_code, found.receipt_token, repeated)


def attachment_row(attachment: Attachment) -> dict[str, Any]:
    names = ("id", "item_id", "name", "size", "sha256", "media_type", "received_at")
    return {name: getattr(attachment, name) for name in names}


def content_of(typed: Typed, files: Sequence[ReceivedFile]) -> str:
    return content_hash(typed, [(file.field, file.name, file.incoming.sha256) for file in files])


def content_hash(typed: Typed, files: Sequence[tuple[str, str, str]]) -> str:
    """The same answers and files give the same hash, in whatever order the files came."""
    told = {name: values for name, values in typed.items() if any(values)}
    return hashlib.sha256(canonical([told, sorted(files)]).encode()).hexdigest()


def prepared(
    wired: Wired,
    form: FormDefinition,
    answers: dict[str, Any],
    rows: Sequence[dict[str, Any]],
    found: Secrets,
    content: str,
    files: Sequence[Incoming] = (),
    draft_id: int | None = None,
) -> Intake:
    """The rows of one submission. A draft's files have their rows already; they only change hands."""
    now = wired.clock().replace(microsecond=0)
    salt = secrets.token_hex(16)
    stored = {name: value for name, value in as_json(answers).items() if value not in (None, [], "")}
    data = {
        "form": form.id,
        "version": form.version,
        "answers": salted_hash(salt, canonical(stored)),
        "attachments": [{name: row[name] for name in ("id", "item_id", "size", "sha256")} for row in rows],
    }
    event = next_event(None, "submitted", "applicant", now, salt, data)
    dossier = {
        "reference": issue_reference(),
        "form_id": form.id,
        "form_version": form.version,
        "kind": form.kind,
        "support_type": form.support_type,
        "status": "submitted",
        "answers": stored,
        "answers_hash": data["answers"],
        "consents": consents(form, answers, now.isoformat()),
        "salt": salt,
        "organisation_name": stored.get("organisation_name", ""),
        "tax_code": stored.get("tax_code"),
        "commune_code": stored.get("commune_code"),
        "requested_amount": stored.get("requested_amount") or stored.get("expected_cost"),
        "access_code_hash": secret_hash(found.access_code),
        "receipt_token_hash": secret_hash(found.receipt_token),
        "idempotency_hash": found.seed_hash,
        "content_hash": content,
        "received_at": now,
        "revision": 1,
    }
    return Intake(
        dossier=dossier,
        event=event_row(event),
        queue={"form_id": form.id, "status": "submitted", "since": now},
        notice={"notice": "receipt", "created_at": now, "next_try_at": now},
        attachments=() if draft_id else rows,
        files=files,
        draft_id=draft_id,
    )


def as_json(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Days as ISO text; everything else is plain already."""
    return {name: plain(value) for name, value in answers.items()}


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return as_json(value)
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def consents(form: FormDefinition, answers: Mapping[str, Any], at: str) -> list[dict[str, str]]:
    """What was agreed to, in the words that stood on the page."""
    return [
        {"purpose": purpose.value, "version": field.version.isoformat(), "text": purpose.label, "at": at}
        for field in form.single_fields
        if isinstance(field, ConsentField)
        for purpose in field.purposes
        if purpose.value in (answers.get(field.id) or [])
    ]


def receipt_of(intake: Intake, found: Secrets) -> Receipt:
    """The receipt from the rows just written, without asking the database again."""
    told = intake.dossier
    dossier = Dossier(
        id=0,
        reference=told["reference"],
        form_id=told["form_id"],
        form_version=told["form_version"],
        kind=told["kind"],
        status=told["status"],
        answers=told["answers"],
        received_at=told["received_at"],
        organisation_name=told["organisation_name"],
        tax_code=told["tax_code"],
        official_code=None,
        holder=None,
        claimed_at=None,
        revision=1,
        salt=told["salt"],
        access_code_hash=told["access_code_hash"],
        attachments=[Attachment(**row) for row in intake.attachments],
    )
    return Receipt(dossier, found.access_code, found.receipt_token)
