"""A table as CSV: UTF-8 with the mark by which spreadsheets know it; nothing typed can become a formula."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from processor.domain.figures.report import Cell, Table

MARK = "\ufeff"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def comma_lines(table: Table) -> Iterator[str]:
    """The ids of the columns, then the rows without total: figures plain, days as ISO text, unknown ones empty."""
    heads = [column.id for column in table.text.columns]
    yield MARK + written(heads)
    for row in table.rows:
        yield written([plain(cell) for cell in row])


def written(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def harmless(text: str) -> str:
    """A sign before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
