"""What forms ask of people: each such field is marked, and no form asks for a picture of an identity card."""

import re

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import AnyField, ConsentField
from processor.domain.vietnamese import fold

OF_PEOPLE = re.compile(r"(contact|representative|person|signer)_|_(phone|email)\Z|(phone|email)\Z")
KINDS_OF_PEOPLE = {"phone", "email"}
IDENTITY_CARD = re.compile(r"can cuoc|cccd|cmnd|chung minh nhan dan|the cong dan|ho chieu|anh chan dung")


def every_field(form: FormDefinition) -> list[AnyField]:
    return [field for _, field in form.field_names()]


def words_of(form: FormDefinition) -> list[str]:
    """What it asks for, and how it says that a file should be."""
    hints = [words for field in every_field(form) for words in (field.thing, field.hint or "")]
    return [*form.labels.values(), *hints, *(item.guidance for item in form.items)]


def test_each_field_about_a_person_is_marked_personal(catalogue: Catalogue) -> None:
    about_people = {
        f"{form.id}.{field.id}": field.personal
        for form in catalogue.forms.values()
        for field in every_field(form)
        if field.kind in KINDS_OF_PEOPLE or OF_PEOPLE.search(field.id)
    }

    assert {name.rpartition(".")[2] for name in about_people} >= {"contact_name", "contact_phone", "contact_email"}
    assert [name for name, marked in about_people.items() if not marked] == []


def test_a_form_with_personal_fields_asks_for_consent_and_no_box_is_ticked_beforehand(catalogue: Catalogue) -> None:
    asking = [form for form in catalogue.forms.values() if any(field.personal for field in every_field(form))]

    assert {form.id for form in asking} == set(catalogue.forms)
    for form in asking:
        boxes = [field for field in every_field(form) if isinstance(field, ConsentField)]
        assert any(purpose.required for box in boxes for purpose in box.purposes), form.id
        for purpose in [purpose for box in boxes for purpose in box.purposes]:
            assert set(type(purpose).model_fields) == {"value", "required", "label"}, "nothing says that it is ticked"


def test_no_form_asks_for_a_picture_of_an_identity_card(catalogue: Catalogue) -> None:
    asked = {
        f"{form.id}: {words}"
        for form in catalogue.forms.values()
        for words in words_of(form)
        if IDENTITY_CARD.search(fold(words))
    }

    assert IDENTITY_CARD.search(fold("Ảnh chụp Căn cước công dân"))
    assert asked == set()
