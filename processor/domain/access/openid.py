"""One way through the agency's sign-in: state, nonce and PKCE verifier all follow from a seed kept in a cookie."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 600
ALLOWED = timedelta(minutes=10)


@dataclass(frozen=True)
class WayThrough:
    """`seed` goes with the browser; without the server's key nothing can be derived from it."""

    seed: str
    expires: int
    going_on: str
    server_key: bytes

    @property
    def state(self) -> str:
        return self.derived("state")

    @property
    def nonce(self) -> str:
        return self.derived("nonce")

    @property
    def verifier(self) -> str:
        """43 signs, as RFC 7636 wants them."""
        return self.derived("verifier")

    def holds(self, state: str, now: datetime) -> bool:
        return hmac.compare_digest(self.state.encode(), state.encode()) and now.timestamp() < self.expires

    def derived(self, purpose: str) -> str:
        raw = hmac.digest(self.server_key, f"openid {purpose}\0{self.seed}".encode(), "sha256")
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def begin_way(server_key: bytes, going_on: str, now: datetime) -> WayThrough:
    expires = int((now + ALLOWED).timestamp())
    where = base64.urlsafe_b64encode(going_on.encode()[:300]).decode()
    return WayThrough(f"{expires}.{secrets.token_urlsafe(16)}.{where}", expires, going_on, server_key)


def way_of(server_key: bytes, seed: str) -> WayThrough | None:
    """What a seed claims; only `holds` tells whether it began here."""
    expires, _, rest = seed[:LONGEST].partition(".")
    try:
        going_on = base64.urlsafe_b64decode(rest.partition(".")[2].encode("ascii")).decode()
        return WayThrough(seed, int(expires), going_on, server_key)
    except ValueError:
        return None


def role_by_claim(claim: object, roles: Mapping[str, str]) -> str | None:
    """The first of `roles` (in their order) whose value the claim holds, alone or in a list."""
    values = claim if isinstance(claim, list) else [claim]
    return next((role for value, role in roles.items() if value in values), None)
