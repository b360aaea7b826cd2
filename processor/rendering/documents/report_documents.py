"""A report that was kept as a document, as it can be shown and written again: with the words that it had."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from processor.domain.figures.report import Cell, ColumnText, Report, ReportText, Row, Table, TableText


def report_from(document: Mapping[str, Any], about: str) -> Report:
    """`document` is what `as_document` made."""
    tables = tuple(table_from(number, one) for number, one in enumerate(document["tables"], start=1))
    text = ReportText(
        id=document["report"],
        order=0,
        title=plain(document["title"]),
        about=plain(about),
        method=tuple(map(plain, document["method"])),
        empty="",
        tables=tuple(table.text for table in tables),
        main=tables[0].text.id,
    )
    return Report(text, document["year"], datetime.fromisoformat(document["made_at"]), tables)


def table_from(number: int, told: Mapping[str, Any]) -> Table:
    columns = tuple(ColumnText(id=one["id"], label=plain(one["label"]), kind=one["kind"]) for one in told["columns"])
    text = TableText(id=told["id"], title=plain(told["title"]), sheet=f"Bảng {number}", columns=columns)
    rows = [row_from(row, text) for row in told["rows"]]
    return Table(text, rows, row_from(told["total"], text) if told["total"] else None)


def row_from(row: Mapping[str, Any], text: TableText) -> Row:
    return tuple(cell_from(row[column.id], column) for column in text.columns)


def cell_from(value: Any, column: ColumnText) -> Cell:
    return date.fromisoformat(value) if column.kind == "day" and value else value


def plain(words: str) -> str:
    """Braces stand for themselves: nothing is filled in a second time."""
    return words.replace("{", "{{").replace("}", "}}")
