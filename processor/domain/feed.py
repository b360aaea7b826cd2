"""The feed of events for programs: places in the order in which they were committed, and cursors into it.

A cursor names a place and the event there: one from another installation, or from before a backup was restored, is
found out instead of skipping what it does not know.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

CURSOR = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{12})\Z")
MOST = 500
USUAL = 100


@dataclass(frozen=True)
class FeedEvent:
    """`status` is that of the dossier now, not at the time of the event; `hash` the end of the chain by then."""

    position: int
    hash: str
    reference: str
    form_id: str
    dossier_kind: str
    kind: str
    at: datetime
    status: str

    @property
    def type(self) -> str:
        return f"{self.dossier_kind}.{self.kind}"

    @property
    def cursor(self) -> str:
        return f"{self.position}-{self.hash[:12]}"


@dataclass(frozen=True)
class FeedPage:
    """`next` is where to go on reading: the last event told, or where one already was. `more` waits at once."""

    events: Sequence[FeedEvent]
    next: str | None
    more: bool


def read_cursor(text: str) -> tuple[int, str] | None:
    """Place and beginning of the hash; None for what is no cursor."""
    found = CURSOR.match(text)
    return (int(found[1]), found[2]) if found else None
