"""A yearly plan of the Department: its tasks, and how each stands by what is counted or recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from processor.domain.policy import Frozen, Identifier

FigureId = Literal[
    "pre_registrations",
    "pre_registering_organisations",
    "dossiers",
    "dossiers_open",
    "dossiers_approved",
    "dossiers_not_approved",
    "budget_set",
    "budget_committed",
    "budget_paid",
    "activities",
    "people_reached",
    "visits",
    "feedback",
    "feedback_answered",
]
OF_TASK: tuple[FigureId, ...] = ("activities", "people_reached")
"""Counted for each task apart."""
IN_MONEY: tuple[FigureId, ...] = ("budget_set", "budget_committed", "budget_paid")
StateId = Literal["done", "ahead", "late", "continuing", "not_begun", "over"]
TaskId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
PlanId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20)]
Page = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")]
Figures = Mapping[str, int | None]
"""By the figure's id; None is a figure that there is not, as of a budget that nobody has set."""


class Clause(Frozen):
    """`anchor` is that of the clause on the page of the plan's text."""

    label: str
    anchor: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]


class Done(Frozen):
    """Only a document says that a task is done."""

    on: date
    document: str


class Task(Frozen):
    """`who` and `when` are the plan's words, empty where it names none; `who_fact` and `before` are fact ids.

    `begun_by`: which figures show that work goes on, by default all of them.
    """

    id: TaskId
    title: str
    who: str = ""
    who_fact: Identifier | None = None
    when: str = ""
    before: Identifier | None = None
    clauses: tuple[Clause, ...] = Field(min_length=1)
    figures: tuple[FigureId, ...] = Field(min_length=1)
    begun_by: tuple[FigureId, ...] = ()
    done: Done | None = None

    @model_validator(mode="after")
    def _begun_by_what_is_shown(self) -> "Task":
        if unknown := sorted(set(self.begun_by) - set(self.figures)):
            raise ValueError(f"begun_by có con số không hiện trong figures: {', '.join(unknown)}")
        return self


class Plan(Frozen):
    """A file of forms/plans/. `page` tells it on the site, `text` is its wording.

    The needs of `demand_year` are to be summed up while it holds.
    """

    id: PlanId
    year: int = Field(ge=2023, le=2100)
    demand_year: int = Field(ge=2023, le=2100)
    title: str
    page: Page
    text: Page
    tasks: tuple[Task, ...] = Field(min_length=1)

    def task(self, task_id: str) -> Task | None:
        return next((task for task in self.tasks if task.id == task_id), None)


class Columns(Frozen):
    task: str
    who: str
    when: str
    clauses: str
    state: str
    figures: str


class BoardPage(Frozen):
    title: str
    about: str
    visits: str
    no_visits: str


class LogTexts(Frozen):
    title: str
    empty: str
    none: str
    total: str
    add: str
    taken_back: str
    take_back: str
    question: str
    effect: str


class PlanBoard(Frozen):
    """forms/plan_board.yml: the words around every plan."""

    states: dict[StateId, str]
    done_by: str
    no_time: str
    before: str
    figures: dict[FigureId, str]
    no_budget: str
    columns: Columns
    page: BoardPage
    log: LogTexts


@dataclass(frozen=True)
class TaskState:
    """`days` are left until the day before which it is to be done."""

    id: StateId
    days: int = 0


def state_of(task: Task, plan: Plan, due: date | None, figures: Figures, today: date) -> TaskState:
    """`due`: to be done before that day (the plan II.3 says "xong trước")."""
    if task.done and task.done.on <= today:
        return TaskState("done")
    if due is not None:
        return TaskState("ahead", (due - today).days) if today < due else TaskState("late")
    if today.year > plan.year:
        return TaskState("over")
    begun = any(figures.get(figure) for figure in task.begun_by or task.figures)
    return TaskState("continuing" if begun else "not_begun")


@dataclass(frozen=True)
class NewActivity:
    """What a unit did for a task. `reached` people, None when nobody counted; `outreach` a channel's id."""

    plan: str
    task: str
    held_on: date
    outreach: str | None
    place: str
    unit: str
    document: str | None
    reached: int | None


@dataclass(frozen=True)
class Activity:
    """As it stands in the log; taken back it is counted no more and still shown."""

    id: int
    what: NewActivity
    officer: str
    entered_at: datetime
    removed_at: datetime | None
