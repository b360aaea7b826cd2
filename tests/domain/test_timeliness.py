"""In time or not, by the rule of the national indicators (domain fact H17)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.days.timeliness import Handling, Timeliness, share_on_time, timeliness

DUE = date(2026, 3, 10)
TODAY = date(2026, 3, 12)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (Handling(True, DUE, BEFORE, 0), "early"),
        (Handling(True, DUE, DUE, 1), "on_time"),
        (Handling(True, DUE, AFTER, 0), "overdue"),
        (Handling(True, DUE, BEFORE, 2), "overdue"),
        (Handling(True, DUE, None, 0), "running_overdue"),
        (Handling(True, TODAY, None, 0), "running"),
        (Handling(True, None, None, 1), "running"),
        (Handling(True, None, None, 2), "running_overdue"),
        (Handling(False, None, None, 0), "no_clock"),
        (Handling(True, DUE, BEFORE, 0, withdrawn=True), "no_clock"),
    ],
)
def test_a_dossier_is_told_early_on_time_or_overdue(case: Handling, told: Timeliness) -> None:
    assert timeliness(case, TODAY) == told


@given(
    due=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    ended=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    later=st.integers(0, 60),
)
def test_a_later_due_day_never_makes_it_later(due: date, ended: date, later: int) -> None:
    order: list[Timeliness] = ["early", "on_time", "overdue"]

    before = timeliness(Handling(True, due, ended, 0), TODAY)
    after = timeliness(Handling(True, due + timedelta(days=later), ended, 0), TODAY)

    assert order.index(after) <= order.index(before)


def test_the_share_counts_finished_dossiers_alone() -> None:
    assert share_on_time({"early": 1, "on_time": 1, "overdue": 1, "running": 50}) == 66.7
    assert share_on_time({"running": 50, "no_clock": 3}) is None
