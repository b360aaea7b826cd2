"""How the tasks of a plan stand, by what is counted and recorded in the plan's year."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import OPEN_STATUSES
from processor.domain.errors import Unavailable
from processor.domain.figures.demand import Counting
from processor.domain.plan import OF_TASK, Figures, Plan, Task, TaskState, state_of
from processor.domain.vietnamese import year_bounds
from processor.services.outreach.activities import plan_of
from processor.services.parts import Wired
from processor.storage.desk.activities import sums_by_task
from processor.storage.desk.budgets import envelope_of
from processor.storage.engine import Connection, reading, writing
from processor.storage.figures.demand import registrations
from processor.storage.figures.plan_figures import WITHDRAWN, by_kind_and_status
from processor.storage.figures.published import find_published, put_published
from processor.storage.figures.tallies import tally_sums

LOG = structlog.get_logger("hotro.plan")
FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Counted:
    """`whole` are the figures of the year, `tasks` those of each task, `visits` by channel."""

    whole: Figures
    tasks: Mapping[str, Figures]
    visits: Mapping[str, int]

    def of_task(self, task: Task) -> Figures:
        return {**self.whole, **dict.fromkeys(OF_TASK, 0), **self.tasks.get(task.id, {})}


@dataclass(frozen=True)
class TaskStanding:
    task: Task
    state: TaskState
    figures: Figures


@dataclass(frozen=True)
class Board:
    """`activities` and `people` are those of the whole plan."""

    plan: Plan
    made_at: datetime
    tasks: Sequence[TaskStanding]
    visits: Mapping[str, int]
    activities: int
    people: int


def live_board(wired: Wired, plan_id: str) -> Board:
    """Counted just now. Raises NotFound."""
    plan = plan_of(wired.catalogue, plan_id)
    with reading(wired.engine) as connection:
        return board_of(wired, plan, counted(connection, plan), wired.clock())


def public_board(wired: Wired, plan_id: str) -> Board:
    """Counted at most ten minutes ago, so that nobody makes the database count by asking often. Raises NotFound."""
    plan, now = plan_of(wired.catalogue, plan_id), wired.clock()
    name = f"plan-{plan.id}"
    with reading(wired.engine) as connection:
        kept = find_published(connection, name)
        if kept and now - kept[0] < FRESH:
            return board_of(wired, plan, Counted(**json.loads(kept[1])), kept[0])
        fresh = counted(connection, plan)
    try:
        with writing(wired.engine) as connection:
            put_published(connection, name, now, json.dumps(fresh.__dict__))
    except Unavailable as error:
        LOG.warning("board_not_kept", exc_info=error)
    return board_of(wired, plan, fresh, now)


def board_of(wired: Wired, plan: Plan, found: Counted, made_at: datetime) -> Board:
    today = wired.today()
    tasks = [
        TaskStanding(task, state_of(task, plan, due_day(wired.catalogue, task, today), figures, today), figures)
        for task in plan.tasks
        for figures in [found.of_task(task)]
    ]
    activities, people = (sum(figures.get(name) or 0 for figures in found.tasks.values()) for name in OF_TASK)
    return Board(plan, made_at, tasks, found.visits, activities, people)


def due_day(catalogue: Catalogue, task: Task, today: date) -> date | None:
    dated = catalogue.facts[task.before].on(today) if task.before else None
    return dated.value if dated and isinstance(dated.value, date) else None


def counted(connection: Connection, plan: Plan) -> Counted:
    since, until = year_bounds(plan.year)
    sums = sums_by_task(connection, plan.id)
    visits = tally_sums(connection, ["visited"], date(plan.year, 1, 1), date(plan.year + 1, 1, 1), ["outreach"])
    by_channel = {tally.outreach: count for tally, count in sorted(visits.items()) if tally.outreach}
    whole: dict[str, int | None] = dossier_figures(by_kind_and_status(connection, since, until))
    whole |= demand_figures(connection, plan.demand_year)
    whole["visits"] = sum(by_channel.values())
    whole |= money_figures(connection, plan.year)
    return Counted(whole, {task: dict(zip(OF_TASK, found, strict=True)) for task, found in sums.items()}, by_channel)


def dossier_figures(counts: Counter[tuple[str, str]]) -> dict[str, int | None]:
    """What was withdrawn is no feedback any more; of dossiers it is an end."""

    def count(kind: str, *statuses: str) -> int:
        return sum(
            number for (of, status), number in counts.items() if of == kind and (not statuses or status in statuses)
        )

    every, running, approved = count("dossier"), count("dossier", *OPEN_STATUSES), count("dossier", "approved")
    return {
        "dossiers": every,
        "dossiers_open": running,
        "dossiers_approved": approved,
        "dossiers_not_approved": every - running - approved,
        "feedback": count("feedback") - count("feedback", WITHDRAWN),
        "feedback_answered": count("feedback", "answered"),
    }


def demand_figures(connection: Connection, year: int) -> dict[str, int | None]:
    """As the demand report counts the needs of that year: one organisation once, withdrawn ones not at all."""
    found = Counting()
    for one in registrations(connection, year, year):
        found.add(one)
    organisations = len(found.counting)
    return {
        "pre_registrations": organisations + len(found.doubles),
        "pre_registering_organisations": organisations,
    }


def money_figures(connection: Connection, year: int) -> dict[str, int | None]:
    envelope = envelope_of(connection, year)
    if envelope is None:
        return {"budget_set": None, "budget_committed": None, "budget_paid": None}
    return {"budget_set": envelope.amount, "budget_committed": envelope.committed, "budget_paid": envelope.paid}
