"""A wrong definition stops everything, with file, line and what to write instead."""

import shutil
from pathlib import Path

import pytest

from processor.domain.errors import BrokenDefinition
from processor.domain.forms.definition import FormDefinition
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

FORM = "ho-so-tieu-chuan.yml"
PAPERS = "shared/papers.yml"
WIZARD = "eligibility.yml"
AT_LEAST = "{at_least: {field: cost, limit: {value: 1}}}"
WHEN = "{equals: {field: standrad, value: other_iso}}"
WHEN_LISTED = "asked_when: {one_of: {field: standard, values: {fact: no_such_fact}}}"


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))


def edit(forms: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old`; the line on which it stands."""
    path = forms / name
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def faults(forms: Path) -> list[str]:
    with pytest.raises(BrokenDefinition) as broken:
        load_catalogue(forms)
    return [str(fault) for fault in broken.value.faults]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (FORM, "        label: Ngày cấp", "        lable: Ngày cấp", "lable"),
        (FORM, "        label: Ngày cấp\n", "", "Thiếu “label”"),
        (FORM, "kind: date\n        label: Ngày cấp", "kind: day\n        label: Ngày cấp", "Chỉ nhận"),
        (FORM, "      - id: certification_body", "      - id: certificate_no", "dùng 2 lần"),
        (FORM, "  - id: certificate_copy", "  - id: support_request", "đã dùng"),
        (FORM, "than: certificate_issued_on", "than: certificate_born_on", "certificate_born_on"),
        (FORM, "{fact: listed_ceiling}", "{fact: no_such_fact}", "no_such_fact"),
        (FORM, "code: date_order", "code: no_such_code", "no_such_code"),
        (FORM, "value: other_iso}}", "value: no_such_iso}}", "no_such_iso"),
        (FORM, "    at: certificate_expires_on", "    at: nowhere", "nowhere"),
        ("shared/request.yml", 'example: "42.000.000"', 'example: "43.000.000"', "không qua được kiểm tra"),
        (FORM, "options_from: [listed_standards, other_standards]", "options_from: [nothing]", "nothing"),
        ("shared/applicant.yml", 'example: "9900000023"', 'example: "9900000024"', "không qua được kiểm tra"),
        ("policy/chung.yml", "        source: {document: Kế", "        origin: {document: Kế", "source"),
        ("policy/chung.yml", "  - id: policy_period", "  - id: resolution", "đã dùng"),
        (FORM, "asked_when: {equals: {field: standard,", "asked_when: {equals: {field: standrad,", "standrad"),
        (FORM, "asked_when: {equals: {field: standard, value: other_iso}}", WHEN_LISTED, "no_such_fact"),
        (FORM, "field: certificate_expires_on, than", "field: certificate, than", "certificate"),
        (FORM, "values: {fact: listed_standards}", "values: [iso_22000, iso_9999]", "iso_9999"),
        (FORM, "than: certificate_issued_on", "than: certificate_no", "kiểu date"),
        (FORM, "sum: costs.amount", "sum: costs.description", "kiểu money"),
        (PAPERS, "max_files: 3", "max_files: 30", "Nhiều nhất 20"),
        ("shared/costs.yml", "    required: false\n    max_length: 50", "    required_when: " + WHEN, "“standrad”"),
        (FORM, "duplicate_by: [certificate_no]", "duplicate_by: [certificate]", "“certificate”"),
        (FORM, "duplicate_by: [certificate_no]", "opening: {opens_on: 2026-02-01, closes_on: 2026-01-01}", "sớm hơn"),
        (FORM, "not_before: 2000-01-01", "not_before: 2000-02-31", "không có trong lịch"),
        ("shared/consent.yml", "label: >-\n          Tôi", "label: >-\n          {toi}", "{purpose}"),
        ("policy/chung.yml", "  - id: resolution\n", "  - resolution\n  - id: resolution\n", "nhóm dòng"),
        ("policy/chung.yml", "        value: 810000000", "        value: nhiều tiền", "không khớp đơn vị"),
        ("policy/chung.yml", "unknown: Thời hạn giải quyết chưa", "note: chưa", "note"),
        (WIZARD, "Phải hỏi {agency}.", "Phải hỏi {agenci}.", "{agenci}"),
        (WIZARD, "{share}, không vượt", "{shar}, không vượt", "{shar}"),
        ("messages.yml", "“{label}” có {actual} ký tự, tối đa", "“{lable}” có {actual} ký tự, tối đa", "{lable}"),
        ("shared/texts.yml", "{files} tệp lúc", "{tep} tệp lúc", "{tep}"),
        ("shared/texts.yml", "    step: appraise", "    step: no_such_step", "no_such_step"),
        ("shared/texts.yml", "giúp {agency} kiểm", "giúp {agency kiểm", "viết dở"),
        ("workflow.yml", "Hạn nhận: {pre_registration_deadline}", "Hạn nhận: {pre_", "viết dở"),
        (WIZARD, "area: {field: commune_code,", "area: {field: commune,", "kind: commune"),
        (WIZARD, "    says: Gửi hồ sơ để kiểm tra trước", "    says: Gửi {abc}", "{abc}"),
        (WIZARD, "  - id: register_first", "  - id: send_certified", "đã dùng"),
        (WIZARD, "  cost: cost", "  cost: standard", "kind: money"),
        (FORM, "options_from: [listed_standards, other_standards]", "options_from: [budget_2024]", "unit: options"),
        (FORM, "        kind: date", "        kind: ngay", "Chỉ nhận"),
        (FORM, "when: {one_of: {field: standard,", "when: {bang: {field: standard,", "Dùng một trong: equals"),
        (PAPERS, "source: common_practice, verified: false", "source: common_practice, verified: true", "thông lệ"),
        ("policy/tieu-chuan.yml", "rate: listed_rate", "rate: abc", "“abc”"),
        ("policy/tieu-chuan.yml", "example_standard: iso_22000", "example_standard: iso_9001", "iso_9001"),
        ("policy/tieu-chuan.yml", "value: 50, verified", "value: 150, verified", "từ 1 đến 100"),
        ("policy/tieu-chuan.yml", "value: 50000000", "value: -5", "lớn hơn 0"),
        ("glossary.yml", "  - term: Công nhận", "  - term: Thẩm định", "hai lần"),
        ("agency.yml", "contact_phone: null", "contact_phone: abc", "contact_phone"),
        ("glossary.yml", "    meaning: Tập giấy tờ", "    nghia: Tập giấy tờ", "nghia"),
        ("workflow.yml", "  - id: sum_up_needs", "  - id: register_need", "đã dùng"),
        ("workflow.yml", "who: organisation", "who: nobody", "“nobody”"),
        ("workflow.yml", "{processing_time}", "{no_such_time}", "no_such_time"),
        ("policy/chung.yml", "    confirm_by: agency\n", "", "confirm_by"),
        (WIZARD, "    source: support_types", "    source: no_such_fact", "no_such_fact"),
        (WIZARD, "{eligible_kinds}.", "{no_such_kind}.", "no_such_kind"),
        (WIZARD, "{field: seat_area, value: former_bac_ninh}", "{field: seat_area, value: mars}", "mars"),
        (WIZARD, "{field: seat_area, value: former_bac_giang}", "{field: seat, value: former_bac_giang}", "“seat”"),
        (WIZARD, "    form: dang-ky-nhu-cau", "    form: no-such-form", "no-such-form"),
        (WIZARD, "  standard: [standard,", "  standard: [standrad,", "standrad"),
        (WIZARD, "when: {equals: {field: standard, value: other_iso}}", "when: " + AT_LEAST, "chỉ dùng equals"),
        (WIZARD, "field: support_type, value: standard_management_system", "field: standard, value: haccp", "chính nó"),
    ],
)
def test_each_mistake_is_named_with_its_file_and_line(name: str, old: str, new: str, said: str, forms: Path) -> None:
    line = edit(forms, name, old, new)

    found = faults(forms)

    named = [fault for fault in found if said in fault]
    assert named, found
    where = [int(fault.split(":")[1]) for fault in named if fault.startswith(f"forms/{name}:")]
    assert where and min(abs(number - line) for number in where) <= 3, (named, line)


def test_unreadable_yaml_and_doubled_keys_name_their_line(forms: Path) -> None:
    (forms / "shared" / "consent.yml").write_text("id: consent\ntitle: [\n")
    edit(forms, "agency.yml", "address: null", "address: null\nname: Khác")

    found = faults(forms)

    assert any(fault.startswith("forms/shared/consent.yml:3: Không đọc được YAML") for fault in found)
    assert any("“name” viết hai lần" in fault for fault in found)


def test_days_that_overlap_are_refused(forms: Path) -> None:
    old = "      - {from: 2022-12-09, value: 50, verified: true, source: *article}\n"
    edit(forms, "policy/tieu-chuan.yml", old, old + old)

    assert any("trùng hoặc lùi" in fault for fault in faults(forms))


def test_conditions_that_wait_for_each_other_are_refused(forms: Path) -> None:
    when = "required: false\n        required_when: {equals: {field: %s, value: %s}}\n        "
    edit(forms, FORM, "options_from: [listed", when % ("accredited", "boa") + "options_from: [listed")
    edit(forms, FORM, "label: Tổ chức cấp có", when % ("standard", "haccp") + "label: Tổ chức cấp có")

    found = faults(forms)

    assert any("vòng: standard → accredited → standard" in fault for fault in found), found


def test_a_form_read_back_from_its_document_is_the_same(forms: Path) -> None:
    for form in load_catalogue(forms).forms.values():
        read_back = FormDefinition.model_validate_json(form.document)

        assert read_back == form
        assert read_back.version == form.version


def test_a_changed_fact_changes_the_version_of_the_forms_that_use_it(forms: Path) -> None:
    before = load_catalogue(forms).forms
    edit(forms, "policy/tieu-chuan.yml", "value: 50000000", "value: 60000000")

    after = load_catalogue(forms).forms

    changed = {form_id for form_id in before if before[form_id].version != after[form_id].version}
    assert changed == {"ho-so-tieu-chuan"}


def test_a_fact_that_only_a_field_depends_on_goes_into_the_form(forms: Path) -> None:
    condition = "required_when: {at_least: {field: requested_amount, limit: {fact: budget_2024}}}"
    edit(forms, FORM, "        example: today+1065d", f"        example: today+1065d\n        {condition}")

    assert "budget_2024" in load_catalogue(forms).form("ho-so-tieu-chuan").facts


def test_a_file_that_cannot_be_read_hides_what_rests_on_it(forms: Path) -> None:
    line = edit(forms, "policy/tieu-chuan.yml", ", verified: true, source: *article}", ", verified: true}")

    assert faults(forms) == [f"forms/policy/tieu-chuan.yml:{line}: Thiếu “source”. Thêm dòng “source: …”."]


def test_a_wrong_kind_of_field_is_one_fault_at_its_line(forms: Path) -> None:
    line = edit(forms, FORM, "kind: long_text", "kind: doan_van")

    (fault,) = faults(forms)

    assert fault.startswith(f"forms/{FORM}:{line}: “kind” không nhận “doan_van”")


def test_every_fault_of_every_file_is_told_at_once(forms: Path) -> None:
    edit(forms, "agency.yml", "name: ", "nmae: ")
    edit(forms, "policy/chung.yml", "unit: text", "unit: words")

    files = {fault.split(":")[0] for fault in faults(forms)}

    assert files == {"forms/agency.yml", "forms/policy/chung.yml"}


def test_a_missing_file_is_named(forms: Path) -> None:
    (forms / "shared" / "consent.yml").unlink()

    assert "forms/shared/consent.yml:1: Không có tệp này. Tạo tệp hoặc sửa tên." in faults(forms)
