"""Officers, their roles, and the sessions in which they work."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

ROLES = {
    "intake": "tiếp nhận",
    "appraiser": "thẩm định",
    "leader": "lãnh đạo",
    "reader": "xem",
    "admin": "quản trị",
}
ADMIN, READER = "admin", "reader"
LONGEST_NAME = 72
"""The log names an actor in 80 signs, `officer:` among them."""


@dataclass(frozen=True)
class Officer:
    """`second_factor`: a code is asked for after the password. `from_agency`: signs in by the agency's own accounts.

    `password_given`: the program made the password, and the officer has chosen none yet.
    """

    id: int
    name: str
    role: str
    disabled: bool = False
    email: str | None = None
    second_factor: bool = False
    from_agency: bool = False
    password_given: bool = False


@dataclass(frozen=True)
class Session:
    """`csrf` stands in every form of the desk. `handle` names the session to its officer and opens nothing.

    `notice` is what every page has to say first, of the scanner.
    """

    officer: Officer
    csrf: str
    started_at: datetime
    seen_at: datetime
    agent: str = ""
    handle: str = ""
    notice: str = ""


def tidy_name(typed: str) -> str:
    """However the spaces were typed and the marks composed, the same name."""
    return unicodedata.normalize("NFC", " ".join(typed.split()))
