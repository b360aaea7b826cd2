"""A report: titled tables whose words stand in forms/reports/, filled with figures, and how each cell is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from processor.domain.agency import UNKNOWN
from processor.domain.policy import Frozen, Identifier
from processor.domain.vietnamese import day, grouped, money

CellKind = Literal["text", "count", "money", "percent", "days", "day", "link"]
NUMERIC: tuple[CellKind, ...] = ("count", "money", "percent", "days")
"""Kinds whose cells are set to the right."""
Cell = str | int | float | date | None
Row = tuple[Cell, ...]
"""In the order of the table's columns. None is a figure that nobody has read; a percentage is of 100."""

Progress = Callable[[int], None]
"""Told how many rows are written."""


class ColumnText(Frozen):
    id: Identifier
    label: str
    kind: CellKind = "text"


class ChartText(Frozen):
    """Bars: `label` names each, `values` are the columns measured."""

    label: Identifier
    values: tuple[Identifier, ...] = Field(min_length=1, max_length=4)


class TableText(Frozen):
    """`sheet` names its sheet in a workbook; `empty` is said when it has no rows."""

    id: Identifier
    title: str
    sheet: Annotated[str, StringConstraints(max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
    columns: tuple[ColumnText, ...] = Field(min_length=1)
    note: str = ""
    empty: str = "Không có số liệu."
    chart: ChartText | None = None

    @model_validator(mode="after")
    def _chart_stands_on_columns(self) -> "TableText":
        known = {column.id for column in self.columns}
        asked = {self.chart.label, *self.chart.values} if self.chart else set()
        if unknown := sorted(asked - known):
            raise ValueError(f"biểu đồ gọi cột không có: {', '.join(unknown)}")
        return self


class ReportText(Frozen):
    """`title`, `about` and `method` may name {year}, and what the report's own service fills in.

    `main` is the table that a CSV file holds unless another is asked for. `words` are what cells say that are
    neither figures nor names: the rows of a summary, what is withheld.
    """

    id: Identifier
    order: int
    title: str
    about: str
    method: tuple[str, ...] = ()
    empty: str
    tables: tuple[TableText, ...] = Field(min_length=1)
    main: Identifier
    words: dict[Identifier, str] = Field(default_factory=dict)
    smallest: int = Field(default=1, ge=1, description="Con số nhỏ hơn số này thì không nêu; 1 là nêu hết.")

    def table(self, table_id: str) -> TableText:
        return next(table for table in self.tables if table.id == table_id)

    @model_validator(mode="after")
    def _main_is_a_table(self) -> "ReportText":
        if self.main not in {table.id for table in self.tables}:
            raise ValueError(f"không có bảng “{self.main}”")
        return self


@dataclass(frozen=True)
class Table:
    """`rows` may be read once only: a long table is not held in memory. `total` closes it."""

    text: TableText
    rows: Iterable[Row]
    total: Row | None = None


@dataclass(frozen=True)
class Report:
    """`empty`: the year has nothing to tell. `values` fill the words of the text."""

    text: ReportText
    year: int
    made_at: datetime
    tables: tuple[Table, ...]
    empty: bool = False
    values: Mapping[str, str] | None = None

    def words(self, text: str) -> str:
        return text.format_map({"year": str(self.year), **(self.values or {})})

    @property
    def title(self) -> str:
        return self.words(self.text.title)

    @property
    def method(self) -> list[str]:
        return [self.words(paragraph) for paragraph in self.text.method]


def cell_words(cell: Cell, kind: CellKind, with_unit: bool = False) -> str:
    """As people read it; the head of a column names its unit, so that only a figure that stands alone needs it."""
    if cell is None:
        return UNKNOWN
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, str):
        return cell
    if kind == "money":
        return money(int(cell)) if with_unit else grouped(int(cell))
    return decimal(cell) + ("%" if kind == "percent" else "")


def decimal(number: float) -> str:
    """Dots between thousands; at most one digit after a comma."""
    whole, tenths = divmod(round(abs(number) * 10), 10)
    sign = "-" if number < 0 and (whole or tenths) else ""
    return sign + grouped(whole) + (f",{tenths}" if tenths else "")
