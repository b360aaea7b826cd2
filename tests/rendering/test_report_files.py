"""A report as XLSX, CSV, DOCX, JSON and page: the same figures, and nothing typed becomes a formula."""

import csv
import io
import itertools
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.domain.agency import UNKNOWN
from processor.domain.figures.report import ChartText, ColumnText, Report, ReportText, Row, Table, TableText
from processor.rendering.charts import MOST_BARS
from processor.rendering.documents.comma_file import FORMULA_SIGNS, comma_lines, harmless
from processor.rendering.documents.report_word import MOST_ROWS as MOST_IN_WORD
from processor.rendering.documents.report_word import report_word_file
from processor.rendering.documents.workbook import HEAD_ROW, write_workbook
from processor.rendering.reports import MOST_ROWS, as_document, tables_html

COLUMNS = (
    ColumnText(id="organisation", label="Tổ chức"),
    ColumnText(id="amount", label="Số tiền (đồng)", kind="money"),
    ColumnText(id="received_on", label="Ngày nhận", kind="day"),
    ColumnText(id="share", label="Tỷ lệ", kind="percent"),
)
TABLE = TableText(
    id="sums",
    title="Số tiền năm {year}",
    sheet="Số tiền",
    columns=COLUMNS,
    chart=ChartText(label="organisation", values=("amount",)),
)
TEXT = ReportText(
    id="example",
    order=1,
    title="Báo cáo ví dụ năm {year}",
    about="Ví dụ.",
    method=("Cách {how}.",),
    empty="Không có gì.",
    tables=(TABLE,),
    main="sums",
)
ROWS: list[Row] = [
    ("Hợp tác xã Ví dụ", 12_345_678_901, date(2026, 3, 2), 12.5),
    ('=HYPERLINK("http://vi-du.example")', None, date(2026, 3, 3), 0.0),
]
UNPRINTED: Sequence[Literal["C"]] = ("C",)
TOTAL: Row = ("Cộng", 12_345_678_901, "", 12.5)


def a_report(rows: list[Row] | Iterator[Row], total: Row | None = TOTAL, empty: bool = False) -> Report:
    made_at = datetime(2026, 11, 25, 1, tzinfo=UTC)
    return Report(TEXT, 2026, made_at, (Table(TABLE, rows, total),), empty, {"how": "đếm"})


def test_the_workbook_holds_titles_figures_and_the_method(tmp_path: Path) -> None:
    write_workbook(a_report(ROWS), tmp_path / "r.xlsx")

    book = openpyxl.load_workbook(tmp_path / "r.xlsx")

    sheet = book["Số tiền"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[:2] == [["Báo cáo ví dụ năm 2026", None, None, None], ["Số tiền năm 2026", None, None, None]]
    assert lines[HEAD_ROW] == ["Tổ chức", "Số tiền (đồng)", "Ngày nhận", "Tỷ lệ"]
    assert lines[HEAD_ROW + 1] == ["Hợp tác xã Ví dụ", 12_345_678_901, datetime(2026, 3, 2), 12.5]
    assert lines[HEAD_ROW + 2][1] == UNKNOWN
    assert lines[HEAD_ROW + 3] == ["Cộng", 12_345_678_901, "", 12.5]
    assert [cell.value for cell in book["Cách tính"]["A"]] == ["Báo cáo ví dụ năm 2026", "Ví dụ.", "Cách đếm."]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.sampled_from(FORMULA_SIGNS), st.text(st.characters(exclude_categories=UNPRINTED), max_size=20))
def test_no_cell_can_become_a_formula(tmp_path: Path, sign: str, rest: str) -> None:
    report = a_report([(sign + rest, 1, date(2026, 1, 1), 0.0)], None)

    write_workbook(report, tmp_path / "f.xlsx")

    cell = openpyxl.load_workbook(tmp_path / "f.xlsx")["Số tiền"].cell(HEAD_ROW + 2, 1)
    assert cell.data_type == "s" and not harmless(sign + rest).startswith(FORMULA_SIGNS)


