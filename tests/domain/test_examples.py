"""The examples that the pages, the API and the tests show are complete, and valid on any day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields, example_items
from processor.domain.forms.fields import resolve_day, resolve_year
from processor.domain.forms.submission import Typed, check_answers
from tests.submissions import DOSSIER, FORMS, NEED

# The years of need end with the policy, in 2030; the example asks for the year after.
LAST = {NEED: date(2029, 12, 31)}


def typed_example(form: FormDefinition, today: date) -> Typed:
    fields = example_fields(form, today)
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


@pytest.mark.parametrize("form_id", FORMS)
@given(data=st.data())
def test_an_example_is_valid_on_any_day(form_id: str, data: st.DataObject, catalogue: Catalogue) -> None:
    days = st.dates(date(2024, 1, 1), LAST.get(form_id, date(2035, 12, 31)))
    form, today = catalogue.form(form_id), data.draw(days)

    assert check_answers(form, typed_example(form, today), catalogue.messages, today).faults == ()


def test_every_form_is_tried_above(catalogue: Catalogue) -> None:
    assert tuple(sorted(catalogue.forms)) == FORMS


def test_each_answer_of_an_example_is_needed_or_can_be_left_out(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    today = date(2026, 11, 24)
    typed = typed_example(form, today)
    needed = {field.id for field in form.single_fields if field.always_needed}

    for name in typed:
        rest = {other: value for other, value in typed.items() if other != name}
        faults = check_answers(form, rest, catalogue.messages, today).faults

        assert [fault.field for fault in faults] == ([name] if name in needed or name in NEEDED_OF_A_ROW else [])


NEEDED_OF_A_ROW = {"costs.0.description", "costs.0.amount"}


def test_the_items_of_an_example_are_the_papers_that_are_needed(catalogue: Catalogue) -> None:
    needed = ["support_request", "certificate_copy", "contracts", "payment_records"]

    assert example_items(catalogue.form(DOSSIER)) == needed


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("today", date(2026, 11, 24)),
        ("today-24d", date(2026, 10, 31)),
        ("today+7d", date(2026, 12, 1)),
        (date(2000, 1, 1), date(2000, 1, 1)),
    ],
)
def test_a_day_is_given_or_counted_from_today(written: date | str, resolved: date) -> None:
    assert resolve_day(written, date(2026, 11, 24)) == resolved


@pytest.mark.parametrize(
    ("written", "resolved"), [("this_year", 2026), ("this_year+4", 2030), ("this_year-1", 2025), (2030, 2030)]
)
def test_a_year_is_given_or_counted_from_this_one(written: int | str, resolved: int) -> None:
    assert resolve_year(written, date(2026, 11, 24)) == resolved
