"""The closing of a year's demand summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Closing:
    """`number` counts from 1 within the year. `added` are the references that it marked; the first marks all."""

    year: int
    number: int
    closed_at: datetime
    document: str
    officer: str
    added: Sequence[str]


@dataclass(frozen=True)
class Waiting:
    """What a closing would mark now, and the closings before it."""

    year: int
    registrations: int
    doubles: int
    closings: Sequence[Closing]
