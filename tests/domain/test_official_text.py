"""An official text keeps its words and gains one address for each provision."""

from collections.abc import Sequence

import pytest

from processor.domain.official_text import NoProvision, gaps, normalised, read_official_text
from tests.official_texts import PLAN, RESOLUTION


def anchors(*paragraphs: str) -> list[str]:
    return [block.anchor for block in read_official_text(paragraphs).blocks if block.anchor]


def test_a_plan_has_an_address_for_each_section_and_number() -> None:
    assert anchors(*PLAN) == [
        "muc-i",
        "muc-i-1",
        "muc-ii",
        "muc-ii-1",
        "muc-ii-2",
        "muc-ii-2-1",
        "muc-ii-2-1-diem-a",
        "muc-iv",
    ]


def test_a_resolution_has_an_address_for_each_chapter_article_clause_and_point() -> None:
    assert anchors(*RESOLUTION) == [
        "chuong-i",
        "dieu-1",
        "dieu-1-khoan-1",
        "dieu-1-khoan-1-diem-a",
        "dieu-1-khoan-1-diem-d",
        "dieu-1-khoan-1-diem-dd",
        "dieu-1-khoan-2",
        "chuong-ii",
        "chuong-ii-muc-1",
        "dieu-2",
    ]


def test_the_second_provision_at_an_address_says_so_and_so_do_those_it_holds() -> None:
    assert anchors("II. Một", "2. Hai", "II. Lại", "2. Hai") == ["muc-ii", "muc-ii-2", "muc-ii-lan-2", "muc-ii-lan-2-2"]


def test_an_annex_and_a_text_issued_with_this_one_number_their_own_articles() -> None:
    decision = ["Điều 1. Ban hành", "QUY ĐỊNH", "Về hỗ trợ", "Điều 1. Phạm vi", "PHỤ LỤC I", "MẪU ĐƠN", "1. Họ tên"]

    assert anchors(*decision) == ["dieu-1", "quy-dinh", "quy-dinh-dieu-1", "phu-luc-i", "phu-luc-i-muc-1"]


def test_a_plan_within_an_article_has_numbered_headings_and_the_next_article_ends_it() -> None:
    approval = ["Điều 1. Phê duyệt kế hoạch", "I. MỤC TIÊU", "1. Chung", "Điều 2. Hiệu lực", "1. Từ ngày ký"]

    blocks = read_official_text(approval).blocks

    assert [block.anchor for block in blocks] == [
        "dieu-1",
        "dieu-1-muc-i",
        "dieu-1-muc-i-1",
        "dieu-2",
        "dieu-2-khoan-1",
    ]
    assert [block.level for block in blocks] == [2, 3, 4, 2, 0]


def test_words_quoted_from_another_text_are_no_provisions_of_this_one() -> None:
    amendment = ["Điều 1. Sửa đổi", "1. Sửa đổi Điều 7:", "“Điều 7. Hồ sơ", "1. Đơn;", "2. Ảnh.”", "2. Bãi bỏ Điều 8."]

    assert anchors(*amendment) == ["dieu-1", "dieu-1-khoan-1", "dieu-1-khoan-2"]
    assert gaps(read_official_text(amendment))[2:] == []


def test_a_quotation_that_never_ends_hides_nothing() -> None:
    assert anchors("“Điều 1. Một", "Điều 2. Hai") == ["dieu-2"]


