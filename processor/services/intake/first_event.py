"""The event with which the chain of a dossier begins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from processor.domain.dossier import Draft
from processor.domain.events import Event, canonical, next_event, salted_hash
from processor.domain.forms.definition import FormDefinition


def first_event(
    form: FormDefinition,
    answers_hash: str,
    rows: Sequence[dict[str, Any]],
    absences: dict[str, str],
    draft: Draft | None,
    now: datetime,
    salt: str,
) -> Event:
    """Hashes of what was sent, and through whom where an officer entered it."""
    data: dict[str, Any] = {
        "form": form.id,
        "version": form.version,
        "answers": answers_hash,
        "attachments": [{name: row[name] for name in ("id", "item_id", "size", "sha256")} for row in rows],
    }
    if absences:
        data["absences"] = salted_hash(salt, canonical(absences))
    if draft and draft.entered_by:
        return next_event(
            None, "submitted", f"officer:{draft.entered_by}", now, salt, data | {"channel": draft.channel}
        )
    return next_event(None, "submitted", "applicant", now, salt, data)
