"""The process from pre-registration to payment, as forms/workflow.yml tells it."""

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


class Workflow(Frozen):
    lanes: tuple[Lane, ...] = Field(min_length=1)
    steps: tuple[WorkflowStep, ...] = Field(min_length=1)
