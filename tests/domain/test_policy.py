"""A fact holds from its day on, with a source; what nobody has read stays unknown."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from processor.domain.agency import UNKNOWN
from processor.domain.policy import Fact, days_ascend, unit_fits

OPTIONS = [{"value": "iso_22000", "label": "ISO 22000"}, {"value": "haccp", "label": "HACCP"}]


def a_value(day: date, value: Any, verified: bool = True) -> dict[str, Any]:
    return {"from": day, "value": value, "verified": verified, "source": {"document": "Nghị quyết", "clause": "Điều 3"}}


def a_fact(unit: str, *values: dict[str, Any]) -> Fact:
    return Fact.model_validate({"id": "rate", "title": "Mức", "unit": unit, "values": values})


RATE = a_fact("percent", a_value(date(2023, 1, 1), 50), a_value(date(2025, 7, 1), 60))


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2022, 12, 31), None),
        (date(2023, 1, 1), 50),
        (date(2025, 6, 30), 50),
        (date(2025, 7, 1), 60),
        (date(2030, 1, 1), 60),
    ],
)
def test_a_value_holds_from_its_day_until_the_next(day: date, held: int | None) -> None:
    dated = RATE.on(day)

    assert (dated and dated.value) == held


def test_a_value_that_nobody_has_verified_does_not_hold() -> None:
    fact = a_fact("percent", a_value(date(2023, 1, 1), 50), a_value(date(2025, 7, 1), 60, verified=False))

    held = fact.on(date(2026, 1, 1))

    assert held is not None and held.value == 50


STANDARDS = a_fact(
    "options",
    a_value(date(2023, 1, 1), OPTIONS),
    a_value(date(2027, 1, 1), [OPTIONS[0], {"value": "gmp", "label": "GMP"}]),
    a_value(date(2028, 1, 1), [{"value": "haccp", "label": "HACCP"}], verified=False),
)


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (date(2026, 12, 31), {"iso_22000", "haccp"}),
        (date(2027, 1, 1), {"iso_22000", "gmp"}),
        (date(2028, 6, 1), {"iso_22000", "gmp"}),
    ],
)
def test_an_option_is_offered_on_the_days_it_holds(day: date, offered: set[str]) -> None:
    ever = STANDARDS.options_ever()

    assert {option.value for option in STANDARDS.options(day)} == offered
    assert {option.value for option in ever if option.offered(day)} == offered


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("percent", 50, "50%"),
        ("dong", 50_000_000, "50.000.000\u00a0đồng"),
        ("date", date(2024, 10, 15), "15/10/2024"),
        ("text", "2023-2030", "2023-2030"),
        ("options", OPTIONS, "ISO 22000 và HACCP"),
    ],
)
def test_a_fact_says_its_value_in_words(unit: str, value: Any, words: str) -> None:
    assert a_fact(unit, a_value(date(2023, 1, 1), value)).words(date(2026, 1, 1)) == words


def test_an_unknown_fact_says_so_and_offers_no_options() -> None:
    fact = a_fact("options")

    assert fact.words(date(2026, 1, 1)) == UNKNOWN
    assert fact.options(date(2026, 1, 1)) == ()


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("percent", 50),
        ("text", "500"),
        ("text", "2026-01-01"),
        ("date", date(2026, 1, 1)),
        ("options", OPTIONS),
    ],
)
def test_a_fact_read_back_from_json_is_the_same(unit: str, value: Any) -> None:
    fact = a_fact(unit, a_value(date(2023, 1, 1), value))

    read_back = Fact.model_validate_json(fact.model_dump_json(by_alias=True))

    assert read_back == fact
    assert type(read_back.values[0].value) is type(fact.values[0].value)


@pytest.mark.parametrize(
    ("unit", "value", "fits"),
    [
        ("percent", 50, True),
        ("percent", "50", False),
        ("dong", date(2026, 1, 1), False),
        ("date", date(2026, 1, 1), True),
        ("text", "chữ", True),
        ("text", 7, False),
        ("options", OPTIONS, True),
        ("options", "chữ", False),
    ],
)
def test_a_value_must_fit_its_unit(unit: str, value: Any, fits: bool) -> None:
    fact = a_fact(unit, a_value(date(2023, 1, 1), value))

    assert unit_fits(fact, fact.values[0]) is fits


@pytest.mark.parametrize(
    ("days", "ascend"),
    [([], True), ([1], True), ([1, 2], True), ([1, 1], False), ([2, 1], False)],
)
def test_the_days_of_a_fact_go_forward(days: list[int], ascend: bool) -> None:
    fact = a_fact("percent", *(a_value(date(2023, 1, day), 50) for day in days))

    assert days_ascend(fact.values) is ascend


@pytest.mark.parametrize("left_out", ["from", "value", "verified", "source"])
def test_a_value_without_its_day_source_or_verification_is_refused(left_out: str) -> None:
    value = a_value(date(2023, 1, 1), 50)
    del value[left_out]

    with pytest.raises(ValidationError, match=left_out):
        a_fact("percent", value)


def test_a_source_is_cited_with_what_is_known_of_it() -> None:
    assert RATE.values[0].source.words == "Nghị quyết, Điều 3"
