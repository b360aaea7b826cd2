"""What a change of forms/ does, in words: facts, forms, fields, papers, rules; what became stricter is said to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.fields import AnyField, OptionField
from processor.domain.policy import Fact

BOUNDS = {
    "min": "ít nhất",
    "max": "nhiều nhất",
    "min_length": "số ký tự ít nhất",
    "max_length": "số ký tự tối đa",
    "not_before": "không sớm hơn",
    "not_after": "không muộn hơn",
}


@dataclass(frozen=True)
class Difference:
    """`name` is the id of the fact or of the form that the words are about."""

    name: str
    words: str


def differences(before: Catalogue, after: Catalogue, today: date) -> list[Difference]:
    return [
        *facts_changed(before.facts, after.facts, today),
        *(
            Difference(form_id, words)
            for form_id in sorted({*before.forms, *after.forms})
            for words in form_changes(before.forms.get(form_id), after.forms.get(form_id))
        ),
    ]


def facts_changed(before: Mapping[str, Fact], after: Mapping[str, Fact], today: date) -> Iterator[Difference]:
    for fact_id in sorted({*before, *after}):
        old, new = before.get(fact_id), after.get(fact_id)
        if old is None or new is None:
            known = new or old
            assert known is not None
            yield Difference(fact_id, f"{'Thêm' if new else 'Bỏ'} nội dung “{known.title}”: {known.words(today)}.")
        elif old.words(today) != new.words(today):
            yield Difference(fact_id, f"Nội dung “{new.title}”: {old.words(today)} → {new.words(today)}.")
        elif old != new:
            yield Difference(
                fact_id, f"Nội dung “{new.title}” đổi ngày, nguồn hoặc cách ghi; giá trị hôm nay không đổi."
            )


def form_changes(before: FormDefinition | None, after: FormDefinition | None) -> Iterator[str]:
    if before is None or after is None:
        known = after or before
        assert known is not None
        yield f"{'Thêm' if after else 'Bỏ'} biểu mẫu “{known.title}”."
        return
    if before.version == after.version:
        return
    yield f"Biểu mẫu “{after.title}” có phiên bản mới {after.version}; hồ sơ đã gửi giữ phiên bản {before.version}."
    old_fields, new_fields = dict(before.field_names()), dict(after.field_names())
    for name in dict.fromkeys([*old_fields, *new_fields]):
        yield from field_changes(name, old_fields.get(name), new_fields.get(name))
    old_items, new_items = before.items_by_id, after.items_by_id
    for name in dict.fromkeys([*old_items, *new_items]):
        yield from item_changes(old_items.get(name), new_items.get(name))
    old_rules, new_rules = {rule.id: rule for rule in before.rules}, {rule.id: rule for rule in after.rules}
    for name in dict.fromkeys([*old_rules, *new_rules]):
        if old_rules.get(name) != new_rules.get(name):
            verb = "Thêm" if name not in old_rules else "Bỏ" if name not in new_rules else "Đổi"
            yield f"{verb} quy tắc “{name}”{', chặt hơn' if name not in old_rules else ''}."


def field_changes(name: str, old: AnyField | None, new: AnyField | None) -> Iterator[str]:
    if old is None and new is not None:
        yield f"Thêm ô “{new.label}”{', chặt hơn: bắt buộc' if new.required else ''}."
    elif new is None and old is not None:
        yield f"Bỏ ô “{old.label}”."
    elif old is not None and new is not None and old != new:
        said = list(told_of_field(old, new))
        yield f"Ô “{new.label}”: {'; '.join(said) if said else 'đổi câu chữ hoặc ví dụ'}."


def told_of_field(old: AnyField, new: AnyField) -> Iterator[str]:
    if old.kind != new.kind:
        yield f"loại {old.kind} → {new.kind}"
    if old.required != new.required:
        yield "chặt hơn: thành bắt buộc" if new.required else "thành không bắt buộc"
    if old.required_when != new.required_when:
        yield "đổi điều kiện bắt buộc"
    for bound, words in BOUNDS.items():
        first, second = getattr(old, bound, None), getattr(new, bound, None)
        if first != second:
            yield f"{words} {first} → {second}{', chặt hơn' if tighter(bound, first, second) else ''}"
    if isinstance(old, OptionField) and isinstance(new, OptionField):
        gone = {option.label for option in old.options} - {option.label for option in new.options}
        come = {option.label for option in new.options} - {option.label for option in old.options}
        yield from (f"bỏ lựa chọn “{label}”" for label in sorted(gone))
        yield from (f"thêm lựa chọn “{label}”" for label in sorted(come))


def tighter(bound: str, old: object, new: object) -> bool:
    if not isinstance(old, int) or not isinstance(new, int):
        return old is None
    return new < old if bound.startswith("max") else new > old


def item_changes(old: Item | None, new: Item | None) -> Iterator[str]:
    if old is None and new is not None:
        yield f"Thêm giấy tờ “{new.title}”{', chặt hơn: bắt buộc' if new.required else ''}."
    elif new is None and old is not None:
        yield f"Bỏ giấy tờ “{old.title}”."
    elif old is not None and new is not None and old != new:
        stricter = new.required and not old.required or set(old.accept) > set(new.accept)
        yield f"Giấy tờ “{new.title}”: đổi{', chặt hơn' if stricter else ' câu chữ hoặc điều kiện'}."
