"""Which days are worked: the holidays of Viet Nam as PyPI `holidays` has them, edited by forms/calendar.yml."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime, time
from functools import cache, cached_property

import holidays
from pydantic import Field

from processor.domain.agency import UNKNOWN
from processor.domain.errors import HotroError
from processor.domain.policy import Frozen
from processor.domain.vietnamese import day as day_words

# The policy runs 2023-2030 (domain fact R2); what is received in those years is due well within these.
YEARS = range(2020, 2041)
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
NO_DOCUMENT = "chưa có văn bản"
UNCHECKED = UNKNOWN.rpartition(" – ")[2]
PROVISIONAL = "tạm tính"
IN_LIEU = " (nghỉ bù)"
SWAPPED = re.compile(r"thay cho ngày (?P<day>\d\d/\d\d/\d{4})")


class OutsideCalendar(HotroError):
    def __init__(self, day: date) -> None:
        super().__init__(f"Lịch có từ năm {YEARS[0]} đến năm {YEARS[-1]}, không có ngày {day_words(day)}.")


class OverlayDay(Frozen):
    day: date = Field(alias="date")
    reason: str
    document: str


class Disregarded(Frozen):
    """A holiday of the library, by its name there, that no document has made one."""

    name: str
    reason: str
    document: str


class CalendarOverlay(Frozen):
    """forms/calendar.yml. `cut_off` is "HH:MM"; from `provisional_from` on the holidays of a year are not announced."""

    cut_off: str | None
    provisional_from: int
    days_off: tuple[OverlayDay, ...] = ()
    working_days: tuple[OverlayDay, ...] = ()
    not_days_off: tuple[Disregarded, ...] = ()


@dataclass(frozen=True)
class DayReading:
    """`reason` is None on an ordinary working day, `document` where none is needed; `provisional`: may yet change."""

    day: date
    working: bool
    reason: str | None
    document: str | None
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    overlay: CalendarOverlay

    def reading(self, day: date) -> DayReading:
        """Raises OutsideCalendar for a day that is not in YEARS."""
        if day.year not in YEARS:
            raise OutsideCalendar(day)
        return self.marked.get(day) or self.plain(day)

    def is_working(self, day: date) -> bool:
        return self.reading(day).working

    @property
    def cut_off(self) -> time | None:
        return time.fromisoformat(self.overlay.cut_off) if self.overlay.cut_off else None

    @cached_property
    def version(self) -> str:
        """16 hex digits of all that it says, so that it changes when a day does, by the library or by the overlay."""
        said = [astuple(self.marked[day]) for day in sorted(self.marked)]
        told = [YEARS[0], YEARS[-1], self.overlay.provisional_from, self.overlay.cut_off, said]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()[:16]

    @cached_property
    def marked(self) -> Mapping[date, DayReading]:
        """The days that are more than a weekday or a weekend."""
        readings = {day: self.of_library(day, False, holiday_words(name)) for day, name in library_holidays().items()}
        readings |= {day: self.of_library(day, True, reason) for day, reason in library_make_up_days().items()}
        for entry in self.overlay.not_days_off:
            for day in days_named(entry.name):
                readings[day] = self.plain(day) if is_weekend(day) else of_overlay(day, True, entry)
        readings |= {entry.day: of_overlay(entry.day, False, entry) for entry in self.overlay.days_off}
        readings |= {entry.day: of_overlay(entry.day, True, entry) for entry in self.overlay.working_days}
        return readings

    def plain(self, day: date) -> DayReading:
        off = is_weekend(day)
        return DayReading(day, not off, WEEKDAYS[day.weekday()] if off else None, None, self.is_provisional(day))

    def of_library(self, day: date, working: bool, reason: str) -> DayReading:
        provisional = self.is_provisional(day)
        document = f"{PROVISIONAL}, {UNCHECKED}" if provisional else UNCHECKED
        return DayReading(day, working, reason, document, provisional)

    def is_provisional(self, day: date) -> bool:
        return day.year >= self.overlay.provisional_from


def of_overlay(day: date, working: bool, entry: OverlayDay | Disregarded) -> DayReading:
    return DayReading(day, working, entry.reason, entry.document, entry.document == NO_DOCUMENT)


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def days_named(name: str) -> list[date]:
    """Where the library has this holiday, days in lieu of it included."""
    return [day for day, said in library_holidays().items() if said.removesuffix(IN_LIEU) == name]


def holiday_words(name: str) -> str:
    """The library's name as a reason: `nghỉ Tết` for each of its days, `nghỉ bù ngày Giỗ Tổ Hùng Vương`."""
    if swapped := SWAPPED.search(name):
        return f"nghỉ, làm bù ngày {swapped['day']}"
    if "Tết" in name and "Dương lịch" not in name:
        return "nghỉ Tết"
    verb = "nghỉ bù" if name.endswith(IN_LIEU) else "nghỉ"
    return f"{verb} {re.sub('^Ngày', 'ngày', name.removesuffix(IN_LIEU))}"


@cache
def library() -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=YEARS, language="vi", expand=False)


@cache
def library_holidays() -> Mapping[date, str]:
    return dict(library())


@cache
def library_make_up_days() -> Mapping[date, str]:
    """Weekend days worked in exchange for another day, each with its reason."""
    exchanged = {
        datetime.strptime(swapped["day"], "%d/%m/%Y").date(): day
        for day, name in library_holidays().items()
        if (swapped := SWAPPED.search(name))
    }
    days = {day for day in library().weekend_workdays if day.year in YEARS}
    return {day: make_up_words(exchanged.get(day)) for day in days}


def make_up_words(day_off: date | None) -> str:
    return f"làm bù cho ngày {day_words(day_off)}" if day_off else "làm bù"
