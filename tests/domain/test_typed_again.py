"""What was stored, typed again, is read as the same answers: nobody has to type it twice."""

from datetime import date

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields
from processor.domain.forms.submission import check_answers
from processor.domain.forms.typed_again import applicant_again, typed_again
from processor.services.intake.intake import stored_answers
from tests.submissions import DOSSIER, FORMS, NEED

TODAY = date(2026, 11, 24)


def stored(catalogue: Catalogue, form_id: str) -> dict[str, object]:
    form = catalogue.form(form_id)
    typed = {k: v if isinstance(v, list) else [v] for k, v in example_fields(form, TODAY).items()}
    return stored_answers(check_answers(form, typed, catalogue.messages, TODAY).answers)


@pytest.mark.parametrize("form_id", FORMS)
def test_answers_typed_again_are_the_same_answers(form_id: str, catalogue: Catalogue) -> None:
    form, answers = catalogue.form(form_id), stored(catalogue, form_id)

    again = check_answers(form, typed_again(form, answers), catalogue.messages, TODAY)

    without_consent = {name: value for name, value in answers.items() if name != "consent"}
    assert stored_answers(again.answers) == without_consent
    assert [fault.code for fault in again.faults] == (["consent_required"] if "consent" in answers else [])


def test_about_the_organisation_only_what_both_forms_ask_is_taken(catalogue: Catalogue) -> None:
    taken = applicant_again(catalogue.form(DOSSIER), stored(catalogue, NEED))

    assert taken["organisation_name"] and taken["contact_email"]
    assert not any(name.startswith("needs") for name in taken)
