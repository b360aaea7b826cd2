"""The time limit of a dossier in working days: which days count, which do not and why, how many are left.

n working days are counted from the working day after that of receipt (domain.md, section 2.4); the time that the
organisation takes to supplement is taken out (H17). Days are those of Viet Nam.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from processor.domain.days.calendar import Calendar
from processor.domain.vietnamese import VIETNAM, iso
from processor.domain.vietnamese import day as day_words

WAITING = "chờ tổ chức bổ sung"
AS_RECEIVED = "coi như ngày nhận hồ sơ"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """From asking for a supplement until it is answered; None: not yet answered."""

    since: datetime
    until: datetime | None

    def covers(self, day: date) -> bool:
        """The day of asking counts still; that of the answer does not."""
        return self.since_day < day and (self.until is None or day <= in_vietnam(self.until).date())

    @property
    def since_day(self) -> date:
        return in_vietnam(self.since).date()


@dataclass(frozen=True)
class SkippedDay:
    date: date
    reason: str
    document: str | None


@dataclass(frozen=True)
class Reckoning:
    """`counted` and `skipped` are every day after that of receipt, to the due day, or to where an open pause began.

    `due_on` is None while a pause is open, unless the days had run out before it.
    """

    received: datetime
    days: int
    due_on: date | None
    counted: tuple[date, ...]
    skipped: tuple[SkippedDay, ...]
    pauses: tuple[Pause, ...] = ()

    @property
    def paused_since(self) -> date | None:
        return min((pause.since_day for pause in self.pauses if pause.until is None), default=None)

    @property
    def document(self) -> dict[str, object]:
        """For programs: days in ISO form, times in Viet Nam time."""
        return {
            "received": iso(self.received),
            "days": self.days,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "counted": [day.isoformat() for day in self.counted],
            "skipped": [
                {"date": off.date.isoformat(), "reason": off.reason, "document": off.document} for off in self.skipped
            ],
        }

    def is_paused(self, day: date) -> bool:
        return any(pause.covers(day) for pause in self.pauses)


def reckon(
    calendar: Calendar, received: datetime, days: int, pauses: Sequence[Pause] = (), cut_off: time | None = None
) -> Reckoning:
    """Times are aware, `cut_off` is Viet Nam time; `days` are working days, extensions included, at least 1.

    Raises OutsideCalendar.
    """
    if days < 1:
        raise ValueError("a time limit has at least one day")
    started = in_vietnam(received)
    begun = Reckoning(started, days, None, (), (), tuple(pauses))
    receipt_day = counted_as_received(calendar, started, cut_off)
    counted: list[date] = []
    skipped: list[SkippedDay] = []
    for day in days_after(started.date(), begun.paused_since):
        if reason := why_skipped(calendar, begun, receipt_day, day):
            skipped.append(reason)
        else:
            counted.append(day)
        if len(counted) == days:
            break
    due_on = counted[-1] if len(counted) == days else None
    return Reckoning(started, days, due_on, tuple(counted), tuple(skipped), begun.pauses)


def counted_as_received(calendar: Calendar, received: datetime, cut_off: time | None) -> date:
    """The day itself, or the next working day when it is not one or the hour is past."""
    day = received.date()
    late = cut_off is not None and received.time() > cut_off
    if calendar.is_working(day) and not late:
        return day
    return next(later for later in days_after(day) if calendar.is_working(later))


def why_skipped(calendar: Calendar, reckoning: Reckoning, receipt_day: date, day: date) -> SkippedDay | None:
    """None for a day that counts."""
    if reckoning.is_paused(day):
        return SkippedDay(day, WAITING, None)
    reading = calendar.reading(day)
    if not reading.working:
        return SkippedDay(day, reading.reason or "", reading.document)
    return SkippedDay(day, AS_RECEIVED, None) if day <= receipt_day else None


def days_after(day: date, last: date | None = None) -> Iterator[date]:
    while last is None or day < last:
        day += ONE_DAY
        yield day


def left(calendar: Calendar, reckoning: Reckoning, today: date) -> int:
    """Working days left: 0 on the due day, negative by as many as it is overdue, paused ones taken out.

    From the first day after the due day it is overdue, by 1 on a weekend too. While paused, as on the day of asking.
    """
    due_on = reckoning.due_on
    if due_on is None:
        return reckoning.days - len(reckoning.counted)
    today = min(today, reckoning.paused_since or today)
    if today <= due_on:
        return sum(day > today for day in reckoning.counted)
    late = sum(calendar.is_working(day) and not reckoning.is_paused(day) for day in days_after(due_on, today))
    return -max(late, 1)


def clock_words(calendar: Calendar, reckoning: Reckoning, today: date) -> str:
    """As the desk tells it, in the words of content.md, section 5."""
    number = left(calendar, reckoning, today)
    if since := reckoning.paused_since:
        goes_on = f"còn {number} ngày làm việc khi tính tiếp" if number >= 0 else f"đã {overdue_words(number)}"
        return f"Tạm dừng từ {day_words(since)}, {goes_on}"
    if number > 0:
        return f"Còn {number} ngày làm việc"
    if number == 0:
        return "Đến hạn hôm nay"
    words = overdue_words(number)
    return words[0].upper() + words[1:]


def overdue_words(number: int) -> str:
    return f"quá hạn {-number} ngày làm việc"


def in_vietnam(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)
