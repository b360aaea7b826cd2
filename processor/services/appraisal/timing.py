"""The clock of a dossier: started, paused, resumed, extended and stopped by its steps; moved when the calendar is."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from processor.domain.days.clock import Pause, Reckoning, reckon
from processor.domain.days.running_clock import RunningClock
from processor.domain.dossier import Dossier
from processor.domain.estimate import number
from processor.domain.vietnamese import iso
from processor.domain.workflow import Transition
from processor.services.parts import Wired
from processor.storage.desk.clocks import clock_of, put_clock, running_clocks
from processor.storage.engine import Connection, writing


@dataclass(frozen=True)
class Limit:
    """Working days; `internal` when it is the office's own target, which the public is not promised."""

    days: int
    internal: bool


@dataclass(frozen=True)
class Moved:
    """A due day that a new calendar changes; `printed` ones stay as they were printed."""

    reference: str
    before: date | None
    after: date | None
    printed: bool


def limit(wired: Wired) -> Limit:
    rule = wired.catalogue.workflow.clock
    known = number(wired.catalogue.facts[rule.days], wired.today())
    return Limit(known or rule.internal_target_days, known is None)


def reckoned(wired: Wired, clock: RunningClock) -> Reckoning:
    calendar = wired.catalogue.calendar
    return reckon(calendar, clock.started_at, clock.all_days, clock.pauses, calendar.cut_off)


def move(
    wired: Wired,
    connection: Connection,
    dossier: Dossier,
    transition: Transition,
    days: int,
    reason: str,
    now: datetime,
) -> None:
    """What the step does to the clock; a dossier without a clock has nothing to move."""
    if transition.clock == "start":
        put_clock(connection, counted(wired, started(wired, dossier, now)))
        return
    clock = clock_of(connection, dossier.id)
    if clock is None or transition.clock is None or clock.stopped_at:
        return
    if transition.clock == "pause":
        clock = replace(clock, pauses=(*clock.pauses, Pause(now, None)))
    if transition.clock == "resume":
        clock = resumed(clock, now)
    if transition.clock == "extend":
        added = {"days": days, "at": iso(now), "reason": reason.strip()}
        clock = replace(clock, extensions=(*clock.extensions, added), printed_at=None)
    if transition.clock == "stop":
        clock = replace(resumed(clock, now), stopped_at=now)
    put_clock(connection, counted(wired, clock))


def started(wired: Wired, dossier: Dossier, now: datetime) -> RunningClock:
    version = wired.catalogue.calendar.version
    return RunningClock(dossier.id, now, limit(wired).days, (), (), None, version, None, None)


def resumed(clock: RunningClock, now: datetime) -> RunningClock:
    if clock.paused_since is None:
        return clock
    return replace(clock, pauses=(*clock.pauses[:-1], Pause(clock.paused_since, now)))


def counted(wired: Wired, clock: RunningClock) -> RunningClock:
    return replace(clock, due_on=reckoned(wired, clock).due_on, calendar_version=wired.catalogue.calendar.version)


def mark_printed(connection: Connection, dossier_id: int, now: datetime) -> None:
    """From here on a changed calendar does not move the due day."""
    clock = clock_of(connection, dossier_id)
    if clock and clock.due_on and clock.printed_at is None:
        put_clock(connection, replace(clock, printed_at=now))


def apply_calendar(wired: Wired) -> list[Moved]:
    """Reckon every open due day anew; those that differ. Printed ones are told and left alone."""
    version = wired.catalogue.calendar.version
    moved = []
    with writing(wired.engine) as connection:
        for reference, clock in running_clocks(connection):
            due_on = reckoned(wired, clock).due_on
            if due_on != clock.due_on:
                moved.append(Moved(reference, clock.due_on, due_on, clock.printed_at is not None))
            if clock.printed_at is None and (due_on != clock.due_on or clock.calendar_version != version):
                put_clock(connection, replace(clock, due_on=due_on, calendar_version=version))
    return moved
