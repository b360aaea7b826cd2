"""Each kind of answer: the spellings it takes, the words of each refusal."""

import unicodedata
from datetime import date

import pytest
from pydantic_core import PydanticCustomError

from processor.domain.catalogue import Catalogue
from processor.domain.forms.fields import BarcodeField, ChoicesField, CommuneField, LongTextField
from processor.domain.forms.kinds import KINDS
from processor.domain.forms.submission import check_answers
from processor.domain.places import Communes
from tests.submissions import DOSSIER, NEED, answers

TOOLS = "ho-so-cong-cu"

TODAY = date(2026, 11, 24)


def checked(catalogue: Catalogue, form_id: str, name: str, value: object):  # type: ignore[no-untyped-def]
    form = catalogue.form(form_id)
    told = {key: item if isinstance(item, list) else [item] for key, item in answers(form).items()}
    told[name] = value if isinstance(value, list) else [str(value)]
    return check_answers(form, told, catalogue.messages, date.today())


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("organisation_name", "  Hợp tác xã   Chũ ", "Hợp tác xã Chũ"),
        ("organisation_name", unicodedata.normalize("NFD", "Đồng Tiến"), "Đồng Tiến"),
        ("organisation_name", "<b>&amp;</b>", "<b>&amp;</b>"),
        ("organisation_name", "\ufeffHợp\u00ad tác\u200b xã \u202eChũ", "Hợp tác xã Chũ"),
        ("certificate_scope", "dòng một\r\ndòng hai", "dòng một\ndòng hai"),
        ("tax_code", "0300 588 569", "0300588569"),
        ("tax_code", "0300588569001", "0300588569-001"),
        ("tax_code", "0300588569-001", "0300588569-001"),
        ("contact_phone", "0912.345.678", "+84912345678"),
        ("contact_phone", "+84 912 345 678", "+84912345678"),
        ("contact_phone", "0204 3854 321", "+842043854321"),
        ("commune_code", "07210", "07210"),
        ("commune_code", "phường Bắc Giang", "07210"),
        ("commune_code", unicodedata.normalize("NFD", "Bắc Giang"), "07210"),
        ("commune_code", "bac giang", "07210"),
        ("contact_email", " a.b@don-vi.vn ", "a.b@don-vi.vn"),
        ("contact_email", "a\u200bb@don-vi.vn", "ab@don-vi.vn"),
        ("contact_phone", "０９１２ ３４５ ６７８", "+84912345678"),
        ("certificate_issued_on", "5/3/2024", date(2024, 3, 5)),
        ("certificate_issued_on", "05.03.2024", date(2024, 3, 5)),
        ("certificate_issued_on", "2024-03-05", date(2024, 3, 5)),
        ("requested_amount", "1 500 000", 1_500_000),
        ("requested_amount", "1.500.000 đồng", 1_500_000),
        ("requested_amount", "1500000", 1_500_000),
        ("consent", ["processing"], ["processing"]),
    ],
)
def test_forgiving_spellings_are_understood(name: str, typed: object, stored: object, catalogue: Catalogue) -> None:
    outcome = checked(catalogue, DOSSIER, name, typed)

    assert [fault for fault in outcome.faults if fault.field == name] == []
    assert outcome.answers[name] == stored


