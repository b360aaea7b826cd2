"""A form for programs: its fields, its items and a JSON Schema of its answers as they are stored."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields, example_items, example_value
from processor.domain.forms.fields import (
    AnyField,
    CommuneField,
    ConsentField,
    DateField,
    IntegerField,
    LongTextField,
    MoneyField,
    OptionField,
    TextField,
    resolve_day,
    resolve_year,
)
from processor.domain.forms.relevance import row_ground


def heading_for_programs(form: FormDefinition, today: date) -> dict[str, Any]:
    """As `GET /api/v1/forms` lists it."""
    return {
        "id": form.id,
        "title": form.title,
        "version": form.version,
        "kind": form.kind,
        "support_type": form.support_type,
        "open": form.opening is None or form.opening.takes(today),
    }


def form_for_programs(form: FormDefinition, today: date) -> dict[str, Any]:
    """As `GET /api/v1/forms/{form_id}` answers; days relative to today are resolved."""
    return {
        **heading_for_programs(form, today),
        "fields": list(fields_for_programs(form, today)),
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "required": item.required,
                "guidance": item.guidance,
                "accept": list(item.accept),
                "max_files": item.max_files,
                "may_explain_absence": item.may_explain_absence,
                "verified": item.basis.verified,
            }
            for item in form.items
        ],
        "json_schema": answers_schema(form, today),
        "example_submission": {"fields": example_fields(form, today), "items": example_items(form)},
    }


def fields_for_programs(form: FormDefinition, today: date) -> Iterator[dict[str, Any]]:
    for section in form.sections:
        ground = row_ground(form, section, {}, {}, today) if section.repeat else form.ground({}, today)
        for field in section.fields:
            name = f"{section.id}.N.{field.id}" if section.repeat else field.id
            told = {
                "name": name,
                "kind": field.kind,
                "label": field.label,
                "required": field.always_needed,
                "example": example_value(field, today),
                "section": section.title,
            }
            if field.hint:
                told["hint"] = field.hint
            if field.asked_when:
                told["asked_when"] = field.asked_when.words(ground)
            if options := options_of(field, today):
                told["options"] = options
            if section.repeat:
                told["repeat"] = section.repeat.model_dump()
            yield told


def options_of(field: AnyField, today: date) -> list[dict[str, str]]:
    if isinstance(field, OptionField):
        return [{"value": option.value, "label": option.label} for option in field.offered(today)]
    if isinstance(field, CommuneField) and field.places:
        return [{"value": code, "label": name} for code, name in field.places.names.items()]
    if isinstance(field, ConsentField):
        return [{"value": purpose.value, "label": purpose.label} for purpose in field.purposes]
    return []


def answers_schema(form: FormDefinition, today: date) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for section in form.sections:
        inner = {field.id: value_schema(field, today) for field in section.fields}
        needed = [field.id for field in section.fields if field.always_needed]
        if section.repeat:
            row = {"type": "object", "properties": inner, "required": needed, "additionalProperties": False}
            limits = {"minItems": section.repeat.min, "maxItems": section.repeat.max}
            properties[section.id] = {"type": "array", "title": section.title, "items": row, **limits}
        else:
            properties |= inner
            required += needed
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def value_schema(field: AnyField, today: date) -> dict[str, Any]:
    return {"title": field.label, **shape_of(field, today)}


def shape_of(field: AnyField, today: date) -> dict[str, Any]:
    match field:
        case TextField() | LongTextField():
            return {"type": "string", "maxLength": field.max_length}
        case MoneyField():
            return {"type": "integer", "minimum": 1, "maximum": field.max}
        case IntegerField():
            bounds = {"minimum": resolve_year(field.min, today), "maximum": resolve_year(field.max, today)}
            return {"type": "integer", **bounds}
        case DateField():
            days = {"formatMinimum": field.not_before, "formatMaximum": field.not_after}
            limits = {name: resolve_day(limit, today).isoformat() for name, limit in days.items() if limit}
            return {"type": "string", "format": "date", **limits}
    values = [option["value"] for option in options_of(field, today)]
    if field.kind in ("choices", "consent"):
        return {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True}
    return {"type": "string", "enum": values} if values else {"type": "string"}
