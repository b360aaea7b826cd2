"""Until when the demand of a year has to be summed up: only days that a plan states, none carried to another year."""

from dataclasses import dataclass
from datetime import date

from processor.domain.policy import DatedValue
from processor.domain.vietnamese import day
from processor.services.parts import Wired

FIGURE = "pre_registrations"
"""The task of a plan that shows it and has a day before which it is to be done is that of the demand summary."""


@dataclass(frozen=True)
class Deadline:
    """`before`: it has to be finished before this day. `source` is the document that says so."""

    year: int
    before: date
    source: str

    def days_left(self, today: date) -> int:
        """1 on the last day that is still in time."""
        return (self.before - today).days


def deadline_of(wired: Wired, year: int) -> Deadline | None:
    """Stated by the plan of the year before (forms/plans/); None while no verified fact does."""
    for dated in stated_days(wired, year - 1):
        if isinstance(dated.value, date):
            return Deadline(year, dated.value, dated.source.words)
    return None


def stated_days(wired: Wired, plan_year: int) -> list[DatedValue]:
    catalogue = wired.catalogue
    tasks = [task for plan in catalogue.plans.values() if plan.year == plan_year for task in plan.tasks]
    facts = [catalogue.facts[task.before] for task in tasks if task.before and FIGURE in task.figures]
    return [dated for fact in facts if (dated := fact.on(wired.today()))]


def next_deadline(wired: Wired, today: date) -> Deadline | None:
    """The nearest that is not over, for the demand of this year or the next two."""
    known = (deadline_of(wired, year) for year in range(today.year, today.year + 3))
    ahead = [one for one in known if one and one.days_left(today) > 0]
    return min(ahead, key=lambda one: one.before, default=None)


def deadline_words(wired: Wired, year: int) -> str:
    words = wired.catalogue.reports["demand"].words
    known = deadline_of(wired, year)
    if known is None:
        return words["deadline_unknown"].format(year=year)
    said = words["deadline_known"].format(year=year, date=day(known.before), source=known.source)
    left = known.days_left(wired.today())
    more = words["past"] if left < 1 else words["last_day"] if left == 1 else words["days_left"].format(days=left)
    return f"{said} {more}"
