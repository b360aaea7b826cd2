"""What the office asks an organisation to add to its dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AskedItem:
    """`item_id` is a paper of the form; `reason` says in short what is wrong, `text` in the officer's words.

    `came_at` is when the organisation answered it, as ISO time, None while it waits; `explained` is why no file came.
    """

    item_id: str
    reason: str
    text: str
    came_at: str | None = None
    explained: str = ""


@dataclass(frozen=True)
class Supplement:
    number: int
    asked: Sequence[AskedItem]
    asked_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    note: str | None


def asked_items(rows: Sequence[Mapping[str, Any]]) -> tuple[AskedItem, ...]:
    return tuple(AskedItem(**row) for row in rows)
