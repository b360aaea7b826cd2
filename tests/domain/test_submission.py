"""A submission as a whole: order, rows, conditions, and rules on both sides of each threshold."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Malformed
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields
from processor.domain.forms.fields import ChoicesField
from processor.domain.forms.submission import Checked, check_answers, refuse_repeated
from tests.factories import a_form_like
from tests.submissions import DOSSIER, NEED, answers


def checked(catalogue: Catalogue, form_id: str = DOSSIER, today: date | None = None, **changed: Any) -> Checked:
    form = catalogue.form(form_id)
    told = answers(form, **changed)
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    return check_answers(form, typed, catalogue.messages, today or date.today())


def codes(outcome: Checked) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in outcome.faults]


def test_the_example_of_each_form_has_no_fault_on_any_day(catalogue: Catalogue) -> None:
    for form in catalogue.forms.values():
        for days in range(0, 365 * 3, 17):
            today = date(2026, 1, 1) + timedelta(days=days)
            typed = {
                name: value if isinstance(value, list) else [value]
                for name, value in example_fields(form, today).items()
            }

            assert check_answers(form, typed, catalogue.messages, today).faults == ()


def test_an_empty_submission_has_one_fault_for_each_needed_answer_in_page_order(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)

    outcome = check_answers(form, {}, catalogue.messages, date.today())

    needed = [field.id for field in form.single_fields if field.always_needed]
    at = needed.index("requested_amount")
    assert [fault.field for fault in outcome.faults] == [*needed[:at], "costs", *needed[at:]]
    assert ("costs", "group_too_few") in codes(outcome)


@pytest.mark.parametrize(
    ("standard", "cost", "requested", "expected"),
    [
        ("iso_22000", "84.000.000", "42.000.000", []),
        ("iso_22000", "84.000.000", "42.000.001", ["amount_above_rate"]),
        ("iso_22000", "100.000.000", "50.000.000", []),
        ("iso_22000", "130.000.000", "50.000.000", []),
        ("iso_22000", "130.000.000", "50.000.001", ["amount_above_ceiling"]),
        ("haccp", "84.000.000", "42.000.000", []),
        ("haccp", "84.000.000", "42.000.001", ["amount_above_rate"]),
        ("haccp", "200.000.000", "100.000.000", []),  # the ceiling is unknown, so its rule does not fire
    ],
)
def test_rules_on_rate_and_ceiling_hold_on_both_sides(
    standard: str, cost: str, requested: str, expected: list[str], catalogue: Catalogue
) -> None:
    outcome = checked(catalogue, standard=standard, costs__0__amount=cost, requested_amount=requested)

    assert [fault.code for fault in outcome.faults] == expected


def test_a_rule_says_its_numbers(catalogue: Catalogue) -> None:
    (fault,) = checked(catalogue, costs__0__amount="80.000.000", requested_amount="41.000.000").faults

    for words in ("41.000.000", "50%", "80.000.000", "40.000.000"):
        assert words in fault.message


def test_costs_of_all_rows_are_added(catalogue: Catalogue) -> None:
    outcome = checked(
        catalogue,
        costs__0__amount="60.000.000",
        costs__1__description="Tư vấn",
        costs__1__amount="24.000.000",
        requested_amount="42.000.000",
    )

    assert outcome.faults == ()
    assert [row["amount"] for row in outcome.answers["costs"]] == [60_000_000, 24_000_000]


def test_a_row_keeps_its_number_in_the_fault_and_empty_rows_are_left_out(catalogue: Catalogue) -> None:
    outcome = checked(catalogue, costs__1__amount="", costs__3__description="Tư vấn", costs__3__amount="x")

    assert codes(outcome) == [("costs.3.amount", "money_unreadable")]


def test_a_half_filled_row_names_what_is_empty(catalogue: Catalogue) -> None:
    (fault,) = checked(catalogue, costs__1__description="Tư vấn").faults

    assert (fault.field, fault.code) == ("costs.1.amount", "group_row_incomplete")
    assert "dòng 2" in fault.message and "Số tiền" in fault.message


def test_too_many_rows_are_counted(catalogue: Catalogue) -> None:
    rows: dict[str, Any] = {}
    for number in range(21):
        rows |= {f"costs__{number}__description": "Chi", f"costs__{number}__amount": "4.000.000"}

    outcome = checked(catalogue, **rows)

    assert codes(outcome) == [("costs", "group_too_many")]


def test_an_answer_is_needed_because_of_another(catalogue: Catalogue) -> None:
    enterprise = checked(catalogue, organisation_kind="enterprise", tax_code=None)
    cooperative = checked(catalogue, organisation_kind="cooperative", tax_code=None)
    other = checked(catalogue, standard="other_iso")

    assert codes(enterprise) == [("tax_code", "required_because")]
    assert "Doanh nghiệp" in enterprise.faults[0].message
    assert cooperative.faults == ()
    assert codes(other) == [("standard_other", "required_because")]


def test_expiry_before_issue_is_refused_with_both_days(catalogue: Catalogue) -> None:
    outcome = checked(catalogue, certificate_issued_on="05/03/2024", certificate_expires_on="04/03/2024")

    assert codes(outcome) == [("certificate_expires_on", "date_order")]
    assert "05/03/2024" in outcome.faults[0].message and "04/03/2024" in outcome.faults[0].message


def test_the_year_of_need_follows_the_day_it_is_sent(catalogue: Catalogue) -> None:
    sent_in_time = checked(catalogue, NEED, date(2029, 12, 31), need_year="2030", needs__0__expected_start_on=None)
    sent_late = checked(catalogue, NEED, date(2030, 1, 1), need_year="2029", needs__0__expected_start_on=None)

    assert sent_in_time.faults == ()
    assert codes(sent_late) == [("need_year", "number_out_of_range")]


@given(st.dictionaries(st.sampled_from(["note", "tax_code", "costs.0.amount", "consent", "x"]), st.text(max_size=40)))
def test_whatever_is_typed_gets_faults_with_words_and_never_a_crash(
    catalogue: Catalogue, typed: dict[str, str]
) -> None:
    form = catalogue.form(DOSSIER)
    outcome = check_answers(form, {name: [value] for name, value in typed.items()}, catalogue.messages, date.today())

    assert all(fault.code in catalogue.messages.catalogue and fault.message for fault in outcome.faults)


def test_a_half_filled_row_is_told_by_its_number_on_the_page(catalogue: Catalogue) -> None:
    (fault,) = checked(catalogue, costs__3__description="Tư vấn").faults

    assert fault.field == "costs.3.amount"
    assert "dòng 4" in fault.message


@pytest.mark.parametrize(
    "name", ["nothing", "costs", "costs.0", "costs.0.nothing", "costs.00.amount", "costs.200.amount"]
)
def test_a_name_that_the_form_does_not_have_is_refused(name: str, catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    typed = {known: value if isinstance(value, list) else [value] for known, value in answers(form).items()}

    outcome = check_answers(form, typed | {name: ["1"]}, catalogue.messages, date.today())

    assert codes(outcome) == [(name, "unknown_field")]
    assert name in outcome.faults[0].message


def test_faults_come_in_page_order_those_of_rules_and_unknown_names_too(catalogue: Catalogue) -> None:
    outcome = checked(
        catalogue,
        nothing="x",
        consent=[],
        requested_amount="60.000.000",
        costs__1__description="Tư vấn",
        costs__0__amount="x",
        certificate_expires_on="01/01/2001",
        contact_email="a",
        tax_code="1",
    )

    assert codes(outcome) == [
        ("tax_code", "tax_code_length"),
        ("contact_email", "email_unreadable"),
        ("certificate_expires_on", "date_order"),
        ("costs.0.amount", "money_unreadable"),
        ("costs.1.amount", "group_row_incomplete"),
        ("requested_amount", "amount_above_ceiling"),
        ("consent", "consent_required"),
        ("nothing", "unknown_field"),
    ]


def with_choices_in_rows(form: FormDefinition) -> FormDefinition:
    """The costs get a question that takes several values."""
    options = [{"value": value, "label": value} for value in ("consulting", "audit")]
    several = ChoicesField.model_validate(
        {"id": "uses", "kind": "choices", "label": "Dùng cho", "options": options, "example": ["audit"]}
    )
    sections = [
        section.model_copy(update={"fields": (*section.fields, several)}) if section.id == "costs" else section
        for section in form.sections
    ]
    return a_form_like(form, sections=tuple(sections))


def test_a_row_takes_several_values_where_its_kind_does(catalogue: Catalogue) -> None:
    form = with_choices_in_rows(catalogue.form(DOSSIER))
    told = answers(form) | {"costs.0.uses": ["audit", "consulting"]}
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}

    refuse_repeated(form, typed)
    outcome = check_answers(form, typed, catalogue.messages, date.today())

    assert outcome.faults == ()
    assert outcome.answers["costs"][0]["uses"] == ["consulting", "audit"]


@pytest.mark.parametrize("name", ["organisation_name", "costs.0.amount", "nothing"])
def test_a_single_answer_sent_twice_is_refused(name: str, catalogue: Catalogue) -> None:
    with pytest.raises(Malformed, match="field_repeated"):
        refuse_repeated(catalogue.form(DOSSIER), {name: ["1", "2"]})
