"""The plan as pages: its tasks by themselves, with state and figures, and the log of activities on the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.errors import Fault
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.plan import IN_MONEY, Activity, Figures, Plan, Task, TaskState
from processor.domain.vietnamese import day, grouped, moment, money
from processor.rendering.desk.acts import summary
from processor.rendering.pages import Page
from processor.rendering.questions import PageOfForm, Question, said_at, whole_form
from processor.rendering.templating import render


@dataclass(frozen=True)
class TaskRow:
    """A task in words; `state` and `figures` are empty where only the plan itself is told."""

    title: str
    who: str
    when: str
    clauses: Sequence[tuple[str, str]]
    state: str = ""
    figures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class ActivityRow:
    """One line of the log. `link` leads to the question before it is taken back; empty when it may not be."""

    held_on: date
    task: str
    channel: str
    place: str
    unit: str
    document: str
    reached: str
    officer: str
    taken_back: str
    link: str


@dataclass(frozen=True)
class ShownBoard:
    """`visits` by the label of the channel."""

    plan: Plan
    made_at: datetime
    rows: Sequence[TaskRow]
    visits: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class ShownLog:
    """`earlier` and `later` are the numbers of the pages beside it, 0 where there is none."""

    rows: Sequence[ActivityRow]
    activities: int
    people: int
    number: int
    pages: int

    @property
    def earlier(self) -> int:
        return self.number + 1 if self.number < self.pages else 0

    @property
    def later(self) -> int:
        return self.number - 1


def plan_html(catalogue: Catalogue, plan_id: str, today: date) -> Markup:
    """Tasks, who, when and clauses, for the static page."""
    plan = catalogue.plans[plan_id]
    rows = [task_row(catalogue, plan, task, today) for task in plan.tasks]
    return render("plan_tasks.html", rows=rows, columns=catalogue.board.columns, live=False)


def task_row(
    catalogue: Catalogue,
    plan: Plan,
    task: Task,
    today: date,
    state: TaskState | None = None,
    figures: Figures | None = None,
) -> TaskRow:
    board = catalogue.board
    return TaskRow(
        title=task.title,
        who=catalogue.facts[task.who_fact].words(today) if task.who_fact else task.who or board.no_time,
        when=when_words(catalogue, task, today),
        clauses=[(one.label, f"/{plan.text}/#{one.anchor}") for one in task.clauses],
        state=state_words(catalogue, task, state) if state else "",
        figures=[(board.figures[name], figure_words(catalogue, name, figures.get(name))) for name in task.figures]
        if figures is not None
        else (),
    )


def when_words(catalogue: Catalogue, task: Task, today: date) -> str:
    if task.before:
        return catalogue.board.before.format(day=catalogue.facts[task.before].words(today))
    return task.when or catalogue.board.no_time


def state_words(catalogue: Catalogue, task: Task, state: TaskState) -> str:
    words = catalogue.board.states[state.id].format_map({"days": str(state.days)})
    if state.id == "done" and task.done:
        return catalogue.board.done_by.format(state=words, document=task.done.document, day=day(task.done.on))
    return words


def figure_words(catalogue: Catalogue, name: str, value: int | None) -> str:
    if value is None:
        return catalogue.board.no_budget
    return money(value) if name in IN_MONEY else grouped(value)


def channel_label(catalogue: Catalogue, channel_id: str) -> str:
    """Of a channel that is no longer in the file, its id."""
    found = catalogue.outreach.get(channel_id)
    return found.label if found else channel_id


def shown_board(
    catalogue: Catalogue,
    plan: Plan,
    made_at: datetime,
    tasks: Sequence[tuple[Task, TaskState, Figures]],
    visits: Mapping[str, int],
    today: date,
) -> ShownBoard:
    rows = [task_row(catalogue, plan, task, today, state, figures) for task, state, figures in tasks]
    told = [(channel_label(catalogue, channel), count) for channel, count in visits.items()]
    return ShownBoard(plan, made_at, rows, sorted(told, key=lambda one: (-one[1], one[0])))


def board_values(catalogue: Catalogue, shown: ShownBoard) -> dict[str, object]:
    page, plan = catalogue.board.page, shown.plan
    values = {"plan": plan.title, "year": str(plan.year), "time": moment(shown.made_at)}
    return {
        "plan": plan,
        "title": page.title.format_map(values),
        "about": page.about.format_map(values),
        "no_visits": page.no_visits.format_map(values),
        "texts": page,
        "columns": catalogue.board.columns,
        "rows": shown.rows,
        "visits": shown.visits,
    }


def public_page(catalogue: Catalogue, shown: ShownBoard) -> Page:
    values = board_values(catalogue, shown)
    return str(values["title"]), render("plan_board.html", live=True, **values)


def desk_page(
    catalogue: Catalogue,
    session: Session,
    shown: ShownBoard,
    log: ShownLog,
    form: FormDefinition,
    typed: Typed,
    today: date,
    faults: Sequence[Fault] = (),
) -> Page:
    values = board_values(catalogue, shown)
    texts = catalogue.board.log
    html = render(
        "desk/plan.html",
        live=True,
        session=session,
        log=log,
        log_texts=texts,
        totals=texts.total.format(count=grouped(log.activities), people=grouped(log.people)),
        questions=questions(form, typed, today, faults),
        summary=summary(form, faults),
        others=[one for one in catalogue.plans.values() if one.id != shown.plan.id],
        **values,
    )
    title = str(values["title"])
    return (f"Lỗi: {title}" if faults else title), html


def questions(form: FormDefinition, typed: Typed, today: date, faults: Sequence[Fault]) -> list[Question]:
    page = PageOfForm(form, whole_form(form), typed, said_at(faults), {}, today)
    return page.questions(form.sections[0], "")


def activity_row(catalogue: Catalogue, plan: Plan, activity: Activity, may_take_back: bool) -> ActivityRow:
    what, texts = activity.what, catalogue.board.log
    task = plan.task(what.task)
    return ActivityRow(
        held_on=what.held_on,
        task=task.title if task else what.task,
        channel=channel_label(catalogue, what.outreach) if what.outreach else texts.none,
        place=what.place,
        unit=what.unit,
        document=what.document or texts.none,
        reached=texts.none if what.reached is None else grouped(what.reached),
        officer=activity.officer,
        taken_back=texts.taken_back.format(time=moment(activity.removed_at)) if activity.removed_at else "",
        link=f"/can-bo/ke-hoach/{plan.id}/hoat-dong/{activity.id}/go" if may_take_back else "",
    )


def question_page(catalogue: Catalogue, session: Session, plan: Plan, activity: Activity) -> Page:
    """Before an activity is taken back."""
    texts = catalogue.board.log
    question = texts.question.format(day=day(activity.what.held_on), place=activity.what.place)
    html = render(
        "desk/plan_take_back.html", session=session, plan=plan, activity=activity, question=question, texts=texts
    )
    return texts.take_back, html