@pytest.mark.parametrize(
    ("form_id", "name", "typed", "code"),
    [
        (DOSSIER, "organisation_name", "", "text_required"),
        (DOSSIER, "organisation_name", "   ", "text_required"),
        (DOSSIER, "organisation_name", "a\x00b", "text_control_chars"),
        (DOSSIER, "organisation_name", "\u200b\u202e", "text_required"),
        (DOSSIER, "organisation_name", "x" * 201, "text_too_long"),
        (DOSSIER, "organisation_kind", "", "choice_required"),
        (DOSSIER, "organisation_kind", "ca-nhan", "choice_unknown"),
        (DOSSIER, "tax_code", "12345", "tax_code_length"),
        (DOSSIER, "tax_code", "030058856X", "tax_code_length"),
        (DOSSIER, "tax_code", "0300588568", "tax_code_checksum"),
        (DOSSIER, "tax_code", "MST 0300588569", "tax_code_checksum"),
        (DOSSIER, "tax_code", "0300588569-000", "tax_code_branch"),
        (DOSSIER, "tax_code", "024090123456", "tax_code_personal_id"),
        (DOSSIER, "contact_phone", "12345", "phone_unreadable"),
        (DOSSIER, "contact_phone", "không có", "phone_unreadable"),
        (DOSSIER, "contact_phone", "0912345678 hoặc 0987654321", "phone_unreadable"),
        (DOSSIER, "contact_phone", "0204 3854 321 ext 5", "phone_unreadable"),
        (DOSSIER, "contact_phone", "01234567890", "phone_old_prefix"),
        (DOSSIER, "contact_phone", "0240 3854321", "phone_old_prefix"),
        (DOSSIER, "contact_email", "a@b", "email_unreadable"),
        (DOSSIER, "contact_email", "a\x00b@don-vi.vn", "email_unreadable"),
        (DOSSIER, "contact_email", "a@b.vn\nBcc: c@d.vn", "email_several"),
        (DOSSIER, "contact_email", "a@b.vn, c@d.vn", "email_several"),
        (DOSSIER, "commune_code", "", "commune_required"),
        (DOSSIER, "commune_code", "Xương Giang", "commune_unknown"),
        (DOSSIER, "certificate_issued_on", "", "date_required"),
        (DOSSIER, "certificate_issued_on", "2024", "date_incomplete"),
        (DOSSIER, "certificate_issued_on", "03/2024", "date_incomplete"),
        (DOSSIER, "certificate_issued_on", "31/02/2024", "date_impossible"),
        (DOSSIER, "certificate_issued_on", "hôm qua", "date_unreadable"),
        (DOSSIER, "certificate_issued_on", "01/01/2100", "date_in_future"),
        (DOSSIER, "certificate_issued_on", "01/01/1999", "date_out_of_range"),
        (DOSSIER, "requested_amount", "", "money_required"),
        (DOSSIER, "requested_amount", "50tr", "money_unreadable"),
        (DOSSIER, "requested_amount", "1,5", "money_unreadable"),
        (DOSSIER, "requested_amount", "1_000", "money_unreadable"),
        (DOSSIER, "requested_amount", "٣٠٠٠", "money_unreadable"),
        (DOSSIER, "requested_amount", "0", "money_not_positive"),
        (DOSSIER, "requested_amount", "9" * 30, "money_too_large"),
        (DOSSIER, "consent", [], "consent_required"),
        (NEED, "need_year", "abc", "number_unreadable"),
        (NEED, "need_year", "2020", "number_out_of_range"),
        (TOOLS, "tools", [], "choice_required"),
        (TOOLS, "tools", ["khac"], "choice_unknown"),
    ],
)
def test_each_refusal_has_its_code_and_names_the_field(
    form_id: str, name: str, typed: object, code: str, catalogue: Catalogue
) -> None:
    outcome = checked(catalogue, form_id, name, typed)

    (fault,) = [fault for fault in outcome.faults if fault.field == name]
    assert fault.code == code
    assert code in ("tax_code_branch", "date_impossible") or catalogue.form(form_id).labels[name] in fault.message
    assert "{" not in fault.message


def test_what_is_repeated_in_a_message_is_cut_short(catalogue: Catalogue) -> None:
    (fault,) = checked(catalogue, DOSSIER, "certificate_issued_on", "31" + "/" * 5000 + "02/2026").faults

    assert fault.code == "date_impossible"
    assert len(fault.message) < 200


