"""How the figures of a report are written."""

from datetime import date

import pytest
from pydantic import ValidationError

from processor.domain.agency import UNKNOWN
from processor.domain.figures.report import Cell, CellKind, ReportText, TableText, cell_words


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        (1234567, "money", "1.234.567"),
        (1234, "count", "1.234"),
        (12.5, "percent", "12,5%"),
        (100.0, "percent", "100%"),
        (0.04, "days", "0"),
        (1234.56, "days", "1.234,6"),
        (-0.5, "days", "-0,5"),
        (date(2026, 2, 5), "day", "05/02/2026"),
        ("chưa có", "day", "chưa có"),
        (None, "money", UNKNOWN),
    ],
)
def test_a_figure_is_written_as_vietnamese_readers_write_it(cell: Cell, kind: CellKind, words: str) -> None:
    assert cell_words(cell, kind) == words


def test_money_that_stands_alone_names_its_unit() -> None:
    assert cell_words(50_000_000, "money", with_unit=True) == "50.000.000\u00a0đồng"


def test_a_chart_over_a_column_that_there_is_not_is_refused() -> None:
    table = {"id": "t", "title": "T", "sheet": "T", "columns": [{"id": "a", "label": "A"}]}

    with pytest.raises(ValidationError, match="biểu đồ gọi cột không có: b"):
        TableText.model_validate({**table, "chart": {"label": "a", "values": ["b"]}})


def test_the_main_table_is_one_of_the_tables() -> None:
    table = {"id": "t", "title": "T", "sheet": "T", "columns": [{"id": "a", "label": "A"}]}
    report = {"id": "r", "order": 1, "title": "R", "about": "A", "empty": "E", "tables": [table]}

    with pytest.raises(ValidationError, match="không có bảng “x”"):
        ReportText.model_validate({**report, "main": "x"})
