"""A dossier as its sender may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from processor.domain.days.clock import Reckoning
from processor.domain.dossier import Dossier
from processor.domain.events import Event
from processor.domain.forms.definition import FormDefinition
from processor.domain.payee import Payee
from processor.domain.reply import Reply
from processor.domain.slips.decision import Decision
from processor.domain.supplement import Supplement


@dataclass(frozen=True)
class Tracked:
    """`events` are those that concern the applicant; `supplement` is the one that waits for an answer.

    `due` is None while the time limit is not verified: nothing is promised then.
    """

    dossier: Dossier
    form: FormDefinition
    events: Sequence[Event]
    supplement: Supplement | None = None
    decision: Decision | None = None
    payee: Payee | None = None
    due: Reckoning | None = None
    reply: Reply | None = None
