"""A term leads to its meaning once a page, in running text and nowhere else."""

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import markdown

from processor.domain.catalogue import Catalogue


def terms(text: str) -> list[Tag]:
    page = BeautifulSoup(markdown(text, extensions=["attr_list", "tables", "hotro"]), "html.parser")
    return page.select("a.hotro-term")


def test_the_first_time_a_term_stands_on_a_page_leads_to_its_meaning(catalogue: Catalogue) -> None:
    (link,) = terms("Giữ mã truy cập.\n\nMã truy cập chỉ hiện một lần.")

    meaning = catalogue.glossary.spellings["mã truy cập"].meaning
    assert (link["href"], link["title"], link.get_text()) == ("/thuat-ngu/#ma-truy-cap", meaning, "mã truy cập")


def test_an_abbreviation_is_the_term(catalogue: Catalogue) -> None:
    (link,) = terms("Số hiệu TCCS ghi trên nhãn; tiêu chuẩn cơ sở do đơn vị công bố.")

    assert (link["href"], link.get_text()) == ("/thuat-ngu/#tieu-chuan-co-so", "TCCS")


@pytest.mark.parametrize(
    "text",
    [
        "## Mã truy cập",
        "[Tra cứu bằng mã truy cập](tra-cuu.md)",
        "`mã truy cập`",
        "Mã truy cậpx",
        "# Văn bản {#van-ban}\n\nMã truy cập.",
        "/// thuat-ngu\n///\n\nMã truy cập.",
        "Hồ sơ gồm giấy tờ.",
    ],
)
def test_headings_links_code_official_texts_and_common_words_stay_bare(text: str) -> None:
    assert terms(text) == []


def test_words_around_a_term_stay_as_they_are() -> None:
    page = BeautifulSoup(markdown("**Giữ** mã truy cập & *thẩm định* <kỹ>.", extensions=["hotro"]), "html.parser")

    assert page.get_text().strip() == "Giữ mã truy cập & thẩm định ."


def test_every_anchor_is_its_own(catalogue: Catalogue) -> None:
    anchors = [term.anchor for term in catalogue.glossary.terms]

    assert len(anchors) == len(set(anchors)) and all(anchor.isascii() for anchor in anchors)
