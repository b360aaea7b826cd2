"""What a form must satisfy beyond its shape: unique ids, references that resolve, examples that pass its own rules."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from processor.domain.errors import DefinitionFault
from processor.domain.forms.conditions import Bound, Condition, DatePair, Equals, FieldRef, OneOf, Sum, fields_named
from processor.domain.forms.definition import FormDefinition, Item, Section, conditions_of
from processor.domain.forms.examples import example_fields
from processor.domain.forms.fields import AnyField, ConsentField, DateField, IntegerField, MoneyField, OptionField
from processor.domain.forms.submission import check_answers
from processor.domain.messages import Messages

Where = tuple[str | int, ...]


class Origins(Protocol):
    def at(self, path: Where, message: str) -> DefinitionFault: ...
    def of_field(self, name: str, message: str, key: str = "id") -> DefinitionFault: ...


def check_form(form: FormDefinition, origins: Origins, messages: Messages, today: date) -> list[DefinitionFault]:
    faults = [*doubled_ids(form, origins), *option_faults(form, origins), *reference_faults(form, origins, messages)]
    return faults or list(example_faults(form, origins, messages, today))


def doubled_ids(form: FormDefinition, origins: Origins) -> Iterator[DefinitionFault]:
    names = [section.id for section in form.sections if section.repeat]
    names += [field.id for field in form.single_fields]
    names += [f"{group}.{field.id}" for group, section in form.groups.items() for field in section.fields]
    for name, times in Counter(names).items():
        if times > 1:
            yield origins.of_field(name, f"Mã “{name}” dùng {times} lần trong biểu mẫu. Mỗi ô một mã.")
    items = Counter(item.id for item in form.items)
    for place, item in enumerate(form.items):
        if problem := basis_problem(item):
            yield origins.at(("items", place, "basis"), problem)
        if items[item.id] > 1 or item.id in names:
            yield origins.at(("items", place, "id"), f"Mã giấy tờ “{item.id}” đã dùng. Đặt mã khác.")


def basis_problem(item: Item) -> str | None:
    if item.basis.verified and item.basis.source == "common_practice":
        return "Giấy tờ theo thông lệ không được ghi verified: true. Ghi tên văn bản, điều khoản ở source."
    return None


def option_faults(form: FormDefinition, origins: Origins) -> Iterator[DefinitionFault]:
    for section in form.sections:
        for field in section.fields:
            name = f"{section.id}.{field.id}" if section.repeat else field.id
            if isinstance(field, OptionField) and not field.options:
                yield origins.of_field(name, f"“{field.id}” chưa có lựa chọn. Thêm “options” hoặc “options_from”.")
            if isinstance(field, ConsentField) and section.repeat:
                yield origins.of_field(name, "Ô đồng ý không đặt trong nhóm lặp. Chuyển ra ngoài.")


def reference_faults(form: FormDefinition, origins: Origins, messages: Messages) -> Iterator[DefinitionFault]:
    for section in form.sections:
        for field in section.fields:
            yield from field_condition_faults(form, section, field, origins)
    yield from cycle_faults(form, origins)
    for place, item in enumerate(form.items):
        for key, condition in conditions_of(item):
            for problem in condition_problems(form, condition):
                yield origins.at(("items", place, key), problem)
    for name in form.duplicate_by:
        if name not in {field.id for field in form.single_fields}:
            yield origins.at(("duplicate_by",), f"Không có ô “{name}” trong biểu mẫu này. Sửa tên ô.")
    for place, rule in enumerate(form.rules):
        for condition in (rule.require, *((rule.when,) if rule.when else ())):
            for problem in condition_problems(form, condition):
                yield origins.at(("rules", place), problem)
        if rule.at not in form.labels:
            yield origins.at(("rules", place, "at"), f"Không có ô “{rule.at}” trong biểu mẫu này.")
        if rule.code not in messages.catalogue:
            yield origins.at(("rules", place, "code"), f"Không có câu báo lỗi “{rule.code}” trong messages.yml.")


def field_condition_faults(
    form: FormDefinition, section: Section, field: AnyField, origins: Origins
) -> Iterator[DefinitionFault]:
    """Within a row the other fields of the row may be named too."""
    name = f"{section.id}.{field.id}" if section.repeat else field.id
    beside = section.fields if section.repeat else ()
    for key, condition in conditions_of(field):
        for problem in condition_problems(form, condition, beside):
            yield origins.of_field(name, problem, key)
        if field.id in fields_named(condition):
            yield origins.of_field(name, f"Điều kiện của “{field.id}” dựa vào chính nó. Dựa vào ô khác.", key)


def cycle_faults(form: FormDefinition, origins: Origins) -> Iterator[DefinitionFault]:
    """Conditions that wait for each other could never ask the first question."""
    waits = {
        field.id: set().union(*(fields_named(condition) for _, condition in conditions_of(field)))
        for field in form.single_fields
    }
    try:
        TopologicalSorter({name: named - {name} for name, named in waits.items()}).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        words = " → ".join(reversed(names))
        key = next(key for field in form.single_fields if field.id == names[0] for key, _ in conditions_of(field))
        yield origins.of_field(names[0], f"Các điều kiện chờ nhau thành vòng: {words}. Bỏ một điều kiện.", key)


def condition_problems(form: FormDefinition, condition: Condition, beside: Sequence[AnyField] = ()) -> Iterator[str]:
    fields = {field.id: field for field in (*form.single_fields, *beside)}
    columns = {f"{group}.{field.id}": field for group, section in form.groups.items() for field in section.fields}
    for name in sorted(fields_named(condition)):
        if name not in fields and name not in columns:
            yield f"Điều kiện nhắc tới ô “{name}”, biểu mẫu không có ô này. Sửa tên ô."
    for part in condition.parts():
        field = fields.get(str(getattr(part, "field", "")))
        if isinstance(field, OptionField):
            for value in sorted(values_named(part) - {option.value for option in field.options}):
                yield f"“{field.id}” không có lựa chọn “{value}”. Sửa giá trị trong điều kiện."
        if isinstance(part, DatePair):
            for compared in (field, fields.get(part.than)):
                if compared is not None and not isinstance(compared, DateField):
                    yield f"So sánh ngày cần ô kiểu date, “{compared.id}” không phải."
        number = columns.get(part.sum) if isinstance(part, Sum) else field
        if isinstance(part, Bound | FieldRef | Sum) and not isinstance(number, MoneyField | IntegerField | None):
            yield f"So sánh số cần ô kiểu money hoặc integer, “{number.id}” không phải."


def values_named(part: object) -> set[str]:
    match part:
        case Equals(value=value):
            return {value}
        case OneOf(values=tuple(values)):
            return set(values)
    return set()


def example_faults(
    form: FormDefinition, origins: Origins, messages: Messages, today: date
) -> Iterator[DefinitionFault]:
    typed = {name: value if isinstance(value, list) else [value] for name, value in example_fields(form, today).items()}
    for fault in check_answers(form, typed, messages, today).faults:
        parts = fault.field.split(".")
        name = f"{parts[0]}.{parts[2]}" if len(parts) == 3 else parts[0]
        yield origins.of_field(name, f"Ví dụ của “{name}” không qua được kiểm tra: {fault.message}", "example")
