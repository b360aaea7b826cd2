"""When a dossier is due: counted by hand around holidays, and by a second way of counting for any dates."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.days.calendar import Calendar
from processor.domain.days.clock import AS_RECEIVED, WAITING, Pause, clock_words, left, reckon
from processor.domain.vietnamese import VIETNAM
from tests.working_days import SHIPPED, a_calendar, a_pause, at

AFTERNOON = time(15)
RECEIPTS = st.datetimes(datetime(2023, 12, 1), datetime(2028, 12, 31), timezones=st.just(VIETNAM))
LENGTHS = st.integers(1, 60)
CUT_OFFS = st.none() | st.times()


@st.composite
def pauses_after(draw: st.DrawFn, received: datetime) -> list[Pause]:
    """Up to three closed ones, in order."""
    pauses, since = [], received
    for _ in range(draw(st.integers(0, 3))):
        since += timedelta(hours=draw(st.integers(0, 500)))
        until = since + timedelta(hours=draw(st.integers(0, 900)))
        pauses.append(Pause(since, until))
        since = until
    return pauses


@st.composite
def receipts_with_pauses(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    received = draw(RECEIPTS)
    return received, draw(pauses_after(received))


def due(received: str, days: int, pauses: Sequence[Pause] = (), cut_off: time | None = None) -> str | None:
    due_on = reckon(SHIPPED, at(received), days, pauses, cut_off).due_on
    return due_on.isoformat() if due_on else None


@pytest.mark.parametrize(
    ("received", "days", "due_on"),
    [
        ("2024-02-05T09:00", 8, "2024-02-22"),  # Tết 08/02-14/02
        ("2025-01-22T09:00", 5, "2025-02-05"),  # Tết 25/01-02/02
        ("2026-02-10T09:00", 15, "2026-03-10"),  # Tết 14/02-22/02
        ("2027-01-28T09:00", 10, "2027-02-18"),  # Tết 04/02-10/02
        ("2026-03-02T09:00", 1, "2026-03-03"),
        ("2026-03-06T09:00", 1, "2026-03-09"),
        ("2026-04-24T16:59", 5, "2026-05-06"),  # Giỗ Tổ on a Sunday, 30/4 and 1/5
    ],
)
def test_the_due_day_around_holidays(received: str, days: int, due_on: str) -> None:
    assert due(received, days) == due_on


def test_15_working_days_over_tet_2026_are_28_days_15_counted_and_13_skipped() -> None:
    reckoning = reckon(SHIPPED, at("2026-02-10T09:00"), 15)

    assert reckoning.due_on == date(2026, 3, 10)
    assert (len(reckoning.counted), len(reckoning.skipped)) == (15, 13)
    assert reckoning.counted[0] == date(2026, 2, 11)
    assert [off.date.day for off in reckoning.skipped if off.reason == "nghỉ Tết"] == [16, 17, 18, 19, 20]


def test_10_working_days_over_new_year_2026_end_on_the_saturday_worked_in_exchange() -> None:
    received = at("2025-12-25T09:00")

    ours, by_library = reckon(SHIPPED, received, 10), reckon(a_calendar(), received, 10)

    assert ours.due_on == date(2026, 1, 10)
    assert by_library.due_on == date(2026, 1, 9)


@pytest.mark.parametrize(
    ("received", "due_on"),
    [
        ("2024-05-02T09:00", "2024-05-06"),  # 04/05/2024
        ("2025-04-24T09:00", "2025-04-28"),  # 26/04/2025
        ("2026-08-20T09:00", "2026-08-24"),  # 22/08/2026
    ],
)
def test_a_saturday_worked_in_exchange_counts(received: str, due_on: str) -> None:
    assert due(received, 3) == due_on


def test_a_receipt_after_hours_counts_as_the_next_working_day_only_when_an_hour_is_set() -> None:
    friday_evening = "2026-03-06T16:30"

    assert due(friday_evening, 5) == "2026-03-13"
    assert due(friday_evening, 5, cut_off=AFTERNOON) == "2026-03-16"
    assert due("2026-03-06T15:00", 5, cut_off=AFTERNOON) == "2026-03-13"


def test_a_receipt_on_saturday_counts_as_on_monday() -> None:
    reckoning = reckon(SHIPPED, at("2026-03-07T09:00"), 5)

    assert reckoning.due_on == date(2026, 3, 16)
    assert [(off.date.day, off.reason) for off in reckoning.skipped[:2]] == [(8, "Chủ nhật"), (9, AS_RECEIVED)]


def test_the_day_is_that_of_viet_nam() -> None:
    late_in_utc = datetime.fromisoformat("2026-03-01T20:00+00:00")

    reckoning = reckon(SHIPPED, late_in_utc, 1)

    assert reckoning.received.isoformat() == "2026-03-02T03:00:00+07:00"
    assert reckoning.due_on == date(2026, 3, 3)


def test_waiting_for_a_supplement_is_taken_out_the_day_of_asking_is_not() -> None:
    asked = a_pause("2026-03-05T15:00", "2026-03-11T08:00")

    reckoning = reckon(SHIPPED, at("2026-03-02T09:00"), 10, [asked])

    assert reckoning.due_on == date(2026, 3, 20)
    assert [day.day for day in reckoning.counted] == [3, 4, 5, 12, 13, 16, 17, 18, 19, 20]
    assert [off.date.day for off in reckoning.skipped if off.reason == WAITING] == [6, 7, 8, 9, 10, 11]


def test_two_supplements_are_both_taken_out() -> None:
    twice = [a_pause("2026-03-03T15:00", "2026-03-05T08:00"), a_pause("2026-03-09T10:00", "2026-03-10T10:00")]

    assert due("2026-03-02T09:00", 5) == "2026-03-09"
    assert due("2026-03-02T09:00", 5, twice[:1]) == "2026-03-11"
    assert due("2026-03-02T09:00", 5, twice) == "2026-03-12"


def test_after_an_answer_on_a_holiday_counting_goes_on_the_next_working_day() -> None:
    answered_at_tet = a_pause("2026-02-11T10:00", "2026-02-18T10:00")

    reckoning = reckon(SHIPPED, at("2026-02-10T09:00"), 2, [answered_at_tet])

    assert reckoning.counted == (date(2026, 2, 11), date(2026, 2, 23))


def test_a_supplement_asked_and_answered_the_same_day_changes_nothing() -> None:
    same_day = a_pause("2026-03-04T08:00", "2026-03-04T16:00")

    assert due("2026-03-02T09:00", 5, [same_day]) == due("2026-03-02T09:00", 5)


def test_while_waiting_there_is_no_due_day_and_the_days_so_far_stay_counted() -> None:
    reckoning = reckon(SHIPPED, at("2026-03-02T09:00"), 10, [a_pause("2026-03-05T15:00")])

    assert reckoning.due_on is None
    assert [day.day for day in reckoning.counted] == [3, 4, 5]
    assert left(SHIPPED, reckoning, date(2026, 6, 1)) == 7


def test_a_due_day_that_had_passed_before_the_asking_stays() -> None:
    reckoning = reckon(SHIPPED, at("2026-03-02T09:00"), 2, [a_pause("2026-03-09T15:00")])

    assert reckoning.due_on == date(2026, 3, 4)
    assert left(SHIPPED, reckoning, date(2026, 3, 20)) == -3


def test_a_time_limit_of_no_days_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError):
        reckon(SHIPPED, at("2026-03-02T09:00"), 0)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 3, 2), "Còn 5 ngày làm việc"),
        (date(2026, 3, 3), "Còn 4 ngày làm việc"),
        (date(2026, 3, 7), "Còn 1 ngày làm việc"),
        (date(2026, 3, 9), "Đến hạn hôm nay"),
        (date(2026, 3, 11), "Quá hạn 2 ngày làm việc"),
    ],
)
def test_what_is_left_in_words(today: date, words: str) -> None:
    reckoning = reckon(SHIPPED, at("2026-03-02T09:00"), 5)

    assert clock_words(SHIPPED, reckoning, today) == words


def test_from_the_day_after_the_due_day_it_is_overdue_on_a_weekend_too() -> None:
    due_on_friday = reckon(SHIPPED, at("2026-03-02T09:00"), 4)

    assert [left(SHIPPED, due_on_friday, date(2026, 3, day)) for day in (6, 7, 8, 9, 10)] == [0, -1, -1, -1, -2]


def test_a_pause_is_told_with_its_day_and_what_will_be_left() -> None:
    waiting = reckon(SHIPPED, at("2026-03-02T09:00"), 10, [a_pause("2026-03-06T15:00")])
    late = reckon(SHIPPED, at("2026-03-02T09:00"), 2, [a_pause("2026-03-06T15:00")])

    assert (
        clock_words(SHIPPED, waiting, date(2026, 4, 1)) == "Tạm dừng từ 06/03/2026, còn 6 ngày làm việc khi tính tiếp"
    )
    assert clock_words(SHIPPED, late, date(2026, 4, 1)) == "Tạm dừng từ 06/03/2026, đã quá hạn 2 ngày làm việc"


def test_time_spent_supplementing_after_the_due_day_does_not_make_it_later_still() -> None:
    reckoning = reckon(SHIPPED, at("2026-03-02T09:00"), 2, [a_pause("2026-03-05T15:00", "2026-03-10T09:00")])

    assert left(SHIPPED, reckoning, date(2026, 3, 11)) == -2


def counted_otherwise(
    calendar: Calendar, received: datetime, days: int, pauses: Sequence[Pause], cut_off: time | None
) -> date:
    """All working days laid out in a row, those of the pauses struck out, then the n-th after that of receipt."""
    laid_out = [received.date() + timedelta(days=after) for after in range(900)]
    worked = [day for day in laid_out if calendar.reading(day).working]
    on_time = cut_off is None or received.time() <= cut_off
    receipt_day = worked[0] if worked[0] > received.date() or on_time else worked[1]
    struck_out = {
        pause.since.date() + timedelta(days=after)
        for pause in pauses
        if pause.until
        for after in range(1, (pause.until.date() - pause.since.date()).days + 1)
    }
    return [day for day in worked if day > receipt_day and day not in struck_out][days - 1]


@given(receipts_with_pauses(), LENGTHS, CUT_OFFS)
def test_another_way_of_counting_finds_the_same_day(
    receipt: tuple[datetime, list[Pause]], days: int, cut_off: time | None
) -> None:
    received, pauses = receipt

    reckoning = reckon(SHIPPED, received, days, pauses, cut_off)

    assert reckoning.due_on == counted_otherwise(SHIPPED, received, days, pauses, cut_off)


@given(receipts_with_pauses(), LENGTHS, CUT_OFFS)
def test_the_due_day_is_worked_and_every_day_until_it_is_counted_or_skipped_once(
    receipt: tuple[datetime, list[Pause]], days: int, cut_off: time | None
) -> None:
    received, pauses = receipt

    reckoning = reckon(SHIPPED, received, days, pauses, cut_off)

    assert reckoning.due_on and SHIPPED.is_working(reckoning.due_on)
    told = sorted([*reckoning.counted, *(off.date for off in reckoning.skipped)])
    assert told == [received.date() + timedelta(days=after) for after in range(1, len(told) + 1)]
    assert told[-1] == reckoning.due_on and len(reckoning.counted) == days
    assert all(off.reason for off in reckoning.skipped)


@given(receipts_with_pauses(), LENGTHS, LENGTHS)
def test_more_days_are_never_due_earlier(receipt: tuple[datetime, list[Pause]], days: int, more: int) -> None:
    received, pauses = receipt

    sooner, later = reckon(SHIPPED, received, days, pauses), reckon(SHIPPED, received, days + more, pauses)

    assert sooner.due_on and later.due_on and sooner.due_on < later.due_on


@given(receipts_with_pauses(), LENGTHS, CUT_OFFS)
def test_a_pause_never_makes_it_due_earlier(
    receipt: tuple[datetime, list[Pause]], days: int, cut_off: time | None
) -> None:
    received, pauses = receipt

    due_days = [reckon(SHIPPED, received, days, pauses[:some], cut_off).due_on for some in range(len(pauses) + 1)]

    assert all(due_days) and due_days == sorted(day for day in due_days if day)


@given(receipts_with_pauses(), LENGTHS, st.integers(0, 200))
def test_what_is_left_falls_by_one_each_day_that_counts_and_never_rises(
    receipt: tuple[datetime, list[Pause]], days: int, after: int
) -> None:
    received, pauses = receipt
    reckoning = reckon(SHIPPED, received, days, pauses)
    today = received.date() + timedelta(days=after)

    now, tomorrow = (left(SHIPPED, reckoning, day) for day in (today, today + timedelta(days=1)))

    assert now - tomorrow in (0, 1)
    assert (now == 0) == (today == reckoning.due_on)
    assert now <= days
