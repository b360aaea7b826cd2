"""A dossier as the desk opens it: what was sent, and all that officers made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processor.domain.days.running_clock import RunningClock
from processor.domain.dossier import Dossier
from processor.domain.events import Event
from processor.domain.figures.budget import Envelope
from processor.domain.forms.conditions import Ground
from processor.domain.forms.definition import FormDefinition
from processor.domain.payee import Payee
from processor.domain.reply import Reply
from processor.domain.sheet import Comment, Proposal, SheetLine, ground_of, needed_items
from processor.domain.slips.decision import Decision
from processor.domain.slips.made_slip import MadeSlip
from processor.domain.supplement import Supplement


@dataclass(frozen=True)
class OpenedDossier:
    """A dossier as it was asked, with the version of the form it was sent under, and all that the desk made of it.

    `reply` is what became of feedback, `may_publish` whether its sender lets the question be published.
    `others` may be about the same matter; `envelope` is the money of the year a proposal would be taken from.
    """

    dossier: Dossier
    form: FormDefinition
    events: Sequence[Event]
    others: Sequence[str]
    supplements: Sequence[Supplement]
    sheet: Mapping[str, SheetLine]
    proposal: Proposal | None
    comments: Sequence[Comment]
    slips: Sequence[MadeSlip]
    clock: RunningClock | None
    decision: Decision | None
    payee: Payee | None
    envelope: Envelope | None
    year: int
    reply: Reply | None = None
    may_publish: bool = False

    @property
    def seen(self) -> int:
        """What a step taken from this page has seen."""
        return self.events[-1].sequence

    @property
    def ground(self) -> Ground:
        return ground_of(self.form, self.dossier)

    @property
    def needed(self) -> list[str]:
        """The items that have to be marked, in page order."""
        return needed_items(self.form, self.dossier)
