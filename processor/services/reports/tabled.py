"""What a report's service returns: rows and totals by table, in the order of the columns in forms/reports/."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from processor.domain.figures.report import Row


@dataclass(frozen=True)
class Made:
    """`rows` and `totals` by the id of the table; a table left out has no rows.

    `empty`: the year has nothing to tell. `values` fill the words of the report. Rows may be read once only, while
    the connection that the service was given is open.
    """

    rows: Mapping[str, Iterable[Row]]
    totals: Mapping[str, Row] = field(default_factory=dict)
    empty: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
