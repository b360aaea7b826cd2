"""A submission becomes a dossier: checked whole, files first, one transaction, then the receipt."""

import hashlib
import secrets
from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from processor.domain.access.credentials import (
    derived_access_code,
    derived_token,
    matches,
    new_access_code,
    new_token,
    secret_hash,
)
from processor.domain.dossier import ONLINE, Attachment, Dossier, Draft
from processor.domain.errors import Conflict, InvalidAnswers, Unavailable
from processor.domain.events import canonical, salted_hash
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import ConsentField
from processor.domain.forms.matter import matter_hash
from processor.domain.forms.submission import Checked, Typed, check_answers, in_page_order
from processor.domain.reference import issue_reference
from processor.domain.vietnamese import fold
from processor.services.intake.first_event import first_event
from processor.services.intake.opening import refuse_closed
from processor.services.intake.uploads import CheckedFile, ReceivedFile, check_files, missing_files, row_of
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import dossier_with_key, event_row
from processor.storage.engine import reading
from processor.storage.files.incoming import Incoming
from processor.storage.writer import AlreadyWritten, Intake


@dataclass(frozen=True)
class Receipt:
    """`repeated` when the same had been sent before; the access code is then the same too, None once it was renewed."""

    dossier: Dossier
    access_code: str | None
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


def check(wired: Wired, form: FormDefinition, typed: Typed) -> Checked:
    return check_answers(form, typed, wired.catalogue.messages, wired.today())


async def submit(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile], key: str | None = None
) -> Receipt:
    """Raises InvalidAnswers with every fault, Conflict, Unavailable; then nothing is stored.

    What only computes runs in the caller's thread: handing it to another costs more than the work itself.
    """
    found = secrets_from(wired, f"key\0{form.id}\0{key}") if key else new_secrets()
    content = content_of(typed, files)
    if key and (earlier := await to_thread.run_sync(sent_before, wired, found, content)):
        return earlier
    refuse_closed(wired, form)
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
    checked, sound = sound_submission(wired, form, typed, files)
    rows = [row_of(wired, file) for file in sound]
    return prepared(wired, form, checked, rows, found, content, files=[file.received.incoming for file in sound])


def sound_submission(
    wired: Wired, form: FormDefinition, typed: Typed, files: Sequence[ReceivedFile]
) -> tuple[Checked, list[CheckedFile]]:
    checked = check(wired, form, typed)
    sound, faults = check_files(wired, form, files)
    given = {file.field for file in files} | set(checked.absences)
    named = {fault.field for fault in checked.faults}
    missing = [fault for fault in missing_files(wired, form, checked.answers, given) if fault.field not in named]
    if every := [*checked.faults, *faults, *missing]:
        raise InvalidAnswers(in_page_order(form, every))
    return checked, sound


def sent_before(wired: Wired, found: Secrets, content: str) -> Receipt | None:
    assert found.seed_hash
    with reading(wired.engine) as connection:
        earlier = dossier_with_key(connection, found.seed_hash)
    if earlier is None:
        return None
    dossier, earlier_content = earlier
    if earlier_content != content:
        raise Conflict("key_conflict")
    return repeated_receipt(dossier, found)


def repeated_receipt(dossier: Dossier, found: Secrets) -> Receipt:
    valid = matches(found.access_code, dossier.access_code_hash)
    return Receipt(dossier, found.access_code if valid else None, found.receipt_token, repeated=True)


def content_of(typed: Typed, files: Sequence[ReceivedFile]) -> str:
    return content_hash(typed, [(file.field, file.name, file.incoming.sha256) for file in files])


def content_hash(typed: Typed, files: Sequence[tuple[str, str, str]]) -> str:
    """The same answers and files give the same hash, in whatever order the files came."""
    told = {name: values for name, values in typed.items() if any(values)}
    return hashlib.sha256(canonical([told, sorted(files)]).encode()).hexdigest()


def prepared(
    wired: Wired,
    form: FormDefinition,
    checked: Checked,
    rows: Sequence[dict[str, Any]],
    found: Secrets,
    content: str,
    files: Sequence[Incoming] = (),
    draft: Draft | None = None,
) -> Intake:
    """The rows of one submission. A draft's files have their rows already; they only change hands."""
    now = wired.clock().replace(microsecond=0)
    salt = secrets.token_hex(16)
    stored = stored_answers(checked.answers)
    absences = absences_of(checked, rows)
    answers_hash = salted_hash(salt, canonical(stored))
    event = first_event(form, answers_hash, rows, absences, draft, now, salt)
    return Intake(
        dossier={
            **asked_for(form, stored),
            "reference": issue_reference(),
            "form_version": form.version,
            "status": "submitted",
            "answers_hash": answers_hash,
            "absences": absences or None,
            "consents": consents(form, checked.answers, now.isoformat()),
            "salt": salt,
            "access_code_hash": secret_hash(found.access_code),
            "receipt_token_hash": secret_hash(found.receipt_token),
            "idempotency_hash": found.seed_hash,
            "content_hash": content,
            "received_at": now,
            "revision": 1,
            "channel": (draft.channel if draft else None) or ONLINE,
            "outreach": draft.outreach if draft else None,
        },
        event=event_row(event),
        queue={
            "form_id": form.id,
            "status": "submitted",
            "since": now,
            "folded": fold(str(stored.get("organisation_name", ""))),
        },
        notice={"notice": "receipt", "created_at": now, "next_try_at": now},
        attachments=() if draft else rows,
        files=files,
        draft_id=draft.id if draft else None,
        draft_updated_at=draft.updated_at if draft else None,
    )


def absences_of(checked: Checked, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Why a paper is not there, of those that did not come after all."""
    came = {row["item_id"] for row in rows}
    return {item: reason for item, reason in checked.absences.items() if item not in came}


def stored_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in as_json(answers).items() if value not in (None, [], "")}


def asked_for(form: FormDefinition, stored: dict[str, Any]) -> dict[str, Any]:
    """The columns that follow from the answers."""
    return {
        "form_id": form.id,
        "kind": form.kind,
        "support_type": form.support_type,
        "answers": stored,
        "organisation_name": stored.get("organisation_name", ""),
        "tax_code": stored.get("tax_code"),
        "commune_code": stored.get("commune_code"),
        "requested_amount": amount_of(stored),
        "matter_hash": matter_hash(form, stored),
    }


def amount_of(stored: Mapping[str, Any]) -> int | None:
    """What is asked for, in đồng; of a registration of needs the expected costs together."""
    expected = sum(need.get("expected_cost") or 0 for need in stored.get("needs") or [])
    return stored.get("requested_amount") or expected or None


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
        absences=told["absences"] or {},
        attachments=[Attachment(**row) for row in intake.attachments],
    )
    return Receipt(dossier, found.access_code, found.receipt_token)
