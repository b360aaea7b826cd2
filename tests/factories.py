"""Rows and officers with sensible defaults; a test overrides only what it is about."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from processor.domain.access.credentials import secret_hash
from processor.domain.access.officer import Officer
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.forms.definition import FormDefinition
from processor.domain.reference import issue_reference
from processor.storage.dossiers.dossiers import event_row
from processor.storage.dossiers.drafts import NewDraft
from processor.storage.engine import Engine, writing
from processor.storage.officers.officers import insert_officer, officer_named
from processor.storage.writer import Intake

NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def an_attachment(**changed: Any) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(16),
        "item_id": "certificate_copy",
        "name": "giấy chứng nhận.pdf",
        "size": 3,
        "sha256": "a" * 64,
        "media_type": "application/pdf",
        "received_at": NOW,
    } | changed


def an_intake(*files: dict[str, Any], draft_id: int | None = None, **changed: Any) -> Intake:
    answers = {"organisation_name": "Hợp tác xã Ví dụ"}
    salt = secrets.token_hex(16)
    told = [{name: file[name] for name in ("id", "item_id", "size", "sha256")} for file in files]
    data = {
        "version": changed.get("form_version", "0" * 16),
        "answers": salted_hash(salt, canonical(answers)),
        "attachments": told,
    }
    dossier = {
        "reference": issue_reference(),
        "form_id": "ho-so-tieu-chuan",
        "form_version": "0" * 16,
        "kind": "dossier",
        "support_type": "standard_management_system",
        "status": "submitted",
        "answers": answers,
        "answers_hash": data["answers"],
        "consents": [],
        "salt": salt,
        "organisation_name": "Hợp tác xã Ví dụ",
        "tax_code": None,
        "commune_code": "07210",
        "requested_amount": 42_000_000,
        "access_code_hash": secret_hash("code"),
        "receipt_token_hash": secret_hash(secrets.token_hex(8)),
        "idempotency_hash": None,
        "content_hash": "c" * 64,
        "received_at": NOW,
        "revision": 1,
    } | changed
    return Intake(
        dossier=dossier,
        event=event_row(next_event(None, "submitted", "applicant", dossier["received_at"], salt, data)),
        queue={"form_id": dossier["form_id"], "status": dossier["status"], "since": dossier["received_at"]},
        notice={"notice": "receipt", "created_at": NOW, "next_try_at": NOW},
        attachments=() if draft_id else files,
        draft_id=draft_id,
        draft_updated_at=NOW if draft_id else None,
    )


def a_new_draft(typed: dict[str, list[str]], token_hash: str = "t" * 64, days: int = 30) -> NewDraft:
    return NewDraft(token_hash, "f", "v1", typed, NOW, NOW + timedelta(days=days), "seed")


def a_form_like(form: FormDefinition, **changed: Any) -> FormDefinition:
    """Another version: `model_copy` would take the version along with the content."""
    return FormDefinition(**{name: getattr(form, name) for name in FormDefinition.model_fields} | changed)


def an_officer(engine: Engine, name: str = "can-bo-1", role: str = "intake") -> Officer:
    with writing(engine) as connection:
        insert_officer(connection, name, role, "hash", NOW)
        found = officer_named(connection, name)
    assert found
    return found[0]
