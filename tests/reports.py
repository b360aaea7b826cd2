"""Reports as tests read them: the rows of each table by the ids of its columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from processor.rendering.reports import as_document
from processor.services.parts import Wired
from processor.services.reports.reports import opened_report

Told = Mapping[str, Any]


def told(wired: Wired, name: str, year: int) -> Told:
    """The report as programs read it."""
    with opened_report(wired, name, year) as report:
        return as_document(report)


def rows_of(report: Told, table: str) -> Sequence[Told]:
    found: Sequence[Told] = table_of(report, table)["rows"]
    return found


def total_of(report: Told, table: str) -> Told:
    found: Told = table_of(report, table)["total"]
    return found


def table_of(report: Told, table: str) -> Told:
    found: Told = next(one for one in report["tables"] if one["id"] == table)
    return found
