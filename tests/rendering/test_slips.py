"""The slips on paper: what they were filled with, on the sheet of their circular, marked as drafts."""

import io
import json
from datetime import date

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.errors import Conflict
from processor.domain.slips.slip_forms import KINDS, SlipForm
from processor.domain.slips.slips import SlipContent, SlipItem, form_frozen_in, frozen
from processor.rendering.documents.slips import slip_pdf
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.slips import ALPHABET, MARKUP, a_row, a_slip, pages_of, signs_outside, squeezed, words_of

CATALOGUE = load_catalogue(ROOT / "forms")
OLD, NEW = "01/2018/TT-VPCP", "03/2025/TT-VPCP"
FORMS = {
    f"{circular} {kind}": form
    for circular in (OLD, NEW)
    for kind in KINDS
    if (form := CATALOGUE.slips.form_of(kind, circular))
}
DRAFT = "BẢN NHÁP, chưa đối chiếu Phụ lục I"
# Points; the sheets of the circulars, lying where the table is wide.
A4, A5 = (595, 842), (420, 595)
SHEETS = {
    **dict.fromkeys(FORMS, A5),
    f"{OLD} control_slip": A5[::-1],
    f"{OLD} dossier_register": A4[::-1],
    f"{NEW} control_slip": A4,
    f"{NEW} dossier_register": A4[::-1],
}
LETTERS_ABOUT = ("Số 1, đường Ví Dụ, phường Chũ", "0912 345 678", "Hồ sơ đề nghị hỗ trợ áp dụng tiêu chuẩn")
SAID = {
    "receipt_slip": (
        *LETTERS_ABOUT,
        "Hợp tác xã Ví dụ Lục Ngạn",
        "lien-he@vi-du.example",
        "1 Bản sao giấy chứng nhận 3 4",
        "2 Hợp đồng tư vấn",
        "15 ngày làm việc",
        "09 giờ 05, ngày 24/11/2026",
        "thứ Ba, ngày 15/12/2026",
        "Trung tâm Ví dụ",
        "Phí, lệ phí: Chưa rõ – chưa đối chiếu với văn bản gốc",
        "Nguyễn Văn Ví Dụ",
    ),
    "supplement_slip": (
        *LETTERS_ABOUT,
        "lien-he@vi-du.example",
        "Bản sao giấy chứng nhận",
        "Thiếu trang ghi phạm vi.",
        "Không rõ.",
        "Giấy chứng nhận thiếu trang.",
        "Hợp đồng chưa ký.",
        "Lê Thị Ví Dụ",
        "0204 3854 321",
        "Nguyễn Văn Ví Dụ",
    ),
    "refusal_slip": (*LETTERS_ABOUT, "Giấy chứng nhận thiếu trang.", "Hợp đồng chưa ký.", "Lê Thị Ví Dụ"),
    "apology_extension_letter": (
        *LETTERS_ABOUT,
        "Ngày 24/11/2026",
        "thứ Tư, ngày 16/12/2026",
        "thứ Ba, ngày 22/12/2026",
        "Giấy chứng nhận thiếu trang.",
        "Nơi nhận:",
    ),
    "stop_notice": (*LETTERS_ABOUT, "Đang thẩm định", "Giấy chứng nhận thiếu trang.", "Nơi nhận:"),
    "control_slip": (
        "Hồ sơ đề nghị hỗ trợ áp dụng tiêu chuẩn",
        "Bộ phận Một cửa",
        "1. Giao: 09 giờ 05, ngày 24/11/2026",
        "2. Nhận: ………",
        "Trần Văn Ví Dụ",
        "Phạm Thị Ví Dụ",
        "Đúng hạn",
        "Kèm bản giấy",
    ),
    "dossier_register": (
        "H05.00-261124-0002",
        "Hỗ trợ áp dụng tiêu chuẩn",
        "Phường Chũ; 0912 345 678",
        "24/11/2026",
        "15/12/2026",
        "14/12/2026",
        "Trực tuyến",
        "Đã ký",
        "Năm 2026",
    ),
}


