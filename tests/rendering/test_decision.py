"""The draft decision and the letter of refusal: what they say, as PDF and as a Word file from one description."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.slips.decision_texts import PLACEHOLDERS, DecisionContent, SupportLine
from processor.rendering.documents.decision import decision_docx, decision_pdf
from processor.rendering.documents.decision_text import Said, SumsTable, draft_text
from processor.rendering.documents.decision_text import words_of as filled_words
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.slips import ALPHABET, MARKUP, pages_of, signs_outside, squeezed, words_of

CATALOGUE = load_catalogue(ROOT / "forms")
DEPARTMENT, AGENCY = "Sở Khoa học và Công nghệ", "Chi cục Ví dụ"
RESOLUTION = "Nghị quyết số 43/2022/NQ-HĐND ngày 09/12/2022 của Hội đồng nhân dân (HĐND) tỉnh Bắc Giang"


def a_line(number: int = 1, **changed: Any) -> SupportLine:
    name = f"Hợp tác xã Ví dụ {number}"
    return replace(SupportLine(name, "0100109106", "Áp dụng ISO 22000", 42_000_000), **changed)


def a_decision(*lines: SupportLine, **changed: Any) -> DecisionContent:
    year = changed.get("year", 2026)
    grounds = tuple(CATALOGUE.decision.grounds_of(year))
    made = DecisionContent("approved", DEPARTMENT, AGENCY, year, grounds, lines or (a_line(),))
    return replace(made, **changed)


def a_letter(*lines: SupportLine, **changed: Any) -> DecisionContent:
    told = {"outcome": "rejected", "reasons": "Thiếu hợp đồng.\nThiếu hóa đơn.", "contact": "Chi cục Ví dụ"}
    return a_decision(*lines, **(told | changed))


def word_of(content: DecisionContent) -> Any:
    return docx.Document(io.BytesIO(decision_docx(CATALOGUE, content)))


def paragraphs(document: Any) -> Iterator[Any]:
    """Those of the body and of every cell, in order."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document)


def word_text(document: Any) -> str:
    return " ".join(paragraph.text for paragraph in paragraphs(document))


def test_a_decision_has_its_nine_components_and_what_is_open_is_left_in_dots() -> None:
    said = words_of(decision_pdf(CATALOGUE, a_decision(a_line(1), a_line(2, amount=8_000_000))))

    for told in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Số: ………/QĐ-KHCN",
        "………, ngày ……… tháng ……… năm 2026",
        f"QUYẾT ĐỊNH Về việc hỗ trợ kinh phí theo {RESOLUTION}",
        "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        f"Căn cứ {RESOLUTION} về hỗ trợ áp dụng tiêu chuẩn, công cụ, mô hình",
        "Theo đề nghị của Chi cục Ví dụ.",
        "Điều 1.",
        "tổng số tiền 50.000.000 đồng (Bằng chữ: năm mươi triệu đồng)",
        "1 Hợp tác xã Ví dụ 1, 0100109106 Áp dụng ISO 22000 42.000.000",
        "Tổng cộng 50.000.000",
        "Điều 2. Nguồn kinh phí: ……",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
        "Nơi nhận: - Như Điều 3; - Lưu: VT, TĐC.",
        "GIÁM ĐỐC ……",
    ):
        assert squeezed(told) in squeezed(said), (told, said)


def test_what_the_records_office_gave_stands_in_its_place_with_zeros_before_small_numbers() -> None:
    given = {"number": 5, "dated": date(2026, 2, 3), "place": "Nơi Ví Dụ", "signer": "Nguyễn Văn Ví Dụ"}

    said = words_of(decision_pdf(CATALOGUE, a_decision(**given, parent="Cấp trên Ví dụ", funding="dự toán năm 2026")))

    for told in (
        "Số: 05/QĐ-KHCN",
        "Nơi Ví Dụ, ngày 03 tháng 02 năm 2026",
        "Nguyễn Văn Ví Dụ",
        "CẤP TRÊN VÍ DỤ",
        "Nguồn kinh phí: dự toán năm 2026.",
    ):
        assert told in said


