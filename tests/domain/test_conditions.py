"""A condition holds, does not, or cannot be told; and it says itself in Vietnamese."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from processor.domain.forms.conditions import Amount, Condition, Ground, Rule, cause_words
from processor.domain.policy import Fact

TODAY = date(2026, 11, 24)
NBSP = "\u00a0"
LABELS = {
    "kind": "Loại hình",
    "kind=enterprise": "Doanh nghiệp",
    "kind=cooperative": "Hợp tác xã",
    "topics": "Nội dung",
    "topics=award": "Giải thưởng",
    "topics=trace": "Truy xuất",
    "asked": "Số tiền đề nghị",
    "spent": "Số tiền đã chi",
    "costs.amount": "Số tiền",
    "issued": "Ngày cấp",
    "expires": "Ngày hết hạn",
}
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
AMOUNT: TypeAdapter[Any] = TypeAdapter(Amount)
ENTERPRISE = {"equals": {"field": "kind", "value": "enterprise"}}
ASKED = {"at_most": {"field": "asked", "limit": {"value": 100}}}


def a_fact(fact_id: str, unit: str, *values: Any) -> Fact:
    dated = [
        {"from": date(2023 + place, 1, 1), "value": value, "verified": True, "source": {"document": "Nghị quyết"}}
        for place, value in enumerate(values)
    ]
    return Fact.model_validate({"id": fact_id, "title": fact_id, "unit": unit, "values": dated})


FACTS = {
    "rate": a_fact("rate", "percent", 50),
    "ceiling": a_fact("ceiling", "dong", 1000),
    "unread": a_fact("unread", "dong"),
    "kinds": a_fact("kinds", "options", [{"value": "enterprise", "label": "Doanh nghiệp"}]),
}


def ground(**answers: Any) -> Ground:
    return Ground(answers, FACTS, LABELS, TODAY)


@pytest.mark.parametrize(
    ("condition", "answers", "held"),
    [
        (ENTERPRISE, {"kind": "enterprise"}, True),
        (ENTERPRISE, {"kind": "cooperative"}, False),
        (ENTERPRISE, {}, None),
        (ENTERPRISE, {"kind": ""}, None),
        ({"equals": {"field": "topics", "value": "award"}}, {"topics": ["trace", "award"]}, True),
        ({"equals": {"field": "topics", "value": "award"}}, {"topics": ["trace"]}, False),
        ({"equals": {"field": "topics", "value": "award"}}, {"topics": []}, None),
        ({"one_of": {"field": "kind", "values": ["enterprise", "cooperative"]}}, {"kind": "cooperative"}, True),
        ({"one_of": {"field": "kind", "values": ["enterprise"]}}, {"kind": "cooperative"}, False),
        ({"one_of": {"field": "kind", "values": {"fact": "kinds"}}}, {"kind": "enterprise"}, True),
        ({"one_of": {"field": "kind", "values": {"fact": "kinds"}}}, {"kind": "cooperative"}, False),
        ({"one_of": {"field": "topics", "values": ["award"]}}, {"topics": ["trace", "award"]}, True),
        ({"one_of": {"field": "topics", "values": ["award"]}}, {"topics": ["trace"]}, False),
        ({"one_of": {"field": "kind", "values": ["enterprise"]}}, {}, None),
        (ASKED, {"asked": 100}, True),
        (ASKED, {"asked": 101}, False),
        (ASKED, {}, None),
        (ASKED, {"asked": "100"}, None),
        ({"at_least": {"field": "asked", "limit": {"field": "spent"}}}, {"asked": 5, "spent": 5}, True),
        ({"at_least": {"field": "asked", "limit": {"field": "spent"}}}, {"asked": 4, "spent": 5}, False),
        ({"at_least": {"field": "asked", "limit": {"field": "spent"}}}, {"asked": 4}, None),
        ({"at_most": {"field": "asked", "limit": {"fact": "ceiling"}}}, {"asked": 1001}, False),
        ({"at_most": {"field": "asked", "limit": {"fact": "unread"}}}, {"asked": 10**12}, None),
        ({"after": {"field": "expires", "than": "issued"}}, {"expires": TODAY, "issued": TODAY}, True),
        ({"after": {"field": "expires", "than": "issued"}}, {"expires": date(2026, 1, 1), "issued": TODAY}, False),
        ({"after": {"field": "expires", "than": "issued"}}, {"issued": TODAY}, None),
        ({"before": {"field": "issued", "than": "expires"}}, {"expires": TODAY, "issued": TODAY}, True),
        ({"before": {"field": "issued", "than": "expires"}}, {"expires": date(2026, 1, 1), "issued": TODAY}, False),
        ({"all": [ENTERPRISE, ASKED]}, {"kind": "enterprise", "asked": 1}, True),
        ({"all": [ENTERPRISE, ASKED]}, {"kind": "enterprise"}, None),
        ({"all": [ENTERPRISE, ASKED]}, {"kind": "cooperative"}, False),
        ({"any": [ENTERPRISE, ASKED]}, {"kind": "enterprise"}, True),
        ({"any": [ENTERPRISE, ASKED]}, {"kind": "cooperative"}, None),
        ({"any": [ENTERPRISE, ASKED]}, {"kind": "cooperative", "asked": 101}, False),
        ({"not": ENTERPRISE}, {"kind": "cooperative"}, True),
        ({"not": ENTERPRISE}, {"kind": "enterprise"}, False),
        ({"not": ENTERPRISE}, {}, None),
    ],
)
def test_a_condition_holds_or_not_or_cannot_be_told(
    condition: dict[str, Any], answers: dict[str, Any], held: bool | None
) -> None:
    assert CONDITION.validate_python(condition).holds(ground(**answers)) is held


@pytest.mark.parametrize(
    ("amount", "answers", "found"),
    [
        ({"value": 7}, {}, 7),
        ({"fact": "rate"}, {}, 50),
        ({"fact": "unread"}, {}, None),
        ({"field": "spent"}, {"spent": 0}, 0),
        ({"field": "spent"}, {}, None),
        ({"sum": "costs.amount"}, {"costs": [{"amount": 3}, {"amount": 4}]}, 7),
        ({"sum": "costs.amount"}, {"costs": [{"amount": 3}, {"amount": None}]}, None),
        ({"sum": "costs.amount"}, {"costs": []}, None),
        ({"percent_of": {"value": 99}, "percent": {"fact": "rate"}}, {}, 49),
        ({"percent_of": {"field": "spent"}, "percent": {"fact": "rate"}}, {}, None),
    ],
)
def test_an_amount_is_a_whole_number_or_unknown(
    amount: dict[str, Any], answers: dict[str, Any], found: int | None
) -> None:
    assert AMOUNT.validate_python(amount).amount(ground(**answers)) == found


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (ENTERPRISE, "“Loại hình” là “Doanh nghiệp”"),
        (
            {"one_of": {"field": "kind", "values": ["enterprise", "cooperative"]}},
            "“Loại hình” là Doanh nghiệp hoặc Hợp tác xã",
        ),
        (ASKED, f"“Số tiền đề nghị” tối đa 100{NBSP}đồng"),
        (
            {
                "at_most": {
                    "field": "asked",
                    "limit": {"percent_of": {"sum": "costs.amount"}, "percent": {"fact": "rate"}},
                }
            },
            "“Số tiền đề nghị” tối đa 50% của tổng “Số tiền”",
        ),
        (
            {"at_least": {"field": "asked", "limit": {"field": "spent"}}},
            "“Số tiền đề nghị” ít nhất “Số tiền đã chi”",
        ),
        ({"after": {"field": "expires", "than": "issued"}}, "“Ngày hết hạn” không sớm hơn “Ngày cấp”"),
        ({"before": {"field": "issued", "than": "expires"}}, "“Ngày cấp” không muộn hơn “Ngày hết hạn”"),
        ({"all": [ENTERPRISE, {"not": ENTERPRISE}]}, None),
    ],
)
def test_a_condition_says_itself_in_words(condition: dict[str, Any], words: str | None) -> None:
    enterprise = "“Loại hình” là “Doanh nghiệp”"
    expected = words or f"{enterprise} và không phải: {enterprise}"

    assert CONDITION.validate_python(condition).words(ground()) == expected


@pytest.mark.parametrize(
    ("condition", "answers", "cause"),
    [
        (ENTERPRISE, {"kind": "enterprise"}, "Doanh nghiệp"),
        ({"one_of": {"field": "kind", "values": ["enterprise", "cooperative"]}}, {"kind": "cooperative"}, "Hợp tác xã"),
        ({"one_of": {"field": "topics", "values": ["award"]}}, {"topics": ["trace", "award"]}, "Giải thưởng"),
        ({"any": [ENTERPRISE]}, {"kind": "enterprise"}, "“Loại hình” là “Doanh nghiệp”"),
    ],
)
def test_the_cause_names_the_answer_that_was_given(
    condition: dict[str, Any], answers: dict[str, Any], cause: str
) -> None:
    assert cause_words(CONDITION.validate_python(condition), ground(**answers)) == cause


def a_rule(require: dict[str, Any], when: dict[str, Any] | None = None) -> Rule:
    return Rule.model_validate({"id": "r", "at": "asked", "when": when, "require": require, "code": "c"})


@pytest.mark.parametrize(
    ("answers", "broken"),
    [
        ({"kind": "enterprise", "asked": 101}, True),
        ({"kind": "enterprise", "asked": 100}, False),
        ({"kind": "cooperative", "asked": 101}, False),
        ({"asked": 101}, False),
        ({"kind": "enterprise"}, False),
    ],
)
def test_a_rule_is_broken_only_when_it_certainly_applies_and_certainly_fails(
    answers: dict[str, Any], broken: bool
) -> None:
    assert a_rule(ASKED, ENTERPRISE).broken(ground(**answers)) is broken


def test_a_rule_names_the_facts_that_nobody_has_read_yet() -> None:
    rule = a_rule(
        {"at_most": {"field": "asked", "limit": {"fact": "unread"}}},
        {"one_of": {"field": "kind", "values": {"fact": "kinds"}}},
    )

    assert [fact.id for fact in rule.unknown_facts(ground())] == ["unread"]


@pytest.mark.parametrize(
    "condition",
    [
        {"all": []},
        {"equals": {"field": "kind"}},
        {"equals": {"field": "kind", "value": "a"}, "not": ENTERPRISE},
        {"at_most": {"field": "asked", "limit": {"value": "100"}}},
        {"at_most": {"field": "asked", "limit": {"sum": "amount"}}},
    ],
)
def test_a_misshapen_condition_is_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(condition)
