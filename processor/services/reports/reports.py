"""The reports that the plan asks of the Department: one list of them, each made of what is stored, for one year."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from processor.domain.errors import Malformed
from processor.domain.figures.report import Report, Table
from processor.services.parts import Wired
from processor.services.reports.budget_report import budget_tables
from processor.services.reports.demand_report import demand_tables
from processor.services.reports.friction import friction_tables
from processor.services.reports.obstacles import obstacle_tables
from processor.services.reports.reach import reach_tables
from processor.services.reports.register_report import register_tables
from processor.services.reports.tabled import Made
from processor.storage.engine import Connection, snapshot

Maker = Callable[[Wired, Connection, int], Made]
MAKERS: Mapping[str, Maker] = {
    "budget": budget_tables,
    "demand": demand_tables,
    "friction": friction_tables,
    "obstacles": obstacle_tables,
    "reach": reach_tables,
    "register": register_tables,
}
FIRST_YEAR, LAST_YEAR = 2023, 2100


@contextmanager
def opened_report(wired: Wired, name: str, year: int) -> Iterator[Report]:
    """The report while it is read: its rows come from the database as they are asked for.

    Raises Malformed, naming what there is, for a report or a year that there is not.
    """
    if name not in MAKERS:
        raise Malformed("report_unknown", 404, value=name[:40], options=", ".join(MAKERS))
    known_year(year)
    with snapshot(wired.engine) as connection:
        yield made_report(wired, connection, name, year)


def known_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Malformed("report_year_unknown", 404, value=str(year), min=str(FIRST_YEAR), max=str(LAST_YEAR))


def made_report(wired: Wired, connection: Connection, name: str, year: int) -> Report:
    return filled(wired, name, year, MAKERS[name](wired, connection, year))


def filled(wired: Wired, name: str, year: int, made: Made) -> Report:
    text = wired.catalogue.reports[name]
    return Report(
        text=text,
        year=year,
        made_at=wired.clock(),
        tables=tuple(Table(one, made.rows.get(one.id, ()), made.totals.get(one.id)) for one in text.tables),
        empty=made.empty,
        values=made.values,
    )