def test_the_plan_of_2024_is_a_ground_of_that_year_alone() -> None:
    grounds = [" ".join(draft_text(CATALOGUE, a_decision(year=year)).grounds) for year in (2024, 2026)]

    assert ["Kế hoạch số ………/KH-KHCN ngày ……… tháng 3 năm 2024" in text for text in grounds] == [True, False]
    assert all(RESOLUTION in text for text in grounds)


def test_the_names_that_the_texts_may_use_are_those_that_are_filled() -> None:
    assert filled_words(CATALOGUE, a_decision()).keys() == PLACEHOLDERS


def test_a_letter_says_to_whom_about_what_and_why_and_its_symbol_is_left_open() -> None:
    said = words_of(decision_pdf(CATALOGUE, a_letter()))

    for told in (
        "Số: ………/………",
        "V/v kết quả thẩm định hồ sơ đề nghị hỗ trợ",
        "Kính gửi: Hợp tác xã Ví dụ 1",
        "Nội dung đề nghị: Áp dụng ISO 22000.",
        "hồ sơ không được hỗ trợ. Lý do: Thiếu hợp đồng. Thiếu hóa đơn.",
        "hỏi Chi cục Ví dụ./.",
        "- Như trên;",
    ):
        assert squeezed(told) in squeezed(said), (told, said)
    assert "Căn cứ" not in said and "QUYẾT ĐỊNH" not in said


def test_a_letter_to_several_names_each_once() -> None:
    said = words_of(decision_pdf(CATALOGUE, a_letter(a_line(1), a_line(2), a_line(1, matter="Công bố hợp chuẩn"))))

    assert "Kính gửi: - Hợp tác xã Ví dụ 1 - Hợp tác xã Ví dụ 2 Sở" in said
    assert said.count("Nội dung đề nghị") == 3


@pytest.mark.parametrize("content", [a_decision(a_line(1), a_line(2)), a_letter()], ids=["decision", "letter"])
def test_both_files_say_the_same(content: DecisionContent) -> None:
    text = draft_text(CATALOGUE, content)

    said = [words_of(decision_pdf(CATALOGUE, content)), word_text(word_of(content))]

    plain = [text.state, text.motto, text.number, text.about, text.place_and_day, *text.grounds, *text.recipients]
    parts = [part.words for part in text.body if isinstance(part, Said)]
    cells = [cell for part in text.body if isinstance(part, SumsTable) for row in part.rows for cell in row]
    for words in (*plain, text.issuer.upper(), text.signer_title.upper(), *text.addressees, *parts, *cells):
        assert [squeezed(words) in squeezed(one) for one in said] == [True, True], words


def test_pages_after_the_first_are_numbered_at_the_top_and_forty_dossiers_fit() -> None:
    lines = [a_line(n, organisation=f"{n}. {'Hợp tác xã nông nghiệp ' * 9}"[:200]) for n in range(1, 41)]

    pdf = decision_pdf(CATALOGUE, a_decision(*lines))

    pages = list(pypdfium2.PdfDocument(pdf))
    tops = [page.get_textpage().get_text_bounded(bottom=842 - 56).strip() for page in pages]
    assert tops[1:] == list(map(str, range(2, len(pages) + 1)))
    assert "1" not in tops[0]
    assert {tuple(map(round, page.get_size())) for page in pages} == {(595, 842)}
    assert signs_outside(pdf) == []
    said = squeezed(words_of(pdf))
    assert [n for n in range(1, 41) if squeezed(lines[n - 1].organisation) not in said] == []
    assert squeezed("1.680.000.000 đồng (Bằng chữ: một tỷ sáu trăm tám mươi triệu đồng)") in said
    assert all("Số tiền (đồng)" in page for page in pages_of(pdf)[:-1])


