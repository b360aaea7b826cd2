"""What the scanner says of a file, and who may open it then.

unscanned ── stream: OK ───────────────────────> clean         the only state that anybody opens
    │  └──── FOUND ────────────────────────────> blocked       nobody ever opens it
    └─────── more than the scanner looks at ───> unscannable   the sender makes it smaller
No answer, a wrong one or one that comes too late changes nothing: the file waits, and is tried again.
A file that is clean when it comes is so from the beginning; one that is infected when it comes is never kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from processor.domain.errors import Conflict

ScanState = Literal["unscanned", "clean", "blocked", "unscannable"]
UNSCANNED: ScanState = "unscanned"
CLEAN: ScanState = "clean"
BLOCKED: ScanState = "blocked"
UNSCANNABLE: ScanState = "unscannable"
STATES: tuple[ScanState, ...] = (UNSCANNED, CLEAN, BLOCKED, UNSCANNABLE)
Standing = Literal["none", "missing", "unknown", "down", "up"]
STANDINGS: tuple[Standing, ...] = ("none", "missing", "unknown", "down", "up")
"""How the scanner itself stands; `none` on purpose, `missing` while nobody has set one."""
SCANNER = "system:scanner"
"""Who acts, in the log of a dossier."""


@dataclass(frozen=True)
class ScanVerdict:
    """`found` is the name of a signature, or why no scanner could see all of the file."""

    state: ScanState
    found: str | None = None


@dataclass(frozen=True)
class CalledClean:
    """By which engine and signatures, and when."""

    by: str
    at: datetime


class SomeFile(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def scan_state(self) -> str: ...


def may_open(file: SomeFile, without_scanner: bool) -> bool:
    """A clean one; where the office runs without a scanner, every one that none has blocked before."""
    return file.scan_state == CLEAN or (without_scanner and file.scan_state != BLOCKED)


CLOSED: dict[str, str] = {
    UNSCANNED: "file_unscanned",
    BLOCKED: "file_blocked",
    UNSCANNABLE: "file_unscannable",
}
"""What is said of a file that does not open, by its state."""


def refuse_closed(file: SomeFile, without_scanner: bool) -> None:
    """Raises Conflict with the reason."""
    if not may_open(file, without_scanner):
        raise Conflict(CLOSED[file.scan_state], file=file.name)
