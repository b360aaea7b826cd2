"""The material as a unit prints it: one page each, every word there, the code leads to the channel's link."""

import io
import re
from datetime import date

import docx
import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.policy import SupportType
from processor.rendering.documents.material import card_pdf, leaflet_pdf, letter_docx, post_html, post_text, slides_pdf
from processor.services.outreach.outreach import link_path, subjects
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue

TODAY = date(2026, 11, 24)
SITE = "https://ho-tro.so-khoa-hoc-va-cong-nghe.vi-du.example"
CHANNEL = "nang-suat-chat-luong"
CATALOGUE = load_catalogue(ROOT / "forms")
SUBJECTS = ["chung", *subjects(CATALOGUE)]
MARK = re.compile(r"^(- |[1-9]\. )", re.MULTILINE)
PRINTED = {"leaflet": (leaflet_pdf, (210, 297)), "card": (card_pdf, (105, 148))}


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def of(subject: str) -> SupportType | None:
    return subjects(CATALOGUE).get(subject)


def link(subject: str) -> str:
    return SITE + link_path(CHANNEL, subject)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("kind", PRINTED)
def test_a_sheet_is_one_page_of_its_size_and_its_code_leads_to_the_link(kind: str, subject: str) -> None:
    make, (width, height) = PRINTED[kind]

    document = pypdfium2.PdfDocument(make(CATALOGUE, of(subject), link(subject), TODAY))

    (page,) = list(document)
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [width, height]
    (code,) = zxingcpp.read_barcodes(page.render(scale=3, grayscale=True).to_pil())
    assert code.text == link(subject)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("kind", PRINTED)
def test_a_sheet_holds_its_title_who_is_supported_and_both_warnings(kind: str, subject: str) -> None:
    support, handout = of(subject), CATALOGUE.publicity.handout

    said = words(PRINTED[kind][0](CATALOGUE, support, link(subject), TODAY))

    assert (support.title if support else handout.general_title) in said
    assert "Loại hình: doanh nghiệp, hợp tác xã và liên hiệp hợp tác xã" in said
    assert [name for name in ("official", "territory") if CATALOGUE.texts.notices[name].title not in said] == []
    assert "\u25a1" not in said


def test_the_longest_agency_and_address_still_fit_one_page() -> None:
    long = CATALOGUE.agency.model_copy(update={"contact_phone": "0204 3854 321 999"})
    wordy = {**CATALOGUE.__dict__, "agency": long}
    wordy.pop("outreach", None)
    catalogue = Catalogue(**wordy)
    address = (
        f"{SITE}/duong-dan-rat-dai-cua-mot-cai-dat-phia-sau-may-chu-chung{link_path('thanh-tra-kiem-tra', 'cong-cu')}"
    )

    pages = [
        len(pypdfium2.PdfDocument(make(catalogue, of(subject), address, TODAY)))
        for make, _ in PRINTED.values()
        for subject in SUBJECTS
    ]

    assert set(pages) == {1}


def test_known_figures_are_told_and_unknown_ones_are_not_filled_in() -> None:
    known, unknown = (words(leaflet_pdf(CATALOGUE, of(name), SITE, TODAY)) for name in ("tieu-chuan", "cong-cu"))

    assert "50% chi phí xây dựng, áp dụng và đánh giá; mức tối đa: 50.000.000 đồng cho mỗi tiêu chuẩn." in known
    assert "đồng" not in unknown.replace("Hội đồng", "")
    assert f"{UNKNOWN}. Vẫn đăng ký nhu cầu được" in unknown


def test_slides_stand_one_to_a_page_in_wide_format() -> None:
    document = pypdfium2.PdfDocument(slides_pdf(CATALOGUE, link("chung"), TODAY))

    titles = [slide.title for slide in CATALOGUE.publicity.slides]
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]

    assert [title in page for title, page in zip(titles, pages, strict=True)] == [True] * len(titles)
    assert {round(page.get_width() / page.get_height(), 2) for page in document} == {1.78}
    assert {code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())} == {
        link("chung")
    }


def test_the_letter_goes_to_the_bodies_that_still_exist_with_number_and_day_left_open() -> None:
    document = docx.Document(io.BytesIO(letter_docx(CATALOGUE, link("chung"), f"{SITE}/tuyen-truyen", TODAY)))
    head, end = document.tables[0], document.tables[-1]
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)

    assert [line for line in said.splitlines() if line.startswith("- ")] == [
        "- Ban Quản lý các khu công nghiệp tỉnh",
        "- Liên minh Hợp tác xã tỉnh",
        "- Đảng ủy Khối Doanh nghiệp tỉnh",
    ]
    assert head.rows[1].cells[0].text.startswith("Số: ………/………")
    assert "tháng ……… năm 2026" in head.rows[1].cells[1].text
    assert link("chung") in said
    assert "huyện" not in said
    assert "GIÁM ĐỐC" in end.rows[0].cells[1].text


def test_before_the_district_level_ended_its_committees_were_asked_too() -> None:
    document = docx.Document(io.BytesIO(letter_docx(CATALOGUE, link("chung"), SITE, date(2025, 6, 30))))

    assert "- Ủy ban nhân dân các huyện, thành phố, thị xã" in [one.text for one in document.paragraphs]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_text_for_a_website_says_the_same_as_html_and_as_plain_words(subject: str) -> None:
    html, plain = (make(CATALOGUE, of(subject), link(subject), TODAY).decode() for make in (post_html, post_text))

    assert BeautifulSoup(html, "html.parser").get_text(" ").split() == MARK.sub("", plain).split()
    assert f'<a href="{link(subject)}">' in html
    assert "style=" not in html and "<script" not in html


def test_the_same_sheet_on_the_same_day_is_the_same_file(catalogue: Catalogue) -> None:
    first, second = (card_pdf(catalogue, None, link("chung"), TODAY) for _ in range(2))

    assert first == second
