"""The appraisal sheet: one mark for each paper, what is proposed, what officers say to each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from processor.domain.dossier import Dossier
from processor.domain.forms.conditions import Ground
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.relevance import item_needed
from processor.domain.forms.stored import stored_values
from processor.domain.vietnamese import VIETNAM

Mark = Literal["met", "not_met", "missing"]
MARKS: tuple[Mark, ...] = ("met", "not_met", "missing")


@dataclass(frozen=True)
class SheetLine:
    """What an officer found about one item; `note` is for colleagues."""

    item_id: str
    mark: str
    note: str
    officer: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """`amount` in đồng is put before the Director; `computed` is what the rules give, None where a figure is unknown.

    `reason` says why `amount` is not `computed`; `year` is the budget year it is taken from.
    """

    amount: int
    computed: int | None
    steps: str
    reason: str
    year: int
    officer: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """`asked_of` is the officer whose opinion is asked for; `answers` the comment that asked."""

    id: int
    officer: str
    at: datetime
    text: str
    asked_of: str | None
    answers: int | None


def ground_of(form: FormDefinition, dossier: Dossier) -> Ground:
    """The answers for the rules, with the facts of the day of sending."""
    return form.ground(stored_values(form, dossier.answers), dossier.received_at.astimezone(VIETNAM).date())


def needed_items(form: FormDefinition, dossier: Dossier) -> list[str]:
    """The items that have to be marked, in page order."""
    ground = ground_of(form, dossier)
    return [item.id for item in form.items if item_needed(item, ground)]


def still_open(form: FormDefinition, lines: Mapping[str, SheetLine], needed: Sequence[str]) -> list[Item]:
    """Needed items that are not marked, or marked as missing: nothing is decided while there is one."""
    unmet = ("missing",)
    return [item for item in form.items if item.id in needed and (item.id not in lines or lines[item.id].mark in unmet)]
