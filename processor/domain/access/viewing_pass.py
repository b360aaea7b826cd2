"""A pass to look at one dossier for a while without typing its codes again.

It is stored nowhere, so every worker takes it. It is bound to the access code of its day: a renewed code ends it.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from processor.domain.access.credentials import derived_token

LONGEST = 100


@dataclass(frozen=True)
class ViewingPass:
    """`expires` in seconds since 1970."""

    reference: str
    expires: int
    mark: str

    def holds(self, server_key: bytes, access_code_hash: str, now: datetime) -> bool:
        genuine = mark_of(server_key, self.reference, self.expires, access_code_hash)
        return hmac.compare_digest(self.mark.encode(), genuine.encode()) and now.timestamp() < self.expires


def issue_pass(server_key: bytes, reference: str, access_code_hash: str, expires_at: datetime) -> str:
    expires = int(expires_at.astimezone(UTC).timestamp())
    return f"{reference}.{expires}.{mark_of(server_key, reference, expires, access_code_hash)}"


def read_pass(text: str) -> ViewingPass | None:
    """What a pass claims; only `holds` tells whether it is true."""
    reference, _, rest = text[:LONGEST].partition(".")
    expires, _, mark = rest.partition(".")
    if not (reference and mark and expires.isascii() and expires.isdigit()):
        return None
    return ViewingPass(reference, int(expires), mark)


def mark_of(server_key: bytes, reference: str, expires: int, access_code_hash: str) -> str:
    return derived_token(server_key, "viewing", f"{reference}\0{expires}\0{access_code_hash}")
