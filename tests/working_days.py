"""The calendar that is shipped, read alone; times of Viet Nam; pauses by their days."""

from datetime import datetime
from typing import Any

from processor.domain.days.calendar import Calendar, CalendarOverlay
from processor.domain.days.clock import Pause
from processor.domain.vietnamese import VIETNAM
from processor.settings import ROOT
from processor.storage.catalogue.positions import Positioned

SHIPPED = Calendar(
    CalendarOverlay.model_validate(Positioned(ROOT / "forms" / "calendar.yml", "forms/calendar.yml").content)
)


def a_calendar(**changed: Any) -> Calendar:
    """The library's days alone, until a test adds to them."""
    return Calendar(CalendarOverlay.model_validate({"cut_off": None, "provisional_from": 2027} | changed))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=VIETNAM)


def a_pause(since: str, until: str | None = None) -> Pause:
    return Pause(at(since), at(until) if until else None)
