"""The questions by which an office reaches an organisation, as a small form that can be answered anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from processor.domain.forms.definition import FormDefinition, Section
from processor.domain.forms.fields import AnyField

PREFIX = "contact_"


def contact_fields(form: FormDefinition) -> Sequence[AnyField]:
    return [field for field in form.single_fields if field.id.startswith(PREFIX)]


def contact_form(form: FormDefinition) -> FormDefinition:
    """Of a form that has such questions. What they hang on elsewhere was settled when the dossier was sent."""
    section = Section(
        id="contact", title="Thông tin liên hệ", fields=tuple(alone(field) for field in contact_fields(form))
    )
    return FormDefinition(
        id=form.id, kind=form.kind, title=form.title, purpose=form.purpose, sections=(section,), facts={}
    )


def alone(field: AnyField) -> AnyField:
    required = field.required and field.asked_when is None
    return field.model_copy(update={"required": required, "asked_when": None, "required_when": None})


def with_contact(answers: Mapping[str, Any], form: FormDefinition, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a dossier with its contact questions as answered in `given`; what is empty is left out."""
    asked = {field.id for field in contact_fields(form)}
    kept = {name: value for name, value in answers.items() if name not in asked}
    return kept | {name: given[name] for name in asked if given.get(name)}