@pytest.mark.parametrize(
    "line",
    [
        "810.000.000 đồng",
        "15.10.2024 là hạn cuối",
        "2024. Năm nay",
        "Chương II của Nghị định này",
        "Điều 5 của Nghị quyết này",
        "Mục 1.2 của Phụ lục",
        "X-quang",
        "1. | Máy đo | 2",
        "1.",
        "-Lưu",
    ],
)
def test_what_only_begins_like_a_provision_is_none(line: str) -> None:
    assert anchors("Điều 1. Một", line) == ["dieu-1"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (PLAN[:4], "Kế hoạch triển khai thực hiện Nghị quyết"),
        (RESOLUTION[:5], "Nghị quyết quy định chính sách hỗ trợ trên địa bàn tỉnh Bắc Giang"),
        (["**KẾ HOẠCH**", "--------", "UBND tỉnh năm 2024"], "Kế hoạch UBND tỉnh năm 2024"),
        (["KẾ HOẠCH Triển khai"], "Kế hoạch triển khai"),
        (["SỞ KẾ HOẠCH", "LUẬT", "Doanh nghiệp"], "Luật Doanh nghiệp"),
        (["QUYẾT ĐỊNH", "VỀ VIỆC GIAO VỐN"], "Quyết định VỀ VIỆC GIAO VỐN"),
        (["QUYẾT ĐỊNH"], "Quyết định"),
        (["Số: 5/SKHCN", "V/v đăng ký nhu cầu"], "Công văn về việc đăng ký nhu cầu"),
        (["Bản ghi nhớ"], "Bản ghi nhớ"),
    ],
)
def test_the_title_is_the_type_and_the_abstract(head: Sequence[str], title: str) -> None:
    assert read_official_text([*head, "1. Một"]).title == title


def test_blank_numbers_blank_days_and_holes_are_told() -> None:
    assert gaps(read_official_text(PLAN)) == [
        "Số của văn bản để trống: “Số: /KH-KHCN”.",
        "Chỗ ghi ngày của văn bản để trống: “Bắc Giang, ngày tháng 3 năm 2024”.",
        "Không có mục III.",
    ]
    assert gaps(read_official_text(RESOLUTION)) == []


@pytest.mark.parametrize(
    ("paragraphs", "told"),
    [
        (["Điều 1. Một", "2. Hai", "Điều 4. Bốn"], ["khoản 1 Điều 1", "Điều 2", "Điều 3"]),
        (["Chương I", "Mục 2. Hai", "Chương III"], ["Mục 1 Chương I", "Chương II"]),
        (["I. Một", "2. Hai", "2.2. Hai hai"], ["mục I.1", "mục I.2.1"]),
        (["1. Một", "3. Ba", "Phụ lục", "2. Hai"], ["mục 2", "mục 1 Phụ lục"]),
        (["Điều 1. Một", "Điều 1a. Thêm", "Điều 2. Hai"], []),
    ],
)
def test_each_hole_is_named_as_it_would_be_cited(paragraphs: list[str], told: list[str]) -> None:
    whole = [*RESOLUTION[:2], *paragraphs]

    assert gaps(read_official_text(whole)) == [f"Không có {name}." for name in told]


def test_a_head_on_one_line_is_read_and_a_missing_one_is_told() -> None:
    merged = read_official_text(["Số: /KH-KHCN Bắc Giang, ngày … tháng … năm 2024", "1. Một"])

    assert (merged.number_line, merged.day_line) == ("Số: /KH-KHCN", "Bắc Giang, ngày … tháng … năm 2024")
    assert gaps(merged)[1] == f"Chỗ ghi ngày và tháng của văn bản để trống: “{merged.day_line}”."
    assert gaps(read_official_text(["1. Một"])) == ["Không thấy số của văn bản.", "Không thấy ngày của văn bản."]


@pytest.mark.parametrize("paragraphs", [[], ["  "], ["Thư mời họp", "- Kính mời"]])
def test_a_text_without_provisions_is_refused(paragraphs: list[str]) -> None:
    with pytest.raises(NoProvision, match=r"không có chương, điều, mục hay khoản nào"):
        read_official_text(paragraphs)


def test_letters_are_composed_and_blanks_collapsed_and_the_words_kept() -> None:
    assert normalised("  Điê\u0300u\u00a0\t1.\ufeff Số: /KH ") == "Điều 1. Số: /KH"