def refusal(kind: str, typed: object, field: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(PydanticCustomError) as refused:
        KINDS[kind].read(typed, field, TODAY)
    return refused.value.type, dict(refused.value.context or {})


def test_a_name_that_two_communes_bear_is_asked_back() -> None:
    names = {"00001": "Xã Tân Sơn", "00002": "Phường Tân Sơn"}
    places = Communes.model_validate(
        {"as_of": TODAY, "province_code": "24", "groups": [{"id": "a", "label": "A", "communes": names}]}
    )
    field = CommuneField(id="commune", kind="commune", label="Xã", example="00001", places=places)

    assert refusal("commune", "tan son", field) == (
        "commune_ambiguous",
        {"count": "2", "value": "tan son", "options": "Xã Tân Sơn hoặc Phường Tân Sơn"},
    )
    assert KINDS["commune"].read("phường tân sơn", field, TODAY) == "00002"


OPTIONS = [{"value": sign, "label": sign.upper()} for sign in "abc"]
SEVERAL = ChoicesField.model_validate(
    {"id": "x", "kind": "choices", "label": "X", "options": OPTIONS, "min": 2, "max": 2, "example": ["a", "b"]}
)


def test_choices_are_kept_once_in_the_order_of_the_page() -> None:
    assert KINDS["choices"].read(["b", "a", "b"], SEVERAL, TODAY) == ["a", "b"]


@pytest.mark.parametrize(
    ("typed", "code", "figures"),
    [
        (["a"], "choices_too_few", {"actual": "1", "min": "2"}),
        (["a", "b", "c"], "choices_too_many", {"actual": "3", "max": "2", "over": "1"}),
        (["a", "d"], "choice_unknown", {}),
    ],
)
def test_the_number_of_choices_has_two_sides(typed: list[str], code: str, figures: dict[str, str]) -> None:
    assert refusal("choices", typed, SEVERAL) == (code, figures)


def test_a_text_can_be_too_short() -> None:
    field = LongTextField(id="x", kind="long_text", label="X", min_length=5, example="abcde")

    assert refusal("long_text", "abcd", field) == ("text_too_short", {"actual": "4", "min": "5"})
    assert KINDS["long_text"].read("abcde", field, TODAY) == "abcde"


BARCODE = BarcodeField(id="x", kind="barcode", label="X", example="8930000000002")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8930000000002", "8930000000002"),
        ("893 0000 00000 2", "8930000000002"),
        ("96385074", "96385074"),
        ("036000291452", "036000291452"),
        ("10012345678902", "10012345678902"),
    ],
)
def test_barcodes_of_each_length_pass_with_their_check_digit(typed: str, stored: str) -> None:
    assert KINDS["barcode"].read(typed, BARCODE, TODAY) == stored


@pytest.mark.parametrize("typed", ["8930000000003", "893000000000", "abc", "89300000000020"])
def test_a_barcode_with_another_last_digit_is_told(typed: str) -> None:
    assert refusal("barcode", typed, BARCODE) == ("check_digit", {"value": typed})


@pytest.mark.parametrize("number", ["TCCS 01:2020/Diligo Holdings.,jsc", "TCCS 01:2021/ROXO", "TCCS 01:2024"])
def test_a_usual_base_standard_number_gets_no_advice(number: str) -> None:
    assert KINDS["tccs_number"].advise(number) is None


@pytest.mark.parametrize("number", ["TC 01", "TCCS01:2020", "01:2024/TCCS"])
def test_an_unusual_base_standard_number_is_kept_with_advice(number: str, catalogue: Catalogue) -> None:
    form = catalogue.form("ho-so-tieu-chuan-co-so")
    typed = {name: value if isinstance(value, list) else [value] for name, value in answers(form).items()}

    checked = check_answers(form, typed | {"standard_no": [number]}, catalogue.messages, TODAY)

    assert checked.faults == ()
    assert checked.answers["standard_no"] == number
    assert [(told.field, told.code) for told in checked.advice] == [("standard_no", "tccs_number_unusual")]
