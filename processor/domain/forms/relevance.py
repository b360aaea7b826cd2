"""Which questions and papers concern an applicant, given the answers so far.

A condition that cannot be told yet asks nothing. Conditions are taken in page order, so an answer that no longer
counts opens no further question.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from processor.domain.forms.conditions import Condition, Ground
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.fields import AnyField


def holds(condition: Condition | None, ground: Ground) -> bool:
    return condition is None or condition.holds(ground) is True


def row_ground(form: FormDefinition, section: Section, answers: Mapping[str, Any], row: Any, today: date) -> Ground:
    """Within a row its own fields are named without the section."""
    labels = {field.id: field.label for field in section.fields}
    return Ground({**answers, **row}, form.facts, {**form.labels, **labels}, today)


def without_unasked(form: FormDefinition, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answers to what is asked; the others are left out."""
    kept = dict(answers) | {group: answers.get(group) or [] for group in form.groups}
    for section, field in form.sometimes_asked:
        if section.repeat:
            kept[section.id] = [kept_row(form, section, field, kept, row, today) for row in kept[section.id]]
        elif not holds(field.asked_when, form.ground(kept, today)):
            kept.pop(field.id, None)
    return kept


def kept_row(
    form: FormDefinition,
    section: Section,
    field: AnyField,
    answers: Mapping[str, Any],
    row: dict[str, Any],
    today: date,
) -> dict[str, Any]:
    if holds(field.asked_when, row_ground(form, section, answers, row, today)):
        return row
    return {name: value for name, value in row.items() if name != field.id}


def unasked(form: FormDefinition, answers: Mapping[str, Any], today: date) -> Iterator[tuple[str, AnyField]]:
    """Fields that are not asked: `field`, or `group.place.field` by the place of the row."""
    for section, field in form.sometimes_asked:
        if not section.repeat and not holds(field.asked_when, form.ground(dict(answers), today)):
            yield field.id, field
        for place, row in enumerate(answers.get(section.id) or [] if section.repeat else ()):
            if not holds(field.asked_when, row_ground(form, section, answers, row, today)):
                yield f"{section.id}.{place}.{field.id}", field


def item_asked(item: Item, ground: Ground) -> bool:
    return holds(item.asked_when, ground)


def item_needed(item: Item, ground: Ground) -> bool:
    """A file or a reason must be given."""
    if not item_asked(item, ground):
        return False
    return item.required or (item.required_when is not None and item.required_when.holds(ground) is True)
