"""The process from pre-registration to payment, and what may be done with a dossier: forms/workflow.yml."""

from collections.abc import Iterator
from string import Formatter
from typing import Literal

from pydantic import Field

from processor.domain.policy import Frozen, Identifier


class Lane(Frozen):
    id: Identifier
    label: str


class WorkflowStep(Frozen):
    """`where` and `state` may name facts in braces; `page` is the page where the step is done, None when elsewhere.

    `known_by` is the code whose presence tells that a step done elsewhere is done.
    """

    id: Identifier
    title: str
    who: Identifier
    where: str
    page: str | None
    state: str
    known_by: Literal["official_code"] | None = None

    def facts_named(self) -> Iterator[str]:
        for text in (self.where, self.state):
            yield from (name for _, name, _, _ in Formatter().parse(text) if name)


Role = Literal["intake", "appraiser", "leader", "reader", "admin"]
Need = Literal["reason", "items", "sheet", "amount", "days"]
SAME, BEFORE = "same", "before"


class Transition(Frozen):
    """What takes a dossier from one status to another; `to` may be "same", or "before": where it was before a pause.

    `roles` are who may do it, none when the organisation does. `holder`: only who holds the dossier.
    `effect` is what it does to the money of the year, `clock` to the time limit. `slip` and `notice` are made along.
    `ends_claim`: nobody holds the dossier after it.
    """

    id: Identifier
    label: str
    event: Identifier
    sources: tuple[str, ...] = Field(alias="from", min_length=1)
    to: str
    roles: tuple[Role, ...] = ()
    holder: bool = True
    needs: tuple[Need, ...] = ()
    clock: Literal["start", "pause", "resume", "extend", "stop"] | None = None
    effect: Literal["reserve", "commit", "release"] | None = None
    ends_claim: bool = False
    slip: Identifier | None = None
    notice: Identifier | None = None
    confirm: str | None = None

    def leads_from(self, status: str, before: str = "") -> str:
        """The status after it. `before` is where the dossier was before a pause."""
        return {SAME: status, BEFORE: before}.get(self.to, self.to)


class ClockRule(Frozen):
    """`days` is the fact that gives the time limit in working days; while unknown the office's own target holds."""

    days: Identifier
    internal_target_days: int = Field(ge=1, le=250)


class Workflow(Frozen):
    lanes: tuple[Lane, ...] = Field(min_length=1)
    steps: tuple[WorkflowStep, ...] = Field(min_length=1)
    clock: ClockRule
    transitions: tuple[Transition, ...] = Field(min_length=1)
    ends: tuple[str, ...] = Field(min_length=1)
    marks: dict[Literal["met", "not_met", "missing"], str]
    supplement_reasons: tuple[str, ...] = Field(min_length=1)

    def transition(self, name: str) -> Transition:
        return next(one for one in self.transitions if one.id == name)

    def from_status(self, status: str) -> list[Transition]:
        return [one for one in self.transitions if status in one.sources]

    @property
    def by_event(self) -> dict[str, Transition]:
        return {one.event: one for one in self.transitions}
