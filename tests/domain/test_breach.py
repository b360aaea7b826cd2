"""The clock of a breach: hours read as people write them, what is left in words."""

from datetime import UTC, datetime, time, timedelta

import pytest

from processor.domain.breach import Breach, NewBreach, hour_of, left_words, urgency_of

FOUND = datetime(2026, 11, 24, 2, tzinfo=UTC)


def a_breach(harmful: bool = True, notified_after: float | None = None) -> Breach:
    notified = FOUND + timedelta(hours=notified_after) if notified_after is not None else None
    return Breach(1, NewBreach(FOUND, "Ví dụ", "Họ tên", None, harmful), "leader", FOUND, notified)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("14:30", time(14, 30)), ("8h05", time(8, 5)), ("9 giờ", time(9)), ("24:00", None), ("8:60", None), ("x", None)],
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: time | None) -> None:
    assert hour_of(typed) == hour


@pytest.mark.parametrize(
    ("hours", "urgency", "words"),
    [
        (0, "open", "còn 72 giờ để báo"),
        (47.9, "open", "còn 24 giờ để báo"),
        (48, "near", "còn 24 giờ để báo"),
        (72, "near", "còn 0 giờ để báo"),
        (72.1, "late", "quá hạn báo 1 giờ"),
        (75, "late", "quá hạn báo 3 giờ"),
    ],
)
def test_the_hours_left_are_told_from_the_finding_on(hours: float, urgency: str, words: str) -> None:
    now = FOUND + timedelta(hours=hours)

    assert (urgency_of(a_breach(), 72, now), left_words(a_breach(), 72, now)) == (urgency, words)


@pytest.mark.parametrize(
    ("breach", "words"),
    [
        (a_breach(notified_after=72), "đã báo, trong 72 giờ"),
        (a_breach(notified_after=73), "đã báo, quá 72 giờ"),
        (a_breach(harmful=False), "không phải báo: không gây hại"),
    ],
)
def test_what_was_told_or_need_not_be_told_is_never_late(breach: Breach, words: str) -> None:
    now = FOUND + timedelta(days=30)

    assert (urgency_of(breach, 72, now), left_words(breach, 72, now)) == ("open", words)
