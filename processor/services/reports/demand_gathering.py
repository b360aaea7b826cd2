"""What the tables of a year's demand are made of, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processor.domain.figures.demand import Counting, Summary, by_year, known_levels, summed
from processor.domain.figures.forecast import Forecast, PastYear, Registered, Signs, forecast
from processor.services.parts import Wired
from processor.services.reports.demand_history import known_signs, past_years
from processor.storage.engine import Connection
from processor.storage.figures.demand import registrations

FIRST_YEAR = 2023
"""The policy began with it (domain fact R2)."""


@dataclass(frozen=True)
class Demand:
    """What the tables of a year are made of."""

    year: int
    counting: Counting
    summary: Summary
    last: Summary | None
    last_counting: Counting | None
    past: Sequence[PastYear]
    signs: Mapping[int, Signs]
    forecast: Forecast


def gathered(wired: Wired, connection: Connection, year: int) -> Demand:
    years = by_year(registrations(connection, year, FIRST_YEAR))
    counting = years.pop(year, Counting())
    levels = known_levels(wired.catalogue.support_types, wired.catalogue.facts, wired.today())
    graded = with_standards(wired)
    summary = summed(counting.counting.values(), levels, graded)
    last = years.get(year - 1)
    registered = {past: frozenset(one.counting) for past, one in years.items()}
    past = past_years(connection, registered, FIRST_YEAR, year)
    signs = known_signs(wired, connection, range(FIRST_YEAR, year))
    this_year = wired.today().year
    known = forecast(
        Registered(summary.total.organisations, summary.total.known),
        [one for one in past if one.year < this_year],
        signs[year - 1] if year > FIRST_YEAR else Signs(),
    )
    before = summed(last.counting.values(), levels) if last else None
    return Demand(year, counting, summary, before, last, past, signs, known)


def with_standards(wired: Wired) -> list[str]:
    """The support types whose level depends on the standard."""
    return [id for id, one in wired.catalogue.support_types.items() if one.levels]
