"""Contact questions stand alone: they are found in any form, and answering them touches no other answer."""

from processor.domain.catalogue import Catalogue
from processor.domain.forms.conditions import EqualsCondition
from processor.domain.forms.contact import contact_fields, contact_form, with_contact
from tests.factories import a_form_like
from tests.submissions import DOSSIER, FORMS

ANSWERED = EqualsCondition.model_validate({"equals": {"field": "organisation_kind", "value": "cooperative"}})


def test_every_form_says_by_its_own_questions_whom_to_reach(catalogue: Catalogue) -> None:
    asked = {form_id: [field.id for field in contact_fields(catalogue.form(form_id))] for form_id in FORMS}

    assert asked[DOSSIER] == ["contact_name", "contact_phone", "contact_email"]
    assert all("contact_email" in fields for fields in asked.values())


def test_what_was_asked_only_sometimes_may_stay_empty_when_it_stands_alone(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    sections = []
    for section in form.sections:
        fields = [
            field.model_copy(update={"asked_when": ANSWERED}) if field.id == "contact_phone" else field
            for field in section.fields
        ]
        sections.append(section.model_copy(update={"fields": tuple(fields)}))

    alone = contact_form(a_form_like(form, sections=tuple(sections)))

    required = {field.id: field.required for field in alone.single_fields}
    assert required == {"contact_name": True, "contact_phone": False, "contact_email": True}
    assert all(field.asked_when is None for field in alone.single_fields)


def test_given_answers_replace_the_old_and_empty_ones_go(catalogue: Catalogue) -> None:
    answers = {"organisation_name": "Hợp tác xã Ví dụ", "contact_name": "Cũ", "contact_phone": "+84912345678"}

    merged = with_contact(answers, catalogue.form(DOSSIER), {"contact_name": "Mới", "contact_phone": None, "x": "y"})

    assert merged == {"organisation_name": "Hợp tác xã Ví dụ", "contact_name": "Mới"}
