"""What is asked depends on what was answered: a condition that cannot be told asks nothing."""

from datetime import date
from typing import Any

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.relevance import item_asked, item_needed, unasked, without_unasked
from processor.domain.forms.submission import check_answers
from tests.factories import a_form_like
from tests.submissions import DOSSIER, NEED, answers

TODAY = date(2026, 11, 24)


def faults(catalogue: Catalogue, form_id: str, **changed: Any) -> list[tuple[str, str]]:
    form = catalogue.form(form_id)
    typed = {name: value if isinstance(value, list) else [value] for name, value in answers(form, **changed).items()}
    found = check_answers(form, typed, catalogue.messages, TODAY).faults
    return [(fault.field, fault.code) for fault in found]


@pytest.mark.parametrize(("standard", "asked"), [("other_iso", True), ("iso_22000", False), (None, False)])
def test_a_question_is_asked_when_its_cause_is_chosen(standard: str | None, asked: bool, catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)

    closed = {name for name, _ in unasked(form, {"standard": standard}, TODAY)}

    assert ("standard_other" not in closed) is asked


def test_an_answer_to_what_is_not_asked_does_not_count(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)

    kept = without_unasked(form, {"standard": "iso_22000", "standard_other": "ISO 9001"}, TODAY)

    assert kept == {"standard": "iso_22000", "costs": []}


def test_what_is_asked_must_be_answered_and_says_why(catalogue: Catalogue) -> None:
    assert faults(catalogue, DOSSIER, standard="other_iso") == [("standard_other", "required_because")]


def test_a_mistake_in_what_is_not_asked_refuses_nothing(catalogue: Catalogue) -> None:
    assert faults(catalogue, DOSSIER, standard_other="x" * 500) == []


def test_within_a_row_the_row_itself_decides(catalogue: Catalogue) -> None:
    form = catalogue.form(NEED)
    rows = [{"support_type": "traceability"}, {"support_type": "standard_management_system"}]

    closed = [name for name, _ in unasked(form, {"needs": rows}, TODAY)]

    assert closed == ["needs.0.standard"]


def test_an_answer_of_a_row_that_asks_it_no_more_is_left_out(catalogue: Catalogue) -> None:
    form = catalogue.form(NEED)
    row = {"support_type": "traceability", "standard": "iso_22000"}

    kept = without_unasked(form, {"needs": [row]}, TODAY)

    assert kept["needs"] == [{"support_type": "traceability"}]


def test_a_paper_is_needed_only_when_it_is_asked_for(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    when = form.single_fields[[field.id for field in form.single_fields].index("standard_other")].asked_when
    paper = form.items_by_id["certificate_copy"].model_copy(update={"asked_when": when})
    form = a_form_like(form, items=(paper,))

    other, listed = form.ground({"standard": "other_iso"}, TODAY), form.ground({"standard": "iso_22000"}, TODAY)

    assert item_asked(paper, other) and item_needed(paper, other)
    assert not item_asked(paper, listed) and not item_needed(paper, listed)
