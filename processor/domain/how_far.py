"""How far a dossier has come: what a program of its sender asks again and again, and nothing else of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from processor.domain.days.clock import Reckoning
from processor.domain.forms.definition import FormDefinition
from processor.domain.supplement import Supplement


@dataclass(frozen=True)
class Told:
    """An event that concerns the applicant."""

    kind: str
    at: datetime
    note: str | None


@dataclass(frozen=True)
class HowFar:
    """`supplement` is the one that waits for an answer; `due` as of Tracked."""

    reference: str
    official_code: str | None
    status: str
    paid_on: date | None
    received_at: datetime
    form: FormDefinition
    events: Sequence[Told]
    supplement: Supplement | None
    due: Reckoning | None
