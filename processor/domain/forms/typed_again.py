"""Stored answers as a person would type them again, so that nothing has to be asked twice."""

from collections.abc import Iterator, Mapping
from typing import Any

from processor.domain.forms.definition import FormDefinition, Section
from processor.domain.forms.fields import AnyField
from processor.domain.forms.kinds import national_phone
from processor.domain.vietnamese import grouped, iso_day

APPLICANT = "applicant"


def typed_again(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every answer of a dossier under its posted names; consent is given anew each time.

    `answers` are as stored: days as ISO text.
    """
    return {name: values for section in form.sections for name, values in section_again(section, answers) if values}


def applicant_again(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the form `form` also asks about the organisation; nothing about the matter, no consent."""
    return {
        name: values
        for section in form.sections
        if section.id == APPLICANT
        for name, values in section_again(section, answers)
        if values
    }


def section_again(section: Section, answers: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if section.repeat:
        for place, row in enumerate(answers.get(section.id) or []):
            yield from ((f"{section.id}.{place}.{field.id}", as_typed(field, row)) for field in section.fields)
    else:
        yield from ((field.id, as_typed(field, answers)) for field in section.fields)


def as_typed(field: AnyField, answers: Mapping[str, Any]) -> list[str]:
    value = answers.get(field.id)
    if field.kind == "consent" or value in (None, "", []):
        return []
    if isinstance(value, list):
        return [str(one) for one in value]
    if field.kind == "date":
        return [iso_day(str(value))]
    if field.kind == "phone":
        return [national_phone(str(value))]
    return [grouped(value) if field.kind == "money" else str(value)]
