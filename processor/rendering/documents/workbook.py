"""A report as an XLSX file: a sheet for each table, row by row to the disk, however many rows there are.

Text is always written as text: what somebody typed can never become a formula.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from processor.domain.agency import UNKNOWN
from processor.domain.figures.report import Cell, CellKind, ColumnText, Progress, Report, Table

HEAD_ROW = 3
LINE_HEIGHT = 15
ROOMY, CROWDED = 8, 20
WIDTHS: dict[CellKind, int] = {"text": 32, "count": 12, "money": 20, "percent": 10, "days": 14, "day": 13, "link": 32}
FORMATS: dict[CellKind, str] = {
    "count": "#,##0",
    "money": "#,##0",
    "percent": '0.0"%"',
    "days": "0.0",
    "day": "dd/mm/yyyy",
}
MOST_LINES = 27
"""A row of a spreadsheet cannot be higher."""
EVERY = 1000


def write_workbook(report: Report, path: Path, progress: Progress = lambda rows: None) -> None:
    """`progress` is told how many rows are written, every thousand."""
    options = {"constant_memory": True, "in_memory": False, "default_date_format": FORMATS["day"]}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": report.title, "created": report.made_at.replace(tzinfo=None)})
    looks = Looks(book)
    written = 0
    for table in report.tables:
        written = write_sheet(book, looks, report, table, written, progress)
    write_method(book, looks, report)
    book.close()


class Looks:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"italic": True})
        self.head = book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEEEEE"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.cells = {kind: book.add_format({"num_format": form, "valign": "top"}) for kind, form in FORMATS.items()}
        self.totals = {
            kind: book.add_format({"num_format": form, "bold": True, "top": 1}) for kind, form in FORMATS.items()
        }
        self.cells["day"].set_align("center")
        self.cells["text"] = self.cells["link"] = self.wrapped
        self.totals["text"] = self.totals["link"] = book.add_format({"bold": True, "top": 1})


def write_sheet(book: Any, looks: Looks, report: Report, table: Table, written: int, progress: Progress) -> int:
    """How many rows are written by now, those of earlier sheets included."""
    sheet = book.add_worksheet(table.text.sheet)
    columns = table.text.columns
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    widths = widths_of(columns)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, report.title, looks.title)
    sheet.write_string(1, 0, report.words(table.text.title), looks.title)
    sheet.write_string(2, 0, report.words(table.text.note), looks.note)
    heads = [report.words(column.label) for column in columns]
    set_height(sheet, HEAD_ROW, heads, widths)
    for place, head in enumerate(heads):
        sheet.write_string(HEAD_ROW, place, head, looks.head)
    first = last = HEAD_ROW + 1
    for last, row in enumerate(table.rows, start=first):
        set_height(sheet, last, row, widths)
        write_row(sheet, last, row, columns, looks.cells)
        written += 1
        if written % EVERY == 0:
            progress(written)
    if table.total:
        write_row(sheet, last + 1, table.total, columns, looks.totals)
    sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
    return written


def widths_of(columns: Sequence[ColumnText]) -> list[int]:
    """In letters; where many columns share a printed page, text breaks sooner."""
    most = WIDTHS["text"] if len(columns) <= ROOMY else CROWDED
    return [min(WIDTHS[column.kind], most) for column in columns]


def set_height(sheet: Any, line: int, row: Sequence[Cell], widths: Sequence[int]) -> None:
    """Room for the longest text: not every program makes it by itself. Before the row is written."""
    longest = 1
    for cell, width in zip(row, widths, strict=True):
        words = UNKNOWN if cell is None else cell
        if isinstance(words, str) and len(words) > width:
            longest = max(longest, lines_of(words, width))
    if longest > 1:
        sheet.set_row(line, LINE_HEIGHT * min(longest, MOST_LINES))


def lines_of(words: str, width: int) -> int:
    """As many as breaking between words takes; a little too many rather than too few."""
    return sum(-(-len(line) * 9 // (width * 8)) or 1 for line in words.split("\n"))


def write_row(
    sheet: Any, line: int, row: Sequence[Cell], columns: Sequence[ColumnText], looks: dict[CellKind, Any]
) -> None:
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        look = looks[column.kind]
        if isinstance(cell, str):
            sheet.write_string(line, place, cell, looks["text"])
        elif cell is None:
            sheet.write_string(line, place, UNKNOWN, looks["text"])
        elif isinstance(cell, date):
            sheet.write_datetime(line, place, cell, look)
        else:
            sheet.write_number(line, place, cell, look)


def write_method(book: Any, looks: Looks, report: Report) -> None:
    sheet = book.add_worksheet("Cách tính")
    sheet.set_column(0, 0, 110)
    for line, words in enumerate((report.title, report.words(report.text.about), *report.method)):
        sheet.write_string(line, 0, words, looks.wrapped if line else looks.title)
