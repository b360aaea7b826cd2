"""A report as a Word file: the words, and each table as one that can be cut out and put into a letter."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from processor.domain.figures.report import NUMERIC, CellKind, ColumnText, Report, Table, cell_words
from processor.domain.vietnamese import moment
from processor.rendering.documents.word import clean, flowing, new_row, set_columns, set_face, set_line

MOST_ROWS = 500
SHARES: Mapping[CellKind, int] = {"text": 20, "link": 20, "money": 15, "day": 12, "days": 10, "count": 8, "percent": 8}
TEXT_WIDTH = Mm(257)
ROOMY = 7
"""So many columns have room for letters of the usual size."""
BLACK = RGBColor(0, 0, 0)


def report_word_file(report: Report, path: str) -> None:
    document = docx.Document()
    prepare(document, report)
    document.add_heading(clean(report.title), level=1)
    say(document, report.words(report.text.about))
    say(document, f"Tính lúc {moment(report.made_at)}.")
    if report.empty:
        say(document, report.words(report.text.empty))
    for table in report.tables:
        document.add_heading(clean(report.words(table.text.title)), level=2)
        write_table(document, report, table)
    if report.method:
        document.add_heading("Cách tính", level=2)
    for paragraph in report.method:
        say(document, paragraph)
    document.save(path)


def prepare(document: Any, report: Report) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(25), Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    for style, size in (("Normal", Pt(12)), ("Heading 1", Pt(15)), ("Heading 2", Pt(13))):
        set_face(document.styles[style], size)
        document.styles[style].font.color.rgb = BLACK
    document.core_properties.title = clean(report.title)
    document.core_properties.language = "vi-VN"
    document.core_properties.comments = ""


def say(document: Any, words: str) -> None:
    if words:
        flowing(document).add_run(clean(words))


def write_table(document: Any, report: Report, table: Table) -> None:
    say(document, report.words(table.text.note))
    rows = list(itertools.islice(table.rows, MOST_ROWS + 1))
    if not rows:
        say(document, report.words(table.text.empty))
        return
    grid = new_grid(document, table.text.columns)
    heads = [report.words(column.label) for column in table.text.columns]
    write_row(grid, table.text.columns, heads, bold=True, repeated=True)
    for row in [*rows[:MOST_ROWS], *([table.total] if table.total else ())]:
        shown = [cell_words(cell, column.kind) for cell, column in zip(row, table.text.columns, strict=True)]
        write_row(grid, table.text.columns, shown, bold=row is table.total)
    if len(rows) > MOST_ROWS:
        say(document, f"Bảng này dài hơn {MOST_ROWS} dòng. Tải XLSX để có đủ các dòng.")


def new_grid(document: Any, columns: Sequence[ColumnText]) -> Any:
    grid = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    grid.autofit = False
    set_columns(grid, widths_of(columns))
    return grid


def widths_of(columns: Sequence[ColumnText]) -> list[int]:
    """The width of the page, shared by what the columns hold."""
    parts = [SHARES[column.kind] for column in columns]
    return [int(TEXT_WIDTH * part / sum(parts)) for part in parts]


def write_row(
    grid: Any, columns: Sequence[ColumnText], words: Sequence[str], bold: bool = False, repeated: bool = False
) -> None:
    size = Pt(11) if len(columns) <= ROOMY else Pt(9)
    for cell, said, column in zip(new_row(grid, widths_of(columns), repeated), words, columns, strict=True):
        sideways = WD_ALIGN_PARAGRAPH.RIGHT if column.kind in NUMERIC else WD_ALIGN_PARAGRAPH.LEFT
        set_line(cell.paragraphs[0], said, size, bold, alignment=sideways)
