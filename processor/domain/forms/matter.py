"""What a dossier is about: the same organisation with the same answers to the telling questions is the same matter."""

import hashlib
from collections.abc import Mapping
from typing import Any

from processor.domain.events import canonical
from processor.domain.forms.definition import FormDefinition
from processor.domain.vietnamese import fold


def matter_hash(form: FormDefinition, answers: Mapping[str, Any]) -> str | None:
    """None when the form names no telling questions or one of them has no answer."""
    organisation = answers.get("tax_code") or answers.get("organisation_name")
    told = [answers.get(name) for name in form.duplicate_by]
    if not form.duplicate_by or not organisation or any(value in (None, "", []) for value in told):
        return None
    return hashlib.sha256(canonical([form.id, *map(plain, (organisation, *told))]).encode()).hexdigest()


def plain(value: Any) -> str:
    """Letters and digits alone: accents, case, spaces and dashes do not make another matter."""
    return "".join(sign for sign in fold(str(value)) if sign.isalnum())
