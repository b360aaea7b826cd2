"""What the money of a repeated section comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from processor.domain.forms.definition import Section
from processor.domain.forms.fields import MoneyField
from processor.domain.forms.kinds import read_money
from processor.domain.forms.submission import ROW, Typed


@dataclass(frozen=True)
class Total:
    """`name` is `group.field`; `amount` in đồng, None while an amount cannot be read."""

    name: str
    label: str
    amount: int | None


def totals_of(section: Section, answers: Mapping[str, Any]) -> list[Total]:
    rows = answers.get(section.id) or []
    return [
        Total(f"{section.id}.{field.id}", field.label, sum(row.get(field.id) or 0 for row in rows))
        for field in money_fields(section)
    ]


def totals_typed(section: Section, typed: Typed) -> list[Total]:
    """Of what stands in the boxes, readable or not yet."""
    return [
        Total(f"{section.id}.{field.id}", field.label, amount_typed(section, field, typed))
        for field in money_fields(section)
    ]


def money_fields(section: Section) -> Sequence[MoneyField]:
    return [field for field in section.fields if isinstance(field, MoneyField)] if section.repeat else []


def amount_typed(section: Section, field: MoneyField, typed: Typed) -> int | None:
    boxes = [
        values[-1]
        for name, values in typed.items()
        if (row := ROW.match(name)) and row[1] == section.id and row[3] == field.id and any(values)
    ]
    try:
        return sum(read_money(box, field, date.min) for box in boxes)
    except PydanticCustomError:
        return None
