"""Programs of the province that read in an officer's name, by a token."""

from dataclasses import dataclass
from datetime import datetime

from processor.domain.access.officer import Officer

PREFIX = "hotro_"
LONGEST_LABEL = 80


@dataclass(frozen=True)
class ProgramToken:
    """What is told of a token; the token itself is shown once and kept nowhere."""

    id: int
    officer: Officer
    label: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
