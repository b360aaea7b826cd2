"""The money of one year: what the envelope holds and what is left of it, in đồng."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Envelope:
    """`reserved` stands for proposals before the Director, `committed` for decisions; `paid` is part of committed."""

    year: int
    amount: int
    document: str
    reserved: int
    committed: int
    paid: int

    @property
    def left(self) -> int:
        return self.amount - self.reserved - self.committed


@dataclass(frozen=True)
class BudgetEntry:
    """One movement: `kind` is set, reserve, commit, release or pay; `reference` the dossier it was for."""

    kind: str
    amount: int
    reference: str | None
    actor: str
    at: datetime
    note: str