def test_the_comma_file_is_read_by_programs_and_by_spreadsheets() -> None:
    text = "".join(comma_lines(Table(TABLE, ROWS, TOTAL)))

    assert text.startswith("\ufeff")
    read = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert read[0] == {
        "organisation": "Hợp tác xã Ví dụ",
        "amount": "12345678901",
        "received_on": "2026-03-02",
        "share": "12.5",
    }
    assert read[1]["organisation"].startswith("'=") and read[1]["amount"] == ""
    assert len(read) == len(ROWS)


def test_programs_read_plain_figures() -> None:
    told = json.loads(json.dumps(as_document(a_report(ROWS))))

    table = told["tables"][0]
    assert table["rows"][0]["amount"] == 12_345_678_901 and table["rows"][1]["amount"] is None
    assert table["total"]["amount"] == 12_345_678_901
    assert (told["title"], told["method"]) == ("Báo cáo ví dụ năm 2026", ["Cách đếm."])


def test_the_page_shows_a_picture_and_the_table_beside_it() -> None:
    page = BeautifulSoup(tables_html(a_report(ROWS)), "html.parser")

    picture, table = page.select_one("svg[role=img]"), page.select_one("table")
    assert picture and table
    assert picture["aria-label"] == "Số tiền năm 2026. Số liệu ở bảng bên dưới."
    assert "12.345.678.901\u00a0đồng" in picture.get_text() and UNKNOWN in picture.get_text()
    assert [cell.get_text() for cell in table.select("tbody tr")[0].select("td")] == [
        "Hợp tác xã Ví dụ",
        "12.345.678.901",
        "02/03/2026",
        "12,5%",
    ]


def test_a_long_table_is_cut_on_the_page_and_says_so() -> None:
    rows: Iterator[Row] = (("Ví dụ", number, date(2026, 1, 1), 1.0) for number in itertools.count())

    page = BeautifulSoup(tables_html(a_report(rows, None)), "html.parser")

    assert len(page.select("tbody tr")) == MOST_ROWS
    assert f"Trang này hiện {MOST_ROWS} dòng đầu" in page.get_text()
    assert f"Biểu đồ vẽ {MOST_BARS} dòng đầu" in page.get_text()


def test_a_year_without_data_says_so_on_the_page_and_in_word(tmp_path: Path) -> None:
    page = tables_html(a_report([], None, empty=True))
    report_word_file(a_report([], None, empty=True), str(tmp_path / "r.docx"))

    assert "Không có gì." in page and "Không có số liệu." in page
    words = [paragraph.text for paragraph in docx.Document(str(tmp_path / "r.docx")).paragraphs]
    assert "Không có gì." in words and "Không có số liệu." in words


def test_word_holds_the_table_that_goes_into_a_letter(tmp_path: Path) -> None:
    report_word_file(a_report(ROWS), str(tmp_path / "r.docx"))

    document = docx.Document(str(tmp_path / "r.docx"))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells] == ["Hợp tác xã Ví dụ", "12.345.678.901", "02/03/2026", "12,5%"]
    assert [cell.text for cell in table.rows[3].cells] == ["Cộng", "12.345.678.901", "", "12,5%"]
    assert document.paragraphs[0].text == "Báo cáo ví dụ năm 2026"


def test_a_table_too_long_for_word_names_the_file_that_holds_it_all(tmp_path: Path) -> None:
    rows: list[Row] = [("Ví dụ", 1, date(2026, 1, 1), 1.0)] * (MOST_IN_WORD + 1)

    report_word_file(a_report(rows, None), str(tmp_path / "r.docx"))

    document = docx.Document(str(tmp_path / "r.docx"))
    assert len(document.tables[0].rows) == MOST_IN_WORD + 1
    assert any("Tải XLSX" in paragraph.text for paragraph in document.paragraphs)


def test_progress_is_told_every_thousand_rows(tmp_path: Path) -> None:
    rows: list[Row] = [("Ví dụ", 1, date(2026, 1, 1), 1.0)] * 2500
    told: list[int] = []

    write_workbook(a_report(rows), tmp_path / "r.xlsx", told.append)

    assert told == [1000, 2000]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@tên", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"])
def test_a_sign_that_begins_a_formula_is_disarmed(text: str) -> None:
    assert harmless(text) == f"'{text}"
