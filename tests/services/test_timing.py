"""The clock of a dossier: from acceptance, without the days of waiting; what was printed is not moved."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from processor.domain.days.calendar import Calendar, CalendarOverlay, OverlayDay
from processor.domain.days.running_clock import RunningClock
from processor.domain.policy import DatedValue, Source
from processor.services.appraisal.timing import Moved, apply_calendar, limit, reckoned
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.storage.desk.queue import QueueFilter, queue_lines
from processor.storage.engine import reading
from tests.desk import (
    DAYS,
    DeskClock,
    Sent,
    a_dossier,
    a_dossier_in,
    answer,
    appraised,
    give_code,
    officer,
    opened,
    perform,
    take_back,
)
from tests.working_days import at

TARGET = 15
ACCEPTED = "2026-11-24T10:00"


def clock_of(wired: Wired, sent: Sent) -> RunningClock:
    found = opened(wired, sent).clock
    assert found
    return found


def due(wired: Wired, sent: Sent) -> date | None:
    return clock_of(wired, sent).due_on


def in_queue(wired: Wired) -> list[date | None]:
    with reading(wired.engine) as connection:
        return [line.due_on for line in queue_lines(connection, QueueFilter())]


def promising(wired: Wired, days: int) -> Wired:
    """As if somebody had read the time limit in the Resolution."""
    known = wired.catalogue.facts[wired.catalogue.workflow.clock.days]
    read = DatedValue(from_=date(2022, 12, 9), value=days, verified=True, source=Source(document="Văn bản ví dụ"))
    facts = {**wired.catalogue.facts, known.id: known.model_copy(update={"values": (read,)})}
    return replace(wired, catalogue=replace(wired.catalogue, facts=facts))


def with_days_off(wired: Wired, *days: date) -> Wired:
    """The same desk under a calendar that was changed."""
    said = wired.catalogue.calendar.overlay
    added = tuple(
        OverlayDay.model_validate({"date": day, "reason": "nghỉ ví dụ", "document": "Văn bản ví dụ"}) for day in days
    )
    changed = said.model_copy(update={"days_off": (*said.days_off, *added)})
    return replace(wired, catalogue=replace(wired.catalogue, calendar=Calendar(changed)))


def test_it_starts_at_acceptance_not_when_the_dossier_was_sent(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2026-11-20T09:00")
    sent = a_dossier(desk)
    before = opened(desk, sent).clock
    desk_clock.now = at(ACCEPTED)

    appraised("accept")(desk, sent)

    found = clock_of(desk, sent)
    assert before is None and found.started_at == at(ACCEPTED)
    assert (found.days, found.due_on) == (TARGET, date(2026, 12, 15))
    assert found.calendar_version == desk.catalogue.calendar.version
    assert in_queue(desk) == [found.due_on]


def test_the_days_of_waiting_for_a_supplement_are_taken_out(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    sent = a_dossier_in(desk, "under_appraisal")
    desk_clock.now = at("2026-11-26T10:00")
    appraised("request_supplement")(desk, sent)
    waiting, queued = clock_of(desk, sent), in_queue(desk)
    desk_clock.now = at("2026-12-03T10:00")

    answer(desk, sent)

    found = clock_of(desk, sent)
    assert (waiting.due_on, waiting.paused_since, queued) == (None, at("2026-11-26T10:00"), [None])
    assert found.paused_since is None and found.due_on == date(2026, 12, 22)
    assert {skipped.date for skipped in reckoned(desk, found).skipped if "bổ sung" in skipped.reason} == {
        date(2026, 11, 27) + timedelta(days=number) for number in range(7)
    }
    assert opened(desk, sent).dossier.status == "under_appraisal" and in_queue(desk) == [found.due_on]


def test_two_supplements_are_two_pauses(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    sent = a_dossier_in(desk, "accepted")
    for asked, came in (("2026-11-25T09:00", "2026-11-26T09:00"), ("2026-11-30T09:00", "2026-12-02T09:00")):
        desk_clock.now = at(asked)
        appraised("request_supplement")(desk, sent)
        desk_clock.now = at(came)
        answer(desk, sent)

    assert len(clock_of(desk, sent).pauses) == 2 and len(opened(desk, sent).supplements) == 2
    assert due(desk, sent) == date(2026, 12, 18)
    assert opened(desk, sent).dossier.status == "accepted"


def test_an_extension_adds_working_days_and_says_why(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    sent = a_dossier_in(desk, "under_appraisal")

    perform(desk, officer(desk, "leader"), sent, "extend")

    found = clock_of(desk, sent)
    assert (found.all_days, found.due_on) == (TARGET + DAYS, date(2026, 12, 22))
    assert [(one["days"], one["reason"][:10]) for one in found.extensions] == [(DAYS, "Thiếu tran")]
    assert opened(desk, sent).dossier.status == "under_appraisal"


@pytest.mark.parametrize("status", ["approved", "rejected", "stopped"])
def test_it_stops_when_the_matter_is_decided_and_leaves_the_queue_of_due_days(status: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)

    assert clock_of(desk, sent).stopped_at == desk.clock()
    assert in_queue(desk) == [None]


def test_a_withdrawal_while_waiting_ends_the_pause_and_the_clock(desk: Wired, desk_clock: DeskClock) -> None:
    sent = a_dossier_in(desk, "supplement_requested")
    desk_clock.move(days=2)

    take_back(desk, sent)

    found = clock_of(desk, sent)
    assert found.paused_since is None and found.stopped_at == found.pauses[0].until == desk.clock()


def test_a_decision_that_is_looked_at_again_starts_it_anew(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    sent = a_dossier_in(desk, "rejected")
    desk_clock.now = at("2026-12-01T09:00")

    perform(desk, officer(desk, "leader"), sent, "reconsider")

    found = clock_of(desk, sent)
    assert (found.started_at, found.stopped_at, found.extensions) == (at("2026-12-01T09:00"), None, ())
    assert found.due_on == date(2026, 12, 22)


def test_tet_in_the_middle_is_skipped_with_its_reason(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2026-02-10T09:00")
    sent = a_dossier_in(desk, "accepted")

    found = reckoned(desk, clock_of(desk, sent))

    tet = [skipped.date for skipped in found.skipped if "Tết" in skipped.reason]
    assert tet and date(2026, 2, 17) in tet and found.due_on == date(2026, 3, 10)
    assert found.due_on == due(desk, sent)


def test_while_the_time_limit_is_unknown_the_target_of_the_office_is_promised_to_nobody(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")
    promised = promising(desk, 10)

    own, public = track(desk, sent.reference, sent.access_code), track(promised, sent.reference, sent.access_code)

    assert (limit(desk).days, limit(desk).internal, own.due) == (TARGET, True, None)
    assert (limit(promised).days, limit(promised).internal) == (10, False)
    assert public.due and public.due.due_on == due(desk, sent)


def test_a_new_calendar_moves_open_clocks_and_tells_which(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    running, stopped, paused = (a_dossier_in(desk, one) for one in ("accepted", "stopped", "supplement_requested"))
    before = {sent.reference: clock_of(desk, sent) for sent in (stopped, paused)}
    changed = with_days_off(desk, date(2026, 12, 8), date(2026, 12, 9))

    moved, again = apply_calendar(changed), apply_calendar(changed)

    assert moved == [Moved(running.reference, date(2026, 12, 15), date(2026, 12, 17), False)] and again == []
    assert clock_of(desk, running).calendar_version == changed.catalogue.calendar.version
    assert clock_of(desk, stopped) == before[stopped.reference]
    assert clock_of(desk, paused).due_on is None
    assert in_queue(desk)[0] == date(2026, 12, 17)


def test_a_day_that_was_printed_stays_and_is_told(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    promised = promising(desk, TARGET)
    sent = a_dossier(promised)
    give_code(promised, sent)
    appraised("accept")(promised, sent)
    printed = clock_of(promised, sent)

    moved = apply_calendar(with_days_off(promised, date(2026, 12, 8)))

    assert printed.printed_at == at(ACCEPTED)
    assert moved == [Moved(sent.reference, date(2026, 12, 15), date(2026, 12, 16), True)]
    assert clock_of(promised, sent) == printed


def test_a_target_that_no_slip_prints_is_moved_though_the_slip_was_made(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    sent = a_dossier(desk)
    give_code(desk, sent)
    appraised("accept")(desk, sent)
    (slip,) = opened(desk, sent).slips

    moved = apply_calendar(with_days_off(desk, date(2026, 12, 8)))

    assert slip.content["due_on"] is None and clock_of(desk, sent).printed_at is None
    assert moved == [Moved(sent.reference, date(2026, 12, 15), date(2026, 12, 16), False)]


def test_an_extension_prints_the_old_day_and_the_new_one(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(ACCEPTED)
    promised = promising(desk, TARGET)
    sent = a_dossier_in(promised, "accepted")

    perform(promised, officer(promised, "appraiser"), sent, "extend")

    (slip,) = opened(promised, sent).slips
    assert (slip.content["old_due_on"], slip.content["new_due_on"]) == ("2026-12-15", "2026-12-22")
    assert slip.content["days"] == TARGET + DAYS and clock_of(promised, sent).printed_at


def test_the_hour_of_a_cut_off_takes_the_next_working_day_as_that_of_receipt(
    desk: Wired, desk_clock: DeskClock
) -> None:
    said = desk.catalogue.calendar.overlay.model_dump(by_alias=True)
    early = Calendar(CalendarOverlay.model_validate({**said, "cut_off": "15:00"}))
    strict = replace(desk, catalogue=replace(desk.catalogue, calendar=early))

    found = []
    for moment in ("2026-11-24T14:59", "2026-11-24T15:01"):
        desk_clock.now = datetime.fromisoformat(moment).replace(tzinfo=at(moment).tzinfo)
        found.append(due(strict, a_dossier_in(strict, "accepted")))

    assert found == [date(2026, 12, 15), date(2026, 12, 16)]
