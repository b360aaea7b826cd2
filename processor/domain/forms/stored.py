"""Answers as they are stored, made ready for the rules again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from processor.domain.forms.definition import FormDefinition


def stored_values(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, object]:
    """Stored days are ISO text; rules compare days."""
    days = {field.id for field in form.single_fields if field.kind == "date"}
    return {
        name: date.fromisoformat(value) if name in days and isinstance(value, str) else value
        for name, value in answers.items()
    }
