"""A complete submission of each form, valid on any day: days given relative to today are resolved."""

from datetime import date

from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import AnyField, DateField, IntegerField, resolve_day, resolve_year
from processor.domain.vietnamese import day


def example_value(field: AnyField, today: date) -> str | list[str]:
    """As a person would type it."""
    if isinstance(field, DateField):
        return day(resolve_day(field.example, today))
    if isinstance(field, IntegerField):
        return str(resolve_year(field.example, today))
    return list(field.example) if isinstance(field.example, tuple) else field.example


def example_fields(form: FormDefinition, today: date) -> dict[str, str | list[str]]:
    """Names as posted; empty answers are left out."""
    values = ((name, example_value(field, today)) for name, field in form.field_names())
    return {name: value for name, value in values if value}


def example_items(form: FormDefinition) -> list[str]:
    return [item.id for item in form.items if item.required]
