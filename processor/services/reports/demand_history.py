"""What became of the registrations of earlier years, and what else those years tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from processor.domain.figures.demand import Key
from processor.domain.figures.forecast import PastYear, Signs, outcomes, past_year
from processor.domain.tally import Tally
from processor.domain.vietnamese import day_of, year_bounds
from processor.services.parts import Wired
from processor.storage.engine import Connection
from processor.storage.figures.demand import filings
from processor.storage.figures.tallies import tally_sums

INELIGIBLE = "no"
"""The verdict of the eligibility check, in forms/eligibility.yml."""


def past_years(
    connection: Connection, registered: Mapping[int, Collection[Key]], first: int, until: int
) -> list[PastYear]:
    """From the year `first` on, before `until`; years of which nothing is known are left out."""
    filed: dict[int, list[tuple[Key, str]]] = {}
    if first < until:
        for at, key, status in filings(connection, year_bounds(first)[0], year_bounds(until - 1)[1]):
            filed.setdefault(day_of(at).year, []).append((key, status))
    return [
        past_year(year, registered.get(year, ()), outcomes(filed.get(year, ())))
        for year in sorted({*registered, *filed})
    ]


def known_signs(wired: Wired, connection: Connection, years: Sequence[int]) -> dict[int, Signs]:
    """None in each where nothing at all was counted in the year: the counters were not there yet."""
    return {year: signs_of(wired, connection, year) for year in years}


def signs_of(wired: Wired, connection: Connection, year: int) -> Signs:
    bounds = (date(year, 1, 1), date(year + 1, 1, 1))
    if not tally_sums(connection, ("form_opened", "draft_started", "wizard", "draft_given_up"), *bounds, by=("kind",)):
        return Signs()
    verdicts = tally_sums(connection, ("wizard",), *bounds, by=("detail",))
    dropped = tally_sums(connection, ("draft_given_up",), *bounds, by=("form_id",))
    dossier_forms = {form.id for form in wired.catalogue.forms.values() if form.kind == "dossier"}
    return Signs(
        ineligible=verdicts.get(Tally("wizard", detail=INELIGIBLE), 0),
        judged=sum(verdicts.values()),
        given_up=sum(times for tally, times in dropped.items() if tally.form_id in dossier_forms),
    )
