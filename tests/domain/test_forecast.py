"""The forecast: scenarios while little is known, an interval from three years on, no figure without a ground."""

import random

from hypothesis import given
from hypothesis import strategies as st

from processor.domain.figures.forecast import PastYear, Registered, Signs, forecast, outcomes, past_year


def a_year(registered: int, filed: int, granted: int, year: int = 2024, others: tuple[int, int] = (0, 0)) -> PastYear:
    return PastYear(year, registered, filed, granted, filed - granted, 0, *others)


def test_the_best_that_became_of_an_organisation_counts_and_strangers_are_told_apart() -> None:
    became = outcomes(
        [(("a",), "rejected"), (("a",), "approved"), (("b",), "withdrawn"), (("c",), "submitted"), (("d",), "stopped")]
    )

    found = past_year(2025, {("a",), ("b",), ("d",), ("e",)}, became)

    assert found == PastYear(2025, 4, 3, 1, 1, 1, 1, 0)


def test_with_no_year_before_the_low_scenario_is_unknown_and_the_high_one_is_everybody() -> None:
    low, high = forecast(Registered(40, 900), [], Signs()).scenarios

    assert (low.basis, low.filing, low.granted, low.support) == ("nothing_known", None, None, None)
    assert (high.basis, high.filing, high.granted, high.support) == ("everybody", 40, 40, 900)


def test_findings_of_the_eligibility_check_lower_the_low_scenario_and_drafts_given_up_raise_the_high_one() -> None:
    low, high = forecast(Registered(40, 1000), [], Signs(ineligible=25, judged=100, given_up=7)).scenarios

    assert (low.basis, low.filing, low.granted, low.support) == ("without_ineligible", 30, 30, 750)
    assert (high.filing, high.granted) == (47, 40)


def test_under_three_years_the_low_scenario_takes_the_lowest_share_and_no_interval_is_given() -> None:
    past = [a_year(10, 8, 5), a_year(10, 6, 4, others=(3, 2))]

    found = forecast(Registered(100, 1000), past, Signs())

    low, high = found.scenarios
    assert found.coverage is None
    assert (low.filing, low.granted, low.support) == (60, 40, 400)
    assert (high.filing, high.granted, high.support) == (103, 102, 1000)


def test_from_three_years_on_the_interval_goes_from_the_lowest_to_the_highest_share() -> None:
    past = [a_year(10, 8, 5, 2023), a_year(20, 12, 8, 2024), a_year(10, 9, 7, 2025), a_year(0, 0, 0, 2022)]

    found = forecast(Registered(100, 1000), past, Signs())

    assert (found.years, found.coverage) == ((2023, 2024, 2025), 50)
    assert [(one.filing, one.granted, one.support) for one in found.scenarios] == [
        (60, 40, 400),
        (73, 50, 500),
        (90, 70, 700),
    ]


def test_no_money_is_forecast_where_no_level_is_known() -> None:
    for past in ([], [a_year(10, 8, 5)], [a_year(10, 8, 5)] * 3):
        assert {one.support for one in forecast(Registered(10, None), past, Signs(1, 2, 3)).scenarios} == {None}


counts = st.integers(1, 500).flatmap(
    lambda registered: st.integers(0, registered).flatmap(
        lambda filed: st.integers(0, filed).map(lambda granted: a_year(registered, filed, granted))
    )
)


@given(st.integers(0, 10_000), st.lists(counts, max_size=6))
def test_low_is_never_above_high_and_granted_never_above_filing(organisations: int, past: list[PastYear]) -> None:
    scenarios = forecast(Registered(organisations, 10**9), past, Signs()).scenarios

    filing = [one.filing for one in scenarios if one.filing is not None]
    granted = [one.granted for one in scenarios if one.granted is not None]
    assert (filing, granted) == (sorted(filing), sorted(granted))
    assert all(fewer <= more for fewer, more in zip(granted, filing, strict=True))


def test_in_synthetic_years_that_are_alike_the_interval_holds_as_often_as_it_says() -> None:
    chance = random.Random(2024)
    for years in (3, 5, 9):
        held, coverage = 0, 0
        for _ in range(3000):
            made = [a_synthetic_year(chance, year) for year in range(years + 1)]
            *past, coming = made
            found = forecast(Registered(coming.registered, None), past, Signs())
            low, _, high = found.scenarios
            coverage = found.coverage or 0
            held += (low.granted or 0) <= coming.granted <= (high.granted or 0)

        assert coverage == 100 * (years - 1) // (years + 1)
        assert coverage - 3 <= 100 * held / 3000 <= coverage + 6, years


def a_synthetic_year(chance: random.Random, year: int) -> PastYear:
    """Shares differ from year to year; whole organisations widen the interval a little."""
    registered, filing, granting = 400, chance.uniform(0.4, 0.9), chance.uniform(0.3, 0.8)
    filed = sum(chance.random() < filing for _ in range(registered))
    return a_year(registered, filed, sum(chance.random() < granting for _ in range(filed)), year)
