"""One root a day: a hash over the ends of all chains that grew that day and the root before.

Who keeps a published root can tell later whether anything that was logged by then has been changed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from processor.domain.events import BEGINNING, canonical

__all__ = ["BEGINNING", "ChainEnd", "Root", "root_hash"]


@dataclass(frozen=True)
class ChainEnd:
    reference: str
    sequence: int
    hash: str


@dataclass(frozen=True)
class Root:
    """`dossiers` is how many chains grew on `day` (Viet Nam time)."""

    day: date
    root: str
    previous: str
    dossiers: int
    made_at: datetime


def root_hash(previous: str, day: date, ends: Iterable[ChainEnd]) -> tuple[str, int]:
    """The root, and how many chains it covers; `ends` in order of their references."""
    total = hashlib.sha256(canonical([previous, day.isoformat()]).encode())
    count = 0
    for end in ends:
        count += 1
        total.update(f"\n{canonical([end.reference, end.sequence, end.hash])}".encode())
    return total.hexdigest(), count
