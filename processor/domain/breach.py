"""Breaches of personal data and the clock within which the authority is told (domain fact L7)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from processor.domain.privacy import Urgency
from processor.domain.vietnamese import VIETNAM

HOUR = timedelta(hours=1)
NEAR = timedelta(hours=24)
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])\s*(?:[:hg]|giờ)\s*([0-5][0-9])?\Z")


@dataclass(frozen=True)
class NewBreach:
    """As an officer writes it down; `people` is how many, None while that is not known."""

    found_at: datetime
    what: str
    data_kinds: str
    people: int | None
    harmful: bool


@dataclass(frozen=True)
class Breach:
    id: int
    told: NewBreach
    officer: str
    entered_at: datetime
    notified_at: datetime | None = None
    notified_how: str | None = None
    closed_at: datetime | None = None

    @property
    def owes_notice(self) -> bool:
        """What can harm somebody is told to the authority."""
        return self.told.harmful and self.notified_at is None


@dataclass(frozen=True)
class Minute:
    """One line of the minutes."""

    at: datetime
    officer: str
    text: str


def hour_of(typed: str) -> time | None:
    """“14:30”, “8h05”, “9 giờ”; None when it cannot be read."""
    read = CLOCK.match(typed.strip().lower())
    return time(int(read[1]), int(read[2] or 0)) if read else None


def moment_of(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, VIETNAM)


def deadline(breach: Breach, hours: int) -> datetime:
    return breach.told.found_at + hours * HOUR


def urgency_of(breach: Breach, hours: int, now: datetime) -> Urgency:
    if breach.closed_at:
        return "closed"
    if not breach.owes_notice:
        return "open"
    left = deadline(breach, hours) - now
    return "late" if left < timedelta() else "near" if left <= NEAR else "open"


def left_words(breach: Breach, hours: int, now: datetime) -> str:
    """What is left of the hours, in whole ones."""
    if breach.notified_at:
        late = breach.notified_at > deadline(breach, hours)
        return f"đã báo, {'quá' if late else 'trong'} {hours} giờ"
    if not breach.told.harmful:
        return "không phải báo: không gây hại"
    left = (deadline(breach, hours) - now) // HOUR
    return f"còn {left} giờ để báo" if left >= 0 else f"quá hạn báo {-left} giờ"
