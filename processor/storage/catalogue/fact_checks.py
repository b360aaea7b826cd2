"""The facts of all policy files together: ids once, days in order, values that fit their unit, unknowns that say so."""

from collections.abc import Iterator, Mapping

from processor.domain.errors import DefinitionFault
from processor.domain.policy import Fact, PolicyFile, days_ascend, unit_fits
from processor.storage.catalogue.positions import Positioned

UNIT_WORDS = {
    "percent": "viết số nguyên từ 1 đến 100, không có dấu %",
    "dong": "viết số nguyên lớn hơn 0, không có dấu chấm",
    "working_days": "viết số nguyên lớn hơn 0",
    "date": "viết ngày dạng 2026-01-31",
    "text": "viết chữ trong dấu nháy kép",
    "options": "viết danh sách, mỗi mục có value và label",
}


def gather_facts(
    policies: Mapping[str, PolicyFile], sources: Mapping[str, Positioned], faults: list[DefinitionFault]
) -> dict[str, Fact]:
    """Every fact by its id; what is wrong goes to `faults`."""
    facts: dict[str, Fact] = {}
    for name, policy in policies.items():
        for place, fact in enumerate(policy.facts):
            for key, message in fact_problems(fact, facts):
                faults.append(sources[name].fault(("facts", place, key), message))
            facts[fact.id] = fact
    faults += level_faults(policies, facts, sources)
    return facts


def fact_problems(fact: Fact, others: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """The key where each problem stands, and what to write instead."""
    if fact.id in others:
        yield "id", f"Mã “{fact.id}” đã dùng cho điều khác. Đặt mã khác."
    if not days_ascend(fact.values):
        yield "values", f"Các ngày “from” của “{fact.id}” trùng hoặc lùi. Xếp từ cũ đến mới."
    if any(not unit_fits(fact, dated) for dated in fact.values):
        yield "values", f"Giá trị của “{fact.id}” không khớp đơn vị {fact.unit}: {UNIT_WORDS[fact.unit]}."
    if not any(dated.verified for dated in fact.values) and not (fact.unknown and fact.confirm_by):
        missing = f"“{fact.id}” chưa có giá trị đã đối chiếu"
        yield "unknown", f"{missing}. Viết một câu ở “unknown” và ai xác nhận ở “confirm_by”."


def level_faults(
    policies: Mapping[str, PolicyFile], facts: Mapping[str, Fact], sources: Mapping[str, Positioned]
) -> Iterator[DefinitionFault]:
    """A row of the table of support names facts that exist, and an example among its standards."""
    for name, policy in policies.items():
        for place, level in enumerate(policy.levels):
            for key in ("standards", "rate", "costs", "ceiling"):
                if getattr(level, key) not in facts:
                    message = f"Không có điều “{getattr(level, key)}” trong forms/policy/. Sửa tên."
                    yield sources[name].fault(("levels", place, key), message)
            listed = facts[level.standards].options_ever() if level.standards in facts else ()
            if level.example_standard and level.example_standard not in {option.value for option in listed}:
                message = f"“{level.standards}” không có tiêu chuẩn “{level.example_standard}”. Sửa tên."
                yield sources[name].fault(("levels", place, "example_standard"), message)
