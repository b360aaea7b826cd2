"""The log of breaches: what happened, minutes that are only added to, when the authority was told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from processor.domain.access.officer import Officer
from processor.domain.breach import Breach, Minute, NewBreach, hour_of, moment_of, urgency_of
from processor.domain.errors import Conflict, NotFound
from processor.domain.forms.submission import Typed
from processor.services.parts import Wired
from processor.services.privacy.answers import fault_at, read_privacy, refuse_unless
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officers import in_turn
from processor.storage.privacy import breaches as rows

ENTER = "new_breach"
MOST_CLOSED = 100


def breach_log(wired: Wired, officer: Officer) -> list[Breach]:
    """Raises Forbidden."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    with reading(wired.engine) as connection:
        return rows.every_breach(connection, MOST_CLOSED)


def open_breach(wired: Wired, officer: Officer, number: int) -> tuple[Breach, list[Minute]]:
    """Raises Forbidden, NotFound."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    with reading(wired.engine) as connection:
        return known(connection, number), rows.minutes_of(connection, number)


def known(connection: Connection, number: int) -> Breach:
    found = rows.find_breach(connection, number)
    if found is None:
        raise NotFound("not_found")
    return found


def enter_breach(wired: Wired, officer: Officer, typed: Typed) -> int:
    """Its number; sent again, that of the first. Raises Forbidden, InvalidAnswers."""
    refuse_unless(officer, wired.catalogue.privacy.may.enter)
    told = read_privacy(wired, ENTER, typed)
    found_at = moment_in(wired, ENTER, told, "found")
    breach = NewBreach(found_at, told["what"], told["data_kinds"], told["people"], told["harmful"] == "yes")
    with writing(wired.engine) as connection:
        in_turn(connection, officer.id)
        if earlier := rows.open_breach_like(connection, breach):
            return earlier
        number = rows.add_breach(connection, breach, officer.id, wired.clock())
        rows.add_minute(connection, number, officer.id, wired.clock(), "Ghi sự cố")
    return number


def moment_in(wired: Wired, act: str, told: Mapping[str, Any], name: str) -> datetime:
    """From a day and an hour. Raises InvalidAnswers when the hour cannot be read or has not come yet."""
    hour = hour_of(told[f"{name}_time"])
    if hour is None:
        raise fault_at(wired, act, f"{name}_time", "hour_unreadable", value=told[f"{name}_time"][:20])
    at = moment_of(told[f"{name}_on"], hour)
    if at > wired.clock():
        raise fault_at(wired, act, f"{name}_time", "hour_in_future", value=told[f"{name}_time"][:20])
    return at


Deed = Callable[[Wired, Connection, Breach, Mapping[str, Any]], str]


def note(wired: Wired, connection: Connection, breach: Breach, told: Mapping[str, Any]) -> str:
    return str(told["text"])


def notify(wired: Wired, connection: Connection, breach: Breach, told: Mapping[str, Any]) -> str:
    """Once; not before it was found."""
    if breach.notified_at:
        raise Conflict("breach_notified")
    at = moment_in(wired, "notify_breach", told, "notified")
    if at < breach.told.found_at:
        raise fault_at(wired, "notify_breach", "notified_time", "notified_too_early", value=told["notified_time"][:20])
    rows.change_breach(connection, breach.id, notified_at=at, notified_how=told["how"])
    return f"Đã báo cơ quan chuyên trách: {told['how']}"


def close(wired: Wired, connection: Connection, breach: Breach, told: Mapping[str, Any]) -> str:
    """What can harm somebody is told first."""
    if breach.owes_notice:
        raise Conflict("breach_not_notified")
    rows.change_breach(connection, breach.id, closed_at=wired.clock())
    return f"Đóng: {told['text']}"


DEEDS: Mapping[str, tuple[str, Deed]] = {
    "ghi-them": ("note_breach", note),
    "da-bao": ("notify_breach", notify),
    "dong": ("close_breach", close),
}
"""By its address: the form, what it does; it returns its line of the minutes."""


def do(wired: Wired, officer: Officer, number: int, name: str, typed: Typed) -> None:
    """Raises Forbidden, NotFound, Conflict, InvalidAnswers."""
    refuse_unless(
        officer, wired.catalogue.privacy.may.enter if name == "ghi-them" else wired.catalogue.privacy.may.handle
    )
    if name not in DEEDS:
        raise NotFound("not_found")
    act, deed = DEEDS[name]
    with writing(wired.engine) as connection:
        breach = known(connection, number)
        if breach.closed_at:
            raise Conflict("breach_closed")
        line = deed(wired, connection, breach, read_privacy(wired, act, typed))
        rows.add_minute(connection, number, officer.id, wired.clock(), line)


def breach_words(wired: Wired, officer: Officer) -> str:
    """What the first page of the desk tells of breaches that the authority has to be told of; nothing without one."""
    if officer.role not in wired.catalogue.privacy.may.enter:
        return ""
    owed = [one for one in breach_log(wired, officer) if one.owes_notice and not one.closed_at]
    late = sum(urgency_of(one, wired.catalogue.privacy.breach_hours, wired.clock()) == "late" for one in owed)
    return f"Sự cố dữ liệu cá nhân chưa báo: {len(owed)}, quá hạn {late}." if owed else ""
