"""How the wizard judges: what is not asked is left out, one no decides, nothing may be missing, then ask, then yes."""

from datetime import date
from typing import Any

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.estimate import Estimate, Figures

TODAY = date(2026, 11, 24)
STANDARD = {
    "organisation_kind": "cooperative",
    "commune_code": "07210",
    "support_type": "standard_management_system",
    "standard": "iso_22000",
    "progress": "certified",
}
TEXTS = {
    "within": "{percent} × {cost} = {share}, không vượt {ceiling}: {amount}.",
    "above": "{percent} × {cost} = {share}, vượt {ceiling}: {amount}.",
}


def test_nothing_is_said_while_a_question_is_open(catalogue: Catalogue) -> None:
    outcome = catalogue.judge.judge({"organisation_kind": "enterprise"}, TODAY)

    assert (outcome.verdict, outcome.missing) == (None, ("commune_code", "support_type"))


def test_the_questions_on_standards_are_asked_only_for_standards(catalogue: Catalogue) -> None:
    open_still = {name: STANDARD[name] for name in ("organisation_kind", "commune_code", "support_type")}

    outcome = catalogue.judge.judge(open_still, TODAY)

    assert outcome.missing == ("standard", "progress")


def test_one_no_decides_while_questions_are_open(catalogue: Catalogue) -> None:
    outcome = catalogue.judge.judge({"commune_code": "outside"}, TODAY)

    assert (outcome.verdict, outcome.findings) == ("no", ("outside",))


def test_a_yes_gives_its_reasons_level_and_next_step(catalogue: Catalogue) -> None:
    outcome = catalogue.judge.judge(STANDARD | {"cost": 84_000_000}, TODAY)

    assert outcome.findings == ("kind", "seat", "work", "listed_standard")
    assert (outcome.level, outcome.steps, outcome.amount) == ("listed", ("send_certified",), 42_000_000)


@pytest.mark.parametrize("progress", ["under_way", "not_started"])
def test_without_a_certificate_the_next_step_is_to_register_the_need(catalogue: Catalogue, progress: str) -> None:
    outcome = catalogue.judge.judge(STANDARD | {"progress": progress}, TODAY)

    assert (outcome.verdict, outcome.steps) == ("yes", ("register_first",))


def test_answers_to_questions_that_are_not_asked_are_left_out(catalogue: Catalogue) -> None:
    told: dict[str, Any] = STANDARD | {"support_type": "traceability", "standard": "other_standard", "cost": 1}

    kept = catalogue.judge.relevant(told, TODAY)

    assert kept.keys() == {"organisation_kind", "commune_code", "support_type"}
    assert catalogue.judge.judge(told, TODAY).verdict == "yes"


def test_the_cost_is_asked_only_where_rate_and_ceiling_are_known(catalogue: Catalogue) -> None:
    cost = next(field for field in catalogue.eligibility.fields if field.id == "cost")

    asked = {name: catalogue.judge.asked(cost, STANDARD | {"standard": name}, TODAY) for name in ("iso_22000", "haccp")}

    assert asked == {"iso_22000": True, "haccp": False}


@pytest.mark.parametrize(
    ("cost", "share", "amount", "case"),
    [
        (1, 0, 0, "within"),
        (99_999_999, 49_999_999, 49_999_999, "within"),
        (100_000_000, 50_000_000, 50_000_000, "within"),
        (100_000_002, 50_000_001, 50_000_000, "above"),
    ],
)
def test_an_estimate_stops_at_the_ceiling_and_drops_fractions(cost: int, share: int, amount: int, case: str) -> None:
    estimate = Figures(50, 50_000_000).estimate(cost)

    assert estimate == Estimate(cost, 50, 50_000_000)
    assert (estimate.share, estimate.amount, estimate.case) == (share, amount, case)


@pytest.mark.parametrize("known", [Figures(None, 50_000_000), Figures(50, None), Figures(None, None)])
def test_nothing_is_estimated_from_an_unknown_figure(known: Figures) -> None:
    estimate = known.estimate(84_000_000)

    assert estimate is None


def test_an_estimate_says_its_steps() -> None:
    words = Estimate(84_000_000, 50, 50_000_000).words(TEXTS).replace("\u00a0", " ")

    assert words == "50% × 84.000.000 đồng = 42.000.000 đồng, không vượt 50.000.000 đồng: 42.000.000 đồng."
