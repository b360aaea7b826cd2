"""The page of an official text holds its words, each provision with one address, and what is missing."""

from datetime import date

import markdown
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from processor.domain.official_text import Kind, OfficialText, normalised, read_official_text
from processor.publish.official_page import front_matter, page, to_markdown
from tests.official_texts import PLAN, RESOLUTION

EXTENSIONS = ["admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc", "hotro"]
EXTENSIONS += ["pymdownx.details", "pymdownx.snippets"]


def html(text: OfficialText) -> BeautifulSoup:
    return BeautifulSoup(markdown.markdown(to_markdown(text), extensions=EXTENSIONS), "html.parser")


def test_headings_never_skip_a_level() -> None:
    def levels(*paragraphs: str) -> list[int]:
        return [block.level for block in read_official_text(paragraphs).blocks if block.anchor]

    assert levels(*PLAN) == [2, 3, 2, 3, 3, 4, 0, 2]
    assert levels(*RESOLUTION) == [2, 3, 0, 0, 0, 0, 0, 2, 3, 4]
    assert levels("Điều 1. Một", "1. Khoản") == [2, 0]
    assert levels("I. Một", f"1. {'rất dài ' * 20}", "1.1. Ngắn") == [2, 0, 3]


def test_the_page_of_a_plan_reads_as_written() -> None:
    written = to_markdown(read_official_text(PLAN))

    assert (
        "## II. GIẢI PHÁP {#muc-ii}\n\n### 1. Tuyên truyền {#muc-ii-1}\n\n- Qua website;\n- Qua hội nghị.\n\n"
        in written
    )
    assert "#### 2.1. Nguồn {#muc-ii-2-1}\n\na) Ngân sách;\n{: #muc-ii-2-1-diem-a }\n" in written


def test_chapter_and_title_are_one_heading() -> None:
    written = to_markdown(read_official_text(RESOLUTION))

    assert "## Chương I QUY ĐỊNH CHUNG {#chuong-i}" in written
    assert "### Mục 1 TIÊU CHUẨN {#chuong-ii-muc-1}\n\n#### Điều 2: Mức {#dieu-2}" in written


def test_the_page_tells_its_source_then_what_is_missing_then_the_words() -> None:
    written = page(read_official_text(PLAN), "kế_hoạch.txt", "0f44", date(2026, 11, 24))

    assert written.startswith('---\ntitle: "Kế hoạch triển khai thực hiện Nghị quyết"\n')
    assert (
        "\n---\n\n# Kế hoạch triển khai thực hiện Nghị quyết {#van-ban}\n\nChép tự động từ tệp “kế\\_hoạch.txt”"
        in written
    )
    assert (
        "ngày 24/11/2026, mã SHA-256 `0f44`. Câu chữ giữ nguyên, chỗ trống trong bản gốc để trống."
        "\n{: data-search-exclude }\n\n" in written
    )
    assert written.index("- Không có mục III.\n\n") < written.index("\nSố: /KH-KHCN\n")
    assert "chỗ thiếu" not in page(read_official_text(RESOLUTION), "a.txt", "0f44", date(2026, 11, 24))


def test_the_front_matter_is_yaml_whatever_the_title() -> None:
    block = front_matter('Kế hoạch: “năm” "2024" #1', "tệp \\ lạ.docx", "0f44", date(2026, 11, 24))

    read = yaml.safe_load(block.strip("-\n"))

    assert read["title"] == 'Kế hoạch: “năm” "2024" #1'
    assert "tệp \\ lạ.docx" in read["description"]
    assert read["search"] == {"boost": 0.4}
    assert (read["source_file"], read["source_sha256"]) == ("tệp \\ lạ.docx", "0f44")
    assert read["imported_on"] == "2026-11-24"


@pytest.mark.parametrize("long", ["1. " + "dài " * 40, "1. Chủ trì việc này. Phối hợp việc kia."])
def test_a_long_provision_of_a_plan_is_a_paragraph_with_an_address(long: str) -> None:
    text = read_official_text(["I. MỤC", long])

    assert f"1\\. {normalised(long)[3:]}\n{{: #muc-i-1 }}" in to_markdown(text)


# fmt: off
ACTIVE = [
    "Điều 1.", "Điều 2:", "Chương I", "Mục 1", "PHỤ LỤC", "QUY ĐỊNH", "I.", "IV.", "1.", "2.", "2.1.", "10)", "a)",
    "đ)", "-", "+", "*", ">", "#", ":", "!!! note", "??? x", "///", "--8<--", "=", "===", "~~~", "``", "“", "”", "1\\.",
    "<div>", "<!--", "&lt;", "&#42;", "{: #a }", "{#x}", "((budget_2024))", "[ ]", "[a](b)", "[^1]:", "__", "---",
    "|", "\\", "*[H]: x",
]
# fmt: on
WORDS = st.one_of(
    st.sampled_from(ACTIVE), st.text(max_size=12), st.sampled_from(["hỗ trợ", "HĐND", "a_b_c", "đồng.", "x"])
)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), max_size=12)


def without_dash(block_text: str, kind: Kind) -> str:
    return block_text[2:] if kind is Kind.ITEM else block_text


@given(paragraphs=PARAGRAPHS)
@example(paragraphs=["- [ ] chọn", "- - -", "- 1. một", "+ phụ", "--8<-- “tệp”", "/// lien-he", "((x))", "(((x)))"])
def test_the_page_holds_exactly_the_words_and_each_address_once(paragraphs: list[str]) -> None:
    text = read_official_text([*paragraphs, "Điều 99. Hiệu lực"])

    shown = html(text)

    said = [normalised(line) for line in [*paragraphs, "Điều 99. Hiệu lực"]]
    assert " ".join(block.text for block in text.blocks) == " ".join(filter(None, said))
    assert shown.get_text(" ").split() == " ".join(without_dash(b.text, b.kind) for b in text.blocks).split()
    assert sorted(tag["id"] for tag in shown.find_all(id=True)) == sorted(b.anchor for b in text.blocks if b.anchor)
    assert all(block.anchor.isascii() for block in text.blocks)