def printed(form: SlipForm, slip: SlipContent) -> bytes:
    """From the slip as it is kept."""
    return slip_pdf(CATALOGUE, form, json.loads(slip.model_dump_json()))


@pytest.mark.parametrize("name", FORMS)
def test_a_slip_says_what_it_was_filled_with_under_the_head_of_a_state_agency(name: str) -> None:
    form = FORMS[name]

    said = words_of(printed(form, a_slip()))

    head = ("SỞ VÍ DỤ", "CHI CỤC VÍ DỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    named = (f"Mẫu số {form.form_no}, Thông tư số {form.circular}", form.name.upper())
    wanted = (*head, "Nơi Ví Dụ, ngày 24 tháng 11 năm 2026", *named, *SAID[form.kind])
    assert [words for words in wanted if squeezed(words) not in squeezed(said)] == []


@pytest.mark.parametrize("name", FORMS)
def test_a_slip_has_the_sheet_of_its_circular(name: str) -> None:
    pages = pypdfium2.PdfDocument(printed(FORMS[name], a_slip()))

    assert [tuple(map(round, page.get_size())) for page in pages] == [SHEETS[name]]


@pytest.mark.parametrize("name", FORMS)
def test_every_page_says_that_the_form_was_not_compared_with_the_annex(name: str) -> None:
    many = a_slip(
        items=tuple(SlipItem(title=f"Giấy tờ {n}", reason="Thiếu.") for n in range(60)),
        rows=tuple(a_row(number) for number in range(60)),
        handovers=a_slip().handovers * 40,
        reasons="Một lý do dài.\n" * 60,
    )

    pages = pages_of(printed(FORMS[name], many))

    assert len(pages) > 1
    assert [page.count(DRAFT) for page in pages] == [1] * len(pages)


def test_a_form_that_was_compared_is_no_draft() -> None:
    form = FORMS[f"{NEW} refusal_slip"].model_copy(update={"draft": None})

    pdf = printed(form, a_slip())

    assert DRAFT not in words_of(pdf)
    assert DRAFT not in str(pypdfium2.PdfDocument(pdf).get_metadata_dict())


def test_a_slip_of_the_days_between_the_circulars_says_so() -> None:
    between, since = (CATALOGUE.slips.slip_form("refusal_slip", date(2025, month, 15)) for month in (8, 9))
    assert between and since

    said = [words_of(printed(form, a_slip())) for form in (between, since)]

    assert ["chưa có thông tư mới" in words for words in said] == [True, False]


def test_slip_01_is_not_made_without_an_official_code() -> None:
    with pytest.raises(Conflict) as refused:
        printed(FORMS[f"{NEW} receipt_slip"], a_slip(official_code=None))

    said = CATALOGUE.messages.say(refused.value.code, **refused.value.values)
    assert refused.value.code == "slip_needs_official_code"
    assert said.startswith("Chưa in được “Giấy tiếp nhận hồ sơ và hẹn trả kết quả”")


@pytest.mark.parametrize("name", [name for name in FORMS if "receipt_slip" not in name and "register" not in name])
def test_the_other_slips_say_that_there_is_no_official_code_yet(name: str) -> None:
    said = words_of(printed(FORMS[name], a_slip(official_code=None)))

    assert "Mã hồ sơ: chưa có. Mã tham chiếu: HT-4K7M-9QX3-RTD6" in said


def test_the_code_on_slip_01_is_the_official_code() -> None:
    pages = pypdfium2.PdfDocument(printed(FORMS[f"{NEW} receipt_slip"], a_slip()))

    codes = [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]

    assert codes == ["H05.00-261124-0001"]


def test_an_unknown_time_limit_is_said_to_be_unknown_and_what_is_missing_is_left_to_a_pen() -> None:
    form = FORMS[f"{NEW} receipt_slip"]

    said = words_of(printed(form, a_slip(days=None, due_on=None, phone=None, place=None, officer=None)))

    assert "theo quy định là: Chưa rõ – chưa đối chiếu với văn bản gốc" in said
    assert "kết quả giải quyết hồ sơ: Chưa rõ – chưa đối chiếu với văn bản gốc" in said
    assert "Số điện thoại: ………" in said
    assert "Ngày 24 tháng 11 năm 2026" in said


def test_an_empty_table_has_rows_for_a_pen() -> None:
    form, one = FORMS[f"{NEW} control_slip"], a_slip().handovers

    filled, empty = (pypdfium2.PdfDocument(printed(form, a_slip(handovers=given)))[0] for given in (one, ()))

    assert lines_drawn(empty) > lines_drawn(filled)


def lines_drawn(page: pypdfium2.PdfPage) -> int:
    return sum(found.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH for found in page.get_objects())


@pytest.mark.parametrize("name", FORMS)
def test_long_names_and_thirty_papers_stay_on_the_page(name: str) -> None:
    long = ("Hợp tác xã dịch vụ nông nghiệp " * 7)[:200]
    wide = "x" * 200
    slip = a_slip(
        organisation=long,
        address=wide,
        matter=long,
        officer=wide,
        agency=long,
        items=tuple(SlipItem(title=f"{n}. {long}", reason=wide) for n in range(30)),
        handovers=tuple(one.model_copy(update={"unit": wide, "note": wide}) for one in a_slip().handovers),
        rows=tuple(a_row(n, organisation=long, code=wide, signed=wide) for n in range(30)),
    )

    pdf = printed(FORMS[name], slip)

    said = squeezed(words_of(pdf))
    assert signs_outside(pdf) == []
    if name.endswith(("receipt_slip", "supplement_slip")):
        assert [n for n in range(30) if squeezed(f"{n}. Hợp tác xã") not in said] == []
        assert said.count("nôngnghiệp") >= 30 * long.count("nông nghiệp")


@pytest.mark.parametrize("name", FORMS)
def test_every_letter_of_vietnamese_is_drawn_and_markup_stays_text(name: str) -> None:
    typed = f"{ALPHABET} {MARKUP}"
    rows = (a_row(1, organisation=typed, code=MARKUP),)
    handovers = tuple(one.model_copy(update={"unit": typed}) for one in a_slip().handovers)

    said = squeezed(words_of(printed(FORMS[name], a_slip(organisation=typed, rows=rows, handovers=handovers))))

    assert squeezed(typed) in said


@pytest.mark.parametrize("name", FORMS)
def test_a_slip_is_made_to_last_and_to_be_read_aloud(name: str) -> None:
    form = FORMS[name]

    with pikepdf.open(io.BytesIO(printed(form, a_slip()))) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.MarkInfo.Marked and str(opened.Root.Lang) == "vi"
        described = bytes(opened.Root.Metadata.read_bytes()).decode()

    assert "pdfaid" in described and "pdfuaid" in described
    assert form.name in described and DRAFT in described


@pytest.mark.parametrize("name", FORMS)
def test_a_slip_that_is_kept_prints_the_same_for_ever(name: str) -> None:
    kept = json.loads(json.dumps(frozen(FORMS[name], a_slip())))

    again = slip_pdf(CATALOGUE, form_frozen_in(kept), kept)

    assert again == printed(FORMS[name], a_slip())


@settings(max_examples=40)
@given(typed=st.text(max_size=200), reasons=st.text(max_size=300))
def test_whatever_is_typed_makes_a_slip(typed: str, reasons: str) -> None:
    slip = a_slip(organisation=typed, reasons=reasons, items=(SlipItem(title=typed, reason=reasons),))

    frozen = slip.model_dump(mode="json")

    assert slip_pdf(CATALOGUE, FORMS[f"{NEW} supplement_slip"], frozen).startswith(b"%PDF")
