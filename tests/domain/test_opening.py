"""A form takes from its first day to its last; a draft begun in time has some days more."""

from datetime import date

import pytest
from pydantic import ValidationError

from processor.domain.forms.opening import Opening

OPENING = Opening(opens_on=date(2026, 9, 1), closes_on=date(2026, 10, 15), grace_days=3)


@pytest.mark.parametrize(
    ("today", "takes"),
    [("2026-08-31", False), ("2026-09-01", True), ("2026-10-15", True), ("2026-10-16", False)],
)
def test_both_its_first_and_its_last_day_count(today: str, takes: bool) -> None:
    assert OPENING.takes(date.fromisoformat(today)) is takes


@pytest.mark.parametrize(
    ("begun", "today", "takes"),
    [
        ("2026-10-15", "2026-10-18", True),
        ("2026-10-15", "2026-10-19", False),
        ("2026-10-16", "2026-10-17", False),
        ("2026-08-31", "2026-10-17", False),
    ],
)
def test_the_grace_is_for_those_who_began_in_time(begun: str, today: str, takes: bool) -> None:
    assert OPENING.takes(date.fromisoformat(today), date.fromisoformat(begun)) is takes


def test_a_form_cannot_close_before_it_opens() -> None:
    with pytest.raises(ValidationError, match="closes_on"):
        Opening(opens_on=date(2026, 9, 2), closes_on=date(2026, 9, 1))
