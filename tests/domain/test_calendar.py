"""Which days are worked: weekends, holidays, days in lieu, days worked in exchange, and what the agency's file says."""

from datetime import date, time, timedelta

import pytest

from processor.domain.days.calendar import NO_DOCUMENT, UNCHECKED, OutsideCalendar, library_holidays
from tests.working_days import SHIPPED, a_calendar

SWAP = "12729/VPCP-KGVX ngày 25/12/2025"


def days_off(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=after) for after in range((last - first).days + 1))
    return [day for day in days if not SHIPPED.is_working(day)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2026, 2, 14), date(2026, 2, 22)),
        (date(2027, 2, 4), date(2027, 2, 10)),
    ],
)
def test_the_office_rests_at_tet_and_works_the_day_before_and_after(first: date, last: date) -> None:
    rested = days_off(first - timedelta(days=1), last + timedelta(days=1))

    assert (rested[0], rested[-1], len(rested)) == (first, last, (last - first).days + 1)


def test_every_day_of_tet_has_one_and_the_same_reason() -> None:
    readings = [SHIPPED.reading(date(2024, 2, day)) for day in range(8, 15)]

    assert {(reading.reason, reading.document) for reading in readings} == {("nghỉ Tết", UNCHECKED)}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 1, 1), "nghỉ Tết Dương lịch"),
        (date(2026, 4, 26), "nghỉ ngày Giỗ Tổ Hùng Vương"),
        (date(2026, 4, 27), "nghỉ bù ngày Giỗ Tổ Hùng Vương"),
        (date(2026, 4, 30), "nghỉ ngày Chiến thắng"),
        (date(2026, 8, 31), "nghỉ, làm bù ngày 22/08/2026"),
        (date(2026, 9, 1), "nghỉ Quốc khánh"),
        (date(2026, 9, 5), "thứ Bảy"),
        (date(2026, 9, 6), "Chủ nhật"),
    ],
)
def test_a_day_off_tells_why_in_vietnamese(day: date, reason: str) -> None:
    reading = SHIPPED.reading(day)

    assert (reading.working, reading.reason) == (False, reason)


def test_an_ordinary_working_day_needs_no_reason_and_a_weekend_no_document() -> None:
    monday, sunday = SHIPPED.reading(date(2026, 3, 9)), SHIPPED.reading(date(2026, 3, 8))

    assert (monday.working, monday.reason, monday.document) == (True, None, None)
    assert sunday.document is None


@pytest.mark.parametrize("day", [date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)])
def test_a_saturday_worked_in_exchange_is_a_working_day_and_says_for_which(day: date) -> None:
    reading = SHIPPED.reading(day)

    assert reading.working and day.weekday() == 5
    assert reading.reason and reading.reason.startswith("làm bù cho ngày ")


def test_the_exchange_of_new_year_2026_stands_with_its_document() -> None:
    friday, saturday = SHIPPED.reading(date(2026, 1, 2)), SHIPPED.reading(date(2026, 1, 10))

    assert (friday.working, saturday.working) == (False, True)
    assert friday.document == saturday.document == SWAP
    assert not friday.provisional and not saturday.provisional


@pytest.mark.parametrize("year", range(2026, 2041))
def test_24_november_is_no_holiday_until_a_document_makes_it_one(year: int) -> None:
    day = date(year, 11, 24)

    reading = SHIPPED.reading(day)

    assert day in library_holidays()
    assert reading.working == (day.weekday() < 5)
    assert reading.document == NO_DOCUMENT or not reading.working


def test_nor_is_the_day_in_lieu_of_it() -> None:
    monday_after = date(2029, 11, 26)

    assert not a_calendar().is_working(monday_after)
    assert SHIPPED.is_working(monday_after)


def test_what_no_document_settles_may_yet_change() -> None:
    unsettled = [date(2026, 11, 24), date(2027, 2, 5), date(2027, 3, 1), date(2027, 3, 6)]

    assert all(SHIPPED.reading(day).provisional for day in unsettled)
    assert not SHIPPED.reading(date(2026, 12, 31)).provisional
    assert SHIPPED.reading(date(2027, 2, 5)).document == f"tạm tính, {UNCHECKED}"


def test_the_agency_gives_the_document_of_a_holiday_that_the_library_has_too() -> None:
    tet = {"date": date(2027, 2, 5), "reason": "nghỉ Tết", "document": "01/TB-VD (bịa)"}

    reading = a_calendar(days_off=[tet]).reading(date(2027, 2, 5))

    assert (reading.working, reading.document, reading.provisional) == (False, "01/TB-VD (bịa)", False)


def test_a_make_up_saturday_can_be_called_off() -> None:
    called_off = {"date": date(2026, 8, 22), "reason": "nghỉ", "document": "01/QĐ-VD (bịa)"}

    assert not a_calendar(days_off=[called_off]).is_working(date(2026, 8, 22))


def test_the_hour_after_which_a_receipt_counts_as_the_next_day_is_none_unless_set() -> None:
    assert SHIPPED.cut_off is None
    assert a_calendar(cut_off="15:00").cut_off == time(15)


def test_the_version_is_that_of_the_meaning() -> None:
    off = {"date": date(2026, 3, 9), "reason": "nghỉ", "document": "01/QĐ-VD (bịa)"}
    twice = {"date": date(2026, 3, 10), "reason": "nghỉ", "document": "01/QĐ-VD (bịa)"}

    plain, same, other_order = a_calendar(), a_calendar(days_off=[off, twice]), a_calendar(days_off=[twice, off])

    assert same.version == other_order.version
    different = {plain, same, a_calendar(cut_off="15:00"), a_calendar(provisional_from=2028), SHIPPED}
    versions = {calendar.version for calendar in different}
    assert len(versions) == 5
    assert all(len(version) == 16 and int(version, 16) >= 0 for version in versions)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2041, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_rather_than_guessed(day: date) -> None:
    with pytest.raises(OutsideCalendar, match="Lịch có từ năm 2020 đến năm 2040"):
        SHIPPED.reading(day)
