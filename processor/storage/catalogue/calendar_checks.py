"""What the working-day calendar must satisfy beyond its shape: each day once, where it changes something."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from processor.domain.days.calendar import (
    NO_DOCUMENT,
    WEEKDAYS,
    YEARS,
    Calendar,
    CalendarOverlay,
    Disregarded,
    OverlayDay,
    days_named,
    is_weekend,
)
from processor.domain.errors import DefinitionFault
from processor.domain.vietnamese import day
from processor.storage.catalogue.positions import Path_, Positioned

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_calendar(overlay: CalendarOverlay, source: Positioned) -> Iterator[DefinitionFault]:
    if overlay.cut_off is not None and not HOUR.fullmatch(overlay.cut_off):
        yield source.fault(("cut_off",), f'“{overlay.cut_off}” không phải giờ. Viết dạng "15:00", hoặc null.')
    if overlay.provisional_from not in YEARS:
        yield source.fault(("provisional_from",), f"Lịch có từ năm {YEARS[0]} đến năm {YEARS[-1]}. Sửa năm.")
    times = Counter(entry.day for entry in (*overlay.days_off, *overlay.working_days))
    # What a day is without the two lists.
    bare = Calendar(overlay.model_copy(update={"days_off": (), "working_days": ()}))
    for key in ("days_off", "working_days"):
        for place, entry in enumerate(getattr(overlay, key)):
            path = (key, place)
            yield from empty_texts(entry, path, source)
            if problem := day_problem(entry, key, times, bare):
                yield source.fault((*path, "date"), problem)
    for place, named in enumerate(overlay.not_days_off):
        yield from empty_texts(named, ("not_days_off", place), source)
        if not days_named(named.name):
            message = f"Thư viện holidays không có ngày nghỉ “{named.name}”. Sửa tên hoặc xóa mục này."
            yield source.fault(("not_days_off", place, "name"), message)


def day_problem(entry: OverlayDay, key: str, times: Counter[date], bare: Calendar) -> str | None:
    shown = day(entry.day)
    if entry.day.year not in YEARS:
        return f"Lịch có từ năm {YEARS[0]} đến năm {YEARS[-1]}, không có ngày {shown}. Sửa ngày."
    if times[entry.day] > 1:
        return f"Ngày {shown} viết hai lần. Giữ lại một mục, ở days_off hoặc ở working_days."
    reading = bare.reading(entry.day)
    if key == "days_off" and is_weekend(entry.day) and not reading.working:
        return f"Ngày {shown} là {WEEKDAYS[entry.day.weekday()]}, vốn đã nghỉ. Xóa mục này hoặc sửa ngày."
    if key == "working_days" and reading.working and reading.reason is None:
        return f"Ngày {shown} là {WEEKDAYS[entry.day.weekday()]}, vốn đã làm việc. Xóa mục này hoặc sửa ngày."
    return None


def empty_texts(entry: OverlayDay | Disregarded, path: Path_, source: Positioned) -> Iterator[DefinitionFault]:
    if not entry.reason.strip():
        yield source.fault((*path, "reason"), "“reason” còn trống. Viết vì sao, ví dụ: làm bù cho ngày 02/01/2026.")
    if not entry.document.strip():
        message = f"“document” còn trống. Viết số, ngày của văn bản, hoặc: {NO_DOCUMENT}."
        yield source.fault((*path, "document"), message)
