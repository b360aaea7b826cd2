"""The process as a picture and as a table, from one definition."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.workflow import WorkflowStep
from processor.rendering.templating import render


@dataclass(frozen=True)
class ShownStep:
    """`turns` tells that the step before is done by someone else."""

    title: str
    lane: str
    who: str
    where: str
    state: str
    href: str | None
    turns: bool


def picture_html(catalogue: Catalogue, today: date) -> Markup:
    return render("workflow_picture.html", steps=shown_steps(catalogue, today))


def table_html(catalogue: Catalogue, today: date) -> Markup:
    return render("workflow_table.html", steps=shown_steps(catalogue, today))


def shown_steps(catalogue: Catalogue, today: date) -> list[ShownStep]:
    steps = catalogue.workflow.steps
    return [shown(catalogue, step, before, today) for step, before in zip(steps, (None, *steps), strict=False)]


def shown(catalogue: Catalogue, step: WorkflowStep, before: WorkflowStep | None, today: date) -> ShownStep:
    words = {name: catalogue.facts[name].words(today) for name in step.facts_named()}
    labels = {lane.id: lane.label for lane in catalogue.workflow.lanes}
    return ShownStep(
        title=step.title,
        lane=step.who,
        who=labels[step.who],
        where=step.where.format_map(words),
        state=step.state.format_map(words),
        href=f"/{step.page}/" if step.page else None,
        turns=before is not None and before.who != step.who,
    )
