"""What the texts of slips, decisions and letters must satisfy beyond their shape."""

from collections import Counter
from collections.abc import Iterator

from processor.domain.errors import DefinitionFault
from processor.domain.slips import decision_texts, slips
from processor.domain.slips.decision_texts import DecisionTexts, Sums
from processor.domain.slips.slip_forms import KINDS, Period, SlipLayout, SlipTexts
from processor.domain.slips.slips import ROW_PLACEHOLDERS
from processor.storage.catalogue.positions import Path_, Positioned
from processor.storage.catalogue.wording_checks import brace_problem


def check_slips(texts: SlipTexts, source: Positioned) -> Iterator[DefinitionFault]:
    yield from period_faults(texts, source)
    newest = texts.periods[-1].circular
    for kind in KINDS:
        if newest in texts.circulars and kind not in texts.circulars[newest]:
            yield source.fault(("circulars", newest), f"Thông tư mới nhất thiếu phiếu “{kind}”. Thêm phiếu này.")
    for circular, layouts in texts.circulars.items():
        times = Counter(layout.form_no for layout in layouts.values())
        for kind, layout in layouts.items():
            path = ("circulars", circular, kind)
            if times[layout.form_no] > 1:
                message = f"Mẫu số {layout.form_no} ghi cho hơn một phiếu của thông tư này. Sửa số mẫu."
                yield source.fault((*path, "form_no"), message)
            yield from layout_faults(layout, path, source)
    labels = texts.labels
    for name, text, known in (
        ("form", labels.form, {"form_no", "circular"}),
        ("code_words", labels.code_words, {"official_code"}),
    ):
        if problem := brace_problem(text, known):
            yield source.fault(("labels", name), problem)


def period_faults(texts: SlipTexts, source: Positioned) -> Iterator[DefinitionFault]:
    first, *later = texts.periods
    if first.since is not None:
        yield source.fault(("periods", 0), "Mục đầu không có “from”, vì dùng cho mọi ngày trước đó. Bỏ dòng này.")
    for place, (earlier, period) in enumerate(zip(texts.periods, later, strict=False), 1):
        if not follows(earlier, period):
            yield source.fault(("periods", place), "Mỗi mục sau phải có “from” muộn hơn mục trước. Sửa ngày.")
    for place, period in enumerate(texts.periods):
        if period.circular not in texts.circulars:
            message = f"Chưa có mẫu của Thông tư số {period.circular} trong circulars. Thêm hoặc sửa số."
            yield source.fault(("periods", place, "circular"), message)


def follows(earlier: Period, later: Period) -> bool:
    return later.since is not None and (earlier.since is None or earlier.since < later.since)


def layout_faults(layout: SlipLayout, path: Path_, source: Positioned) -> Iterator[DefinitionFault]:
    for place, text in layout.patterns():
        if problem := brace_problem(text, slips.PLACEHOLDERS):
            yield source.fault((*path, *place), problem)
    for at, table in layout.tables():
        for number, column in enumerate(table.columns):
            if problem := brace_problem(column.cell, ROW_PLACEHOLDERS[table.rows]):
                yield source.fault((*path, "body", at, "columns", number, "cell"), problem)


def check_decision_texts(texts: DecisionTexts, source: Positioned) -> Iterator[DefinitionFault]:
    for path, text, each in texts.patterns():
        known = decision_texts.LINE_PLACEHOLDERS if each else decision_texts.PLACEHOLDERS
        if problem := brace_problem(text, known):
            yield source.fault(path, problem)
    if sum(isinstance(part, Sums) for part in texts.decision.body) != 1:
        message = "Quyết định cần đúng một bảng số tiền. Giữ một dòng “sums: true” trong body."
        yield source.fault(("decision", "body"), message)
