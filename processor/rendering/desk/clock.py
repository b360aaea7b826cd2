"""Why a dossier is due on that day, range by range: for the desk as HTML, for the command as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from processor.domain.days.calendar import PROVISIONAL, WEEKDAYS, Calendar
from processor.domain.days.clock import AS_RECEIVED, WAITING, Reckoning
from processor.domain.vietnamese import day as day_words
from processor.rendering.templating import render

COLUMNS = ("Khoảng ngày", "Tính", "Cộng dồn", "Vì sao")


@dataclass(frozen=True)
class ExplainedDay:
    """`words` tell why it does not count, or why it does on a day that others rest; None on an ordinary one."""

    day: date
    counts: bool
    words: str | None

    @property
    def group(self) -> tuple[bool, str | None]:
        return self.counts, self.words


@dataclass(frozen=True)
class Row:
    """Days that follow each other for one reason; `counted` of them count, `total` up to here."""

    days: str
    counted: int
    total: int
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        return self.days, str(self.counted), str(self.total), self.why


@dataclass(frozen=True)
class Explanation:
    title: str
    opening: str
    rows: tuple[Row, ...]
    closing: tuple[str, ...]


def explanation_html(calendar: Calendar, reckoning: Reckoning, *, opened: bool = False) -> Markup:
    """`opened` where it is what the page is for."""
    explained = explanation(calendar, reckoning)
    return render("desk/clock.html", explained=explained, columns=COLUMNS, opened=opened)


def explanation_text(calendar: Calendar, reckoning: Reckoning) -> str:
    explained = explanation(calendar, reckoning)
    lines = [COLUMNS, *(row.cells for row in explained.rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS) - 1)]
    table = [
        "  ".join([cell.ljust(width) for cell, width in zip(line, widths, strict=False)] + [line[-1]]) for line in lines
    ]
    return "\n".join([explained.title, explained.opening, "", *table, "", *explained.closing])


def explanation(calendar: Calendar, reckoning: Reckoning) -> Explanation:
    days = explained_days(calendar, reckoning)
    return Explanation(
        title(reckoning), opening(reckoning), tuple(rows(reckoning, days)), tuple(closing(calendar, reckoning, days))
    )


def title(reckoning: Reckoning) -> str:
    return f"Vì sao là {long_day(reckoning.due_on)}?" if reckoning.due_on else "Vì sao chưa có ngày đến hạn?"


def opening(reckoning: Reckoning) -> str:
    at = reckoning.received
    received = f"Nhận lúc {at:%H} giờ {at:%M}, {long_day(at.date())}."
    return f"{received} Thời hạn {reckoning.days} ngày làm việc, tính từ ngày làm việc kế tiếp."


def explained_days(calendar: Calendar, reckoning: Reckoning) -> list[ExplainedDay]:
    """Every day of the reckoning, in order."""
    skipped = [ExplainedDay(off.date, False, sourced(off.reason, off.document)) for off in reckoning.skipped]
    counted = [ExplainedDay(day, True, working_words(calendar, day)) for day in reckoning.counted]
    return sorted(skipped + counted, key=lambda explained: explained.day)


def working_words(calendar: Calendar, day: date) -> str | None:
    reading = calendar.reading(day)
    return sourced(reading.reason, reading.document) if reading.reason else None


def sourced(reason: str, document: str | None) -> str | None:
    """A weekend needs no other reason than its name."""
    if reason in WEEKDAYS:
        return None
    return f"{reason} ({document})" if document else reason


def rows(reckoning: Reckoning, days: Sequence[ExplainedDay]) -> Iterator[Row]:
    total = 0
    with_year = bool(days) and days[0].day.year != days[-1].day.year
    for (counts, words), alike in groupby(days, key=lambda explained: explained.group):
        group = [explained.day for explained in alike]
        counted = len(group) if counts else 0
        total += counted
        ends = ": hết hạn" if group[-1] == reckoning.due_on else ""
        yield Row(range_words(group, with_year), counted, total, why(group, counts, words) + ends)


def range_words(days: Sequence[date], with_year: bool) -> str:
    ends = dict.fromkeys((days[0], days[-1]))
    return "-".join(day_words(day) if with_year else f"{day:%d/%m}" for day in ends)


def why(days: Sequence[date], counts: bool, words: str | None) -> str:
    if words is None:
        return weekday_words(days)
    return f"{weekday_words(days)}, {words}" if counts else words


def weekday_words(days: Sequence[date]) -> str:
    names = [WEEKDAYS[day.weekday()] for day in days]
    return ", ".join(names) if len(names) < 3 else f"{names[0]} đến {names[-1]}"


def closing(calendar: Calendar, reckoning: Reckoning, days: Sequence[ExplainedDay]) -> Iterator[str]:
    yield f"{sums(reckoning, days)} Lịch bản {calendar.version}; hạn đã in không đổi khi lịch được sửa."
    if reckoning.due_on is None and reckoning.paused_since:
        since = day_words(reckoning.paused_since)
        yield f"Tạm dừng từ {since} để {WAITING}; tính tiếp từ ngày làm việc sau ngày trả lời."
    if days and calendar.is_provisional(days[-1].day):
        yield f"Lịch từ năm {calendar.overlay.provisional_from} là {PROVISIONAL}: chưa có thông báo lịch nghỉ."


def sums(reckoning: Reckoning, days: Sequence[ExplainedDay]) -> str:
    """`28 ngày theo lịch: 15 ngày tính, 13 ngày nghỉ.`; days that are skipped for another reason told apart."""
    reasons = [off.reason for off in reckoning.skipped]
    apart = {words: reasons.count(words) for words in (AS_RECEIVED, WAITING) if words in reasons}
    rest = len(reasons) - sum(apart.values())
    told = [
        f"{len(reckoning.counted)} ngày tính",
        f"{rest} ngày nghỉ",
        *(f"{n} ngày {words}" for words, n in apart.items()),
    ]
    return f"{len(days)} ngày theo lịch: {', '.join(told)}."


def long_day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, ngày {day_words(day)}"
