"""Reports on the desk, as (title, HTML of the article), and as JSON for programs."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from processor.domain.access.officer import Session
from processor.domain.figures.report import (
    NUMERIC,
    Cell,
    CellKind,
    Report,
    ReportText,
    Row,
    Table,
    TableText,
    cell_words,
)
from processor.domain.vietnamese import iso
from processor.rendering.charts import chart_html
from processor.rendering.pages import Page
from processor.rendering.templating import render

MOST_ROWS = 50
NOTHING = Markup("")


@dataclass(frozen=True)
class ShownTable:
    """The first rows in words; `more` says that there are others, which only the files hold."""

    text: TableText
    rows: Sequence[Sequence[str]]
    total: Sequence[str]
    more: bool
    chart: Markup


def shown_table(report: Report, table: Table, most: int = MOST_ROWS) -> ShownTable:
    first = list(itertools.islice(table.rows, most + 1))
    rows = first[:most]
    return ShownTable(
        table.text,
        [in_words(row, table.text) for row in rows],
        in_words(table.total, table.text) if table.total else (),
        len(first) > most,
        chart_html(report, table.text, rows),
    )


def in_words(row: Row, text: TableText) -> list[str]:
    return [cell_words(cell, column.kind) for cell, column in zip(row, text.columns, strict=True)]


def tables_html(report: Report) -> Markup:
    """Every table with its picture; said to be empty where there is nothing."""
    return render(
        "report_tables.html", report=report, tables=[shown_table(report, one) for one in report.tables], numeric=NUMERIC
    )


def report_page(
    session: Session, report: Report, years: Sequence[int], endings: Sequence[str], extra: Markup = NOTHING
) -> Page:
    html = render(
        "desk/report.html",
        session=session,
        report=report,
        years=years,
        endings=endings,
        tables=tables_html(report),
        extra=extra,
    )
    return report.title, html


def reports_page(session: Session, texts: Mapping[str, ReportText], year: int) -> Page:
    described = [
        (text.id, text.title.replace("{year}", str(year)), text.about.replace("{year}", str(year)))
        for text in texts.values()
    ]
    return "Báo cáo", render("desk/reports.html", session=session, reports=described, year=year)


def as_document(report: Report) -> dict[str, Any]:
    """Figures plain: money in đồng, days as ISO text, what nobody has read null, what is withheld as words."""
    return {
        "report": report.text.id,
        "title": report.title,
        "year": report.year,
        "made_at": iso(report.made_at),
        "empty": report.empty,
        "method": report.method,
        "tables": [table_document(report, table) for table in report.tables],
    }


def table_document(report: Report, table: Table) -> dict[str, Any]:
    columns = table.text.columns
    return {
        "id": table.text.id,
        "title": report.words(table.text.title),
        "columns": [{"id": one.id, "label": report.words(one.label), "kind": one.kind} for one in columns],
        "rows": [row_document(row, table.text) for row in table.rows],
        "total": row_document(table.total, table.text) if table.total else None,
    }


def row_document(row: Row, text: TableText) -> dict[str, Any]:
    return {column.id: plain(cell) for cell, column in zip(row, text.columns, strict=True)}


def document_schema(text: ReportText) -> dict[str, Any]:
    """JSON Schema of the document of a report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": text.title,
        "description": text.about,
        "type": "object",
        "required": ["report", "title", "year", "made_at", "empty", "method", "tables"],
        "properties": {
            "report": {"const": text.id},
            "title": {"type": "string"},
            "year": {"type": "integer"},
            "made_at": {"type": "string", "format": "date-time"},
            "empty": {"type": "boolean"},
            "method": {"type": "array", "items": {"type": "string"}},
            "tables": {"type": "array", "prefixItems": [table_schema(one) for one in text.tables], "items": False},
        },
    }


def table_schema(table: TableText) -> dict[str, Any]:
    columns = {one.id: {"title": one.label, "type": JSON_TYPES[one.kind]} for one in table.columns}
    row = {"type": "object", "required": list(columns), "properties": columns, "additionalProperties": False}
    return {
        "title": table.title,
        "type": "object",
        "required": ["id", "title", "columns", "rows", "total"],
        "properties": {"id": {"const": table.id}, "rows": {"type": "array", "items": row}},
    }


JSON_TYPES: Mapping[CellKind, list[str]] = {
    "text": ["string", "null"],
    "day": ["string", "null"],
    "link": ["string", "null"],
    "count": ["integer", "string", "null"],
    "money": ["integer", "string", "null"],
    "days": ["number", "string", "null"],
    "percent": ["number", "string", "null"],
}


def plain(cell: Cell) -> str | int | float | None:
    return cell.isoformat() if isinstance(cell, date) else cell
