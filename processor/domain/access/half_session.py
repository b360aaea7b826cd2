"""What stands between the right password and the code: it opens nothing but the page that asks for the code.

It is stored nowhere, so every worker takes it. It is bound to the password of its moment: a new one ends it.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from processor.domain.access.credentials import derived_token

LONGEST = 100


@dataclass(frozen=True)
class HalfSession:
    """`expires` in seconds since 1970."""

    officer_id: int
    expires: int
    mark: str

    def holds(self, server_key: bytes, password_hash: str, now: datetime) -> bool:
        genuine = mark_of(server_key, self.officer_id, self.expires, password_hash)
        return hmac.compare_digest(self.mark.encode(), genuine.encode()) and now.timestamp() < self.expires


def issue_half_session(server_key: bytes, officer_id: int, password_hash: str, expires_at: datetime) -> str:
    expires = int(expires_at.astimezone(UTC).timestamp())
    return f"{officer_id}.{expires}.{mark_of(server_key, officer_id, expires, password_hash)}"


def read_half_session(text: str) -> HalfSession | None:
    """What it claims; only `holds` tells whether it is true."""
    officer_id, _, rest = text[:LONGEST].partition(".")
    expires, _, mark = rest.partition(".")
    if not mark or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (officer_id, expires)):
        return None
    return HalfSession(int(officer_id), int(expires), mark)


def mark_of(server_key: bytes, officer_id: int, expires: int, password_hash: str) -> str:
    return derived_token(server_key, "half_session", f"{officer_id}\0{expires}\0{password_hash}")
