"""What of the registered demand may come: from what became of the registrations of the years that have ended.

Under three such years there is no interval, only a low and a high scenario, each with its assumption. From three years
on the interval goes from the lowest to the highest share seen: were the years alike, the next one would lie within it
with a probability of (n - 1) / (n + 1), whatever the shares' distribution.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from processor.domain.figures.demand import Key

YEARS_FOR_INTERVAL = 3
GRANTED, REFUSED, TAKEN_BACK, OPEN = "granted", "refused", "withdrawn", "open"
OUTCOMES = {"approved": GRANTED, "rejected": REFUSED, "refused_at_intake": REFUSED, "stopped": REFUSED}
OUTCOMES |= {"withdrawn": TAKEN_BACK}
RANKS = (OPEN, TAKEN_BACK, REFUSED, GRANTED)


@dataclass(frozen=True)
class PastYear:
    """Organisations: those that had registered, what became of them, and those that filed without registering."""

    year: int
    registered: int
    filed: int
    granted: int
    refused: int
    withdrawn: int
    others_filed: int
    others_granted: int


@dataclass(frozen=True)
class Registered:
    """What is registered for the year: organisations, and the support expected where the level is known, in đồng."""

    organisations: int
    expected: int | None


@dataclass(frozen=True)
class Signs:
    """What the year before tells besides: findings of the eligibility check, drafts of dossiers given up.

    None where nothing was counted.
    """

    ineligible: int | None = None
    judged: int | None = None
    given_up: int | None = None


@dataclass(frozen=True)
class Scenario:
    """Organisations that file and that are granted support, and the support in đồng; None where nothing tells.

    `basis` names the sentence that states the assumption.
    """

    name: Literal["low", "middle", "high"]
    basis: str
    filing: int | None
    granted: int | None
    support: int | None


@dataclass(frozen=True)
class Forecast:
    """`coverage` in percent: how likely the interval holds; None for scenarios."""

    scenarios: tuple[Scenario, ...]
    years: tuple[int, ...]
    coverage: int | None = None


def outcomes(filings: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """The best that became of each organisation's dossiers, by their statuses."""
    found: dict[Key, str] = {}
    for key, status in filings:
        outcome = OUTCOMES.get(status, OPEN)
        if RANKS.index(outcome) >= RANKS.index(found.get(key, OPEN)):
            found[key] = outcome
    return found


def past_year(year: int, registered: Collection[Key], became: Mapping[Key, str]) -> PastYear:
    mine = [outcome for key, outcome in became.items() if key in registered]
    others = [outcome for key, outcome in became.items() if key not in registered]
    return PastYear(
        year=year,
        registered=len(registered),
        filed=len(mine),
        granted=mine.count(GRANTED),
        refused=mine.count(REFUSED),
        withdrawn=mine.count(TAKEN_BACK),
        others_filed=len(others),
        others_granted=others.count(GRANTED),
    )


def forecast(demand: Registered, past: Sequence[PastYear], signs: Signs) -> Forecast:
    """`past` are years that have ended; those in which nobody had registered teach nothing."""
    taught = [one for one in past if one.registered]
    years = tuple(one.year for one in taught)
    if len(taught) >= YEARS_FOR_INTERVAL:
        return Forecast(interval(demand, taught), years, 100 * (len(taught) - 1) // (len(taught) + 1))
    return Forecast((low(demand, taught, signs), high(demand, taught, signs)), years)


def interval(demand: Registered, past: Sequence[PastYear]) -> tuple[Scenario, ...]:
    """The middle is the share of all years together."""
    least = of_shares(demand, "low", "lowest_share", least_share(past, "filed"), least_share(past, "granted"))
    together = sum(one.registered for one in past)
    middle = of_shares(
        demand,
        "middle",
        "share_together",
        (sum(one.filed for one in past), together),
        (sum(one.granted for one in past), together),
    )
    most = of_shares(demand, "high", "highest_share", most_share(past, "filed"), most_share(past, "granted"))
    return least, middle, most


Share = tuple[int, int]


def least_share(past: Sequence[PastYear], what: str) -> Share:
    return min(((getattr(one, what), one.registered) for one in past), key=as_number)


def most_share(past: Sequence[PastYear], what: str) -> Share:
    return max(((getattr(one, what), one.registered) for one in past), key=as_number)


def as_number(share: Share) -> float:
    return share[0] / share[1]


def of_shares(
    demand: Registered, name: Literal["low", "middle", "high"], basis: str, filed: Share, granted: Share
) -> Scenario:
    support = None if demand.expected is None else demand.expected * granted[0] // granted[1]
    return Scenario(name, basis, part(demand, name, filed), part(demand, name, granted), support)


def part(demand: Registered, name: str, share: Share) -> int:
    """Whole organisations: the low end rounded down, the high end up, the middle to the nearest."""
    many, of = demand.organisations * share[0], share[1]
    more = {"low": 0, "middle": of // 2, "high": of - 1}[name]
    return (many + more) // of


def low(demand: Registered, past: Sequence[PastYear], signs: Signs) -> Scenario:
    """The lowest share of earlier years; without any, all but the share found ineligible; without that, unknown."""
    if past:
        return of_shares(demand, "low", "lowest_share", least_share(past, "filed"), least_share(past, "granted"))
    if not signs.judged:
        return Scenario("low", "nothing_known", None, None, None)
    share = (signs.judged - (signs.ineligible or 0), signs.judged)
    return of_shares(demand, "low", "without_ineligible", share, share)


def high(demand: Registered, past: Sequence[PastYear], signs: Signs) -> Scenario:
    """Everybody who registered files and is granted, as many others as ever come too, and so do the drafts given up."""
    others_filed = max((one.others_filed for one in past), default=0)
    others_granted = max((one.others_granted for one in past), default=0)
    filing = demand.organisations + others_filed + (signs.given_up or 0)
    return Scenario("high", "everybody", filing, demand.organisations + others_granted, demand.expected)
