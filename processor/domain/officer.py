"""Officers and the sessions in which they work."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Officer:
    id: int
    name: str
    role: str
    disabled: bool = False


@dataclass(frozen=True)
class Session:
    """`csrf` stands in every form of the desk."""

    officer: Officer
    csrf: str
    started_at: datetime
    seen_at: datetime
