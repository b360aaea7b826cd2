"""Bars from the figures of a table: the picture shows what the table says, with its words beside each bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from processor.domain.figures.report import ChartText, Report, Row, TableText, cell_words
from processor.rendering.templating import render

MOST_BARS = 24
LABEL_WIDTH, BAR_WIDTH, BAR, GAP, HEAD = 320, 330, 14, 10, 4
LONGEST_LABEL = 48


@dataclass(frozen=True)
class Bar:
    """Sizes in the units of the picture; `series` counts from 0."""

    y: int
    width: float
    words: str
    series: int


@dataclass(frozen=True)
class Group:
    y: int
    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Drawing:
    groups: Sequence[Group]
    legend: Sequence[str]
    height: int
    width: int
    left_out: int


def chart_html(report: Report, table: TableText, rows: Sequence[Row]) -> Markup:
    """Empty where there is nothing to draw."""
    if table.chart is None or not rows:
        return Markup("")
    drawing = drawn(report, table, table.chart, rows)
    return render("chart.html", drawing=drawing, title=report.words(table.title), label_width=LABEL_WIDTH, bar=BAR)


def drawn(report: Report, table: TableText, chart: ChartText, rows: Sequence[Row]) -> Drawing:
    places = {column.id: place for place, column in enumerate(table.columns)}
    label, values = places[chart.label], [places[one] for one in chart.values]
    shown = rows[:MOST_BARS]
    largest = max((size(row[place]) for row in shown for place in values), default=0) or 1
    step = len(values) * BAR + GAP
    groups = [
        Group(
            HEAD + at * step,
            shortened(cell_words(row[label], table.columns[label].kind)),
            [
                Bar(
                    HEAD + at * step + series * BAR,
                    round(BAR_WIDTH * size(row[place]) / largest, 1),
                    cell_words(row[place], table.columns[place].kind, with_unit=True),
                    series,
                )
                for series, place in enumerate(values)
            ],
        )
        for at, row in enumerate(shown)
    ]
    legend = [report.words(table.columns[place].label) for place in values]
    return Drawing(groups, legend, HEAD + step * len(shown), LABEL_WIDTH + BAR_WIDTH + 190, len(rows) - len(shown))


def size(cell: object) -> float:
    """What a bar measures; an unknown or withheld figure has no bar, only its words."""
    return float(cell) if isinstance(cell, int | float) else 0.0


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
