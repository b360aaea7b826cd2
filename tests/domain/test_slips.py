"""Which form a dossier's slips have, by its day of receipt; and that a frozen slip is read back as it was."""

import json
from datetime import date

import pytest

from processor.domain.slips.slip_forms import KINDS, SlipKind
from processor.domain.slips.slips import PLACEHOLDERS, ROW_PLACEHOLDERS, SlipContent, form_frozen_in, frozen
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.slips import a_slip

TEXTS = load_catalogue(ROOT / "forms").slips
OLD, NEW = "01/2018/TT-VPCP", "03/2025/TT-VPCP"


@pytest.mark.parametrize(
    ("received_on", "circular", "remarked"),
    [
        (date(2024, 1, 2), OLD, False),
        (date(2025, 6, 30), OLD, False),
        (date(2025, 7, 1), OLD, True),
        (date(2025, 9, 14), OLD, True),
        (date(2025, 9, 15), NEW, False),
        (date(2026, 11, 24), NEW, False),
    ],
)
def test_the_circular_is_that_of_the_day_of_receipt(received_on: date, circular: str, remarked: bool) -> None:
    form = TEXTS.slip_form("receipt_slip", received_on)

    assert form is not None
    assert (form.circular, form.remark is not None) == (circular, remarked)


@pytest.mark.parametrize(
    ("kind", "number_before", "number_since"),
    [
        ("receipt_slip", "01", "01"),
        ("supplement_slip", "02", "02"),
        ("refusal_slip", "03", "03"),
        ("apology_extension_letter", "04", "04"),
        ("stop_notice", None, "05"),
        ("control_slip", "05", "06"),
        ("dossier_register", "06", "07"),
    ],
)
def test_the_same_slip_has_another_number_in_another_circular(
    kind: str, number_before: str | None, number_since: str
) -> None:
    before, since = TEXTS.slip_form(kind, date(2025, 6, 30)), TEXTS.slip_form(kind, date(2025, 9, 15))

    assert (before.form_no if before else None) == number_before
    assert since is not None and since.form_no == number_since


def test_form_04_has_another_name_in_another_circular() -> None:
    names = [form.name for c in (OLD, NEW) if (form := TEXTS.form_of("apology_extension_letter", c))]

    assert names == [
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    ]


def test_what_is_no_slip_or_no_circular_has_no_form() -> None:
    assert TEXTS.slip_form("decision", date(2026, 11, 24)) is None
    assert TEXTS.form_of("receipt_slip", "99/2099/TT-VPCP") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_a_draft_until_it_was_compared_with_the_annex(kind: SlipKind) -> None:
    form = TEXTS.slip_form(kind, date(2026, 11, 24))
    layout = TEXTS.circulars[NEW][kind].model_copy(update={"verified": True})
    compared = TEXTS.model_copy(update={"circulars": {NEW: {kind: layout}}})

    assert form and form.draft == "BẢN NHÁP, chưa đối chiếu Phụ lục I"
    assert (found := compared.form_of(kind, NEW)) and found.draft is None


def test_a_frozen_slip_is_read_back_as_it_was() -> None:
    slip, form = a_slip(), TEXTS.slip_form("receipt_slip", date(2025, 8, 1))
    assert form

    kept = json.loads(json.dumps(frozen(form, slip)))

    assert (SlipContent.model_validate(kept), form_frozen_in(kept)) == (slip, form)


def test_a_slip_of_another_day_with_more_and_fewer_names_is_still_read() -> None:
    read = SlipContent.model_validate(
        {"made_on": "2026-11-24", "agency": "Chi cục Ví dụ", "department": "Sở Ví dụ", "gone": 1}
    )

    assert (read.organisation, read.items) == (None, ())


def test_the_names_that_forms_may_use_are_those_that_are_filled() -> None:
    slip = a_slip()

    filled = {name: set(slip.table(name)[0].words(1, "…")) for name in ROW_PLACEHOLDERS}

    assert set(slip.words(TEXTS)) == PLACEHOLDERS
    assert filled == ROW_PLACEHOLDERS


def test_a_day_that_nobody_knows_is_said_to_be_unknown() -> None:
    words = a_slip(days=None, due_on=None).words(TEXTS)

    assert words["days"] == words["due_on"] == "Chưa rõ – chưa đối chiếu với văn bản gốc"