@pytest.mark.parametrize("make", [a_decision, a_letter])
def test_every_letter_of_vietnamese_is_drawn_and_markup_stays_text(make: Any) -> None:
    content = make(a_line(organisation=f"{ALPHABET} {MARKUP}"))

    said = [words_of(decision_pdf(CATALOGUE, content)), word_text(word_of(content))]

    assert [squeezed(f"{ALPHABET} {MARKUP}") in squeezed(one) for one in said] == [True, True]


@pytest.mark.parametrize("make", [a_decision, a_letter])
def test_the_pdf_is_made_to_last_and_to_be_read_aloud(make: Any) -> None:
    with pikepdf.open(io.BytesIO(decision_pdf(CATALOGUE, make()))) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.MarkInfo.Marked and str(opened.Root.Lang) == "vi"
        described = bytes(opened.Root.Metadata.read_bytes()).decode()

    assert "pdfaid" in described and "pdfuaid" in described


def test_the_same_decision_is_the_same_pdf() -> None:
    assert decision_pdf(CATALOGUE, a_decision()) == decision_pdf(CATALOGUE, a_decision())


@pytest.mark.parametrize("make", [a_decision, a_letter])
def test_the_word_file_has_the_sheet_and_the_margins_of_the_decree(make: Any) -> None:
    (section,) = word_of(make()).sections

    sheet = (section.page_width, section.page_height)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in sheet] == [210, 297]
    assert [round(length.mm) for length in margins] == [20, 20, 30, 20]


def test_the_word_file_numbers_its_pages_from_the_second_at_the_top() -> None:
    (section,) = word_of(a_decision()).sections

    header = section.header.paragraphs[0]
    assert section.different_first_page_header_footer
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [part.text for part in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert section.first_page_header.paragraphs[0].text == ""


def test_the_word_file_is_set_in_times_new_roman_in_the_sizes_of_the_decree() -> None:
    document = word_of(a_decision())

    sizes = {p.text: p.runs[0].font.size for p in paragraphs(document) if p.runs and p.text}
    styles = [document.styles[name] for name in ("Normal", "Heading 1")]
    assert [(style.font.name, style.font.size) for style in styles] == [("Times New Roman", Pt(14))] * 2
    assert {face for style in styles for face in style.element.rPr.rFonts.attrib.values()} == {"Times New Roman"}
    assert sizes["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"] == Pt(12)
    assert sizes["Độc lập - Tự do - Hạnh phúc"] == sizes["Số: ………/QĐ-KHCN"] == Pt(13)
    assert (sizes["Nơi nhận:"], sizes["- Như Điều 3;"]) == (Pt(12), Pt(11))


def test_the_table_of_the_word_file_adds_up_and_its_head_is_repeated() -> None:
    document = word_of(a_decision(a_line(1), a_line(2, amount=8_000_000)))

    table = next(one for one in document.tables if one.cell(0, 0).text == "TT")
    amounts = [row.cells[3].text for row in table.rows]
    assert amounts == ["Số tiền (đồng)", "42.000.000", "8.000.000", "50.000.000"]
    assert table.rows[-1].cells[0].text == "Tổng cộng"
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_word_file_names_itself_and_its_language() -> None:
    document = word_of(a_decision())

    assert document.core_properties.title.startswith("Quyết định Về việc hỗ trợ kinh phí")
    assert document.core_properties.language == "vi-VN"
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"


@settings(max_examples=40)
@given(typed=st.text(max_size=200), reasons=st.text(max_size=300), refused=st.booleans())
def test_whatever_is_typed_makes_both_files(typed: str, reasons: str, refused: bool) -> None:
    line = a_line(organisation=typed, matter=reasons)
    content = a_letter(line, reasons=reasons) if refused else a_decision(line)

    pdf, word = decision_pdf(CATALOGUE, content), word_text(word_of(content))

    assert pdf.startswith(b"%PDF")
    assert not [sign for sign in word if unicodedata.category(sign) == "Cs"]
