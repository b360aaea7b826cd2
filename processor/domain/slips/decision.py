"""A decision of the Director: made on the desk, then numbered, dated and signed by the records office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from processor.domain.scanning import UNSCANNED

Outcome = Literal["approved", "rejected"]


@dataclass(frozen=True)
class DecisionLine:
    """One dossier in it; `amount` in đồng, None for a refusal."""

    dossier_id: int
    reference: str
    organisation_name: str
    amount: int | None
    reason: str


@dataclass(frozen=True)
class SignedScan:
    """The signed document; `id` is its key in the store."""

    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    hazards: Sequence[str] | None = None
    scan_state: str = UNSCANNED
    scanned_at: datetime | None = None
    scanned_by: str | None = None
    scan_found: str | None = None


@dataclass(frozen=True)
class Decision:
    """`document_no`, `decided_on` and `signer` are None until the records office has given them."""

    id: int
    outcome: str
    made_at: datetime
    officer: str
    document_no: str | None
    decided_on: date | None
    signer: str | None
    recorded_at: datetime | None
    scan: SignedScan | None
    lines: Sequence[DecisionLine] = ()

    @property
    def total(self) -> int:
        return sum(line.amount or 0 for line in self.lines)


@dataclass(frozen=True)
class WaitingProposal:
    """One that is before the Director; `seen` is the number of its last event, `amount` in đồng."""

    reference: str
    organisation_name: str
    received_at: datetime
    amount: int
    year: int
    officer: str
    seen: int
