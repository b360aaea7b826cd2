"""Rows of repeated sections in what was typed: how many there are, one more, one less, one place up or down."""

from collections.abc import Mapping

from processor.domain.forms.definition import FormDefinition, Section
from processor.domain.forms.submission import MOST_ROWS, ROW, Typed


def rows_typed(group: str, typed: Typed) -> int:
    """Up to the highest row that was posted, as far as rows are read at all."""
    found = [row for name in typed if (row := ROW.match(name)) and row[1] == group]
    return max((int(row[2]) + 1 for row in found if int(row[2]) < MOST_ROWS), default=0)


def shown_rows(section: Section, typed: Typed) -> int:
    assert section.repeat
    return min(max(section.repeat.min, 1, rows_typed(section.id, typed)), section.repeat.max)


def changed_rows(form: FormDefinition, typed: Typed, action: str, target: str) -> tuple[Typed, dict[str, int]]:
    """What was typed after `add`, `remove`, `up` or `down`, and how many rows each repeated section shows."""
    group, _, number = target.partition(".")
    section = form.groups.get(group)
    changed: Typed = typed
    if section and number.isdigit():
        order = new_order(action, int(number), rows_typed(group, typed))
        changed = in_order(typed, group, order)
    rows = {name: shown_rows(one, changed) for name, one in form.groups.items()}
    if action == "add" and section and section.repeat and rows[group] < section.repeat.max:
        rows[group] += 1
    return changed, rows


def new_order(action: str, number: int, count: int) -> list[int]:
    """The old numbers of the rows in their new order; anything impossible changes nothing."""
    order = list(range(count))
    other = {"up": number - 1, "down": number + 1}.get(action)
    if action == "remove" and number < count:
        order.remove(number)
    elif other is not None and number < count and 0 <= other < count:
        order[number], order[other] = order[other], order[number]
    return order


def in_order(typed: Typed, group: str, order: list[int]) -> Mapping[str, list[str]]:
    new_numbers = {old: new for new, old in enumerate(order)}
    changed: dict[str, list[str]] = {}
    for name, values in typed.items():
        found = ROW.match(name)
        if not found or found[1] != group:
            changed[name] = values
        elif int(found[2]) in new_numbers:
            changed[f"{group}.{new_numbers[int(found[2])]}.{found[3]}"] = values
    return changed
