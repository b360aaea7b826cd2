"""The agency's OpenID provider: what it publishes, kept in this process, and the tokens that it gives.

Nothing is fetched before somebody signs in by it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any

import requests
import structlog
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from processor.domain.access.openid import WayThrough
from processor.domain.errors import Forbidden, Unavailable
from processor.services.access.agreement import Agreed

SECONDS = 5
TURNS = 3
LEEWAY = 60
KEPT = timedelta(hours=1)
DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid profile email"
# Never `none`, never a shared secret: those an id_token could be forged with.
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOG = structlog.get_logger("hotro.openid")


class Provider:
    """One provider as seen from this process."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.turns = BoundedSemaphore(TURNS)
        self.published: tuple[datetime, dict[str, Any]] | None = None
        self.keys: tuple[datetime, KeySet] | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A provider that hangs keeps few threads waiting. Raises Unavailable("oidc_unreachable")."""
        if not self.turns.acquire(timeout=1):
            raise Unavailable("oidc_unreachable")
        try:
            yield
        finally:
            self.turns.release()

    def metadata(self, now: datetime) -> dict[str, Any]:
        """Its addresses. Raises Unavailable("oidc_unreachable")."""
        kept = self.published
        if kept is None or now - kept[0] > KEPT:
            kept = (now, fetched(self.issuer.rstrip("/") + DISCOVERY))
            self.check(kept[1])
            self.published = kept
        return kept[1]

    def check(self, found: Mapping[str, Any]) -> None:
        """What it publishes must be its own, and reached as safely as the issuer itself."""
        scheme = self.issuer.partition(":")[0]
        safe = all(str(found.get(name, "")).startswith(("https://", f"{scheme}://")) for name in NEEDED)
        if found.get("issuer") != self.issuer or not safe:
            LOG.error("openid_discovery_unusable", issuer=self.issuer, named=found.get("issuer"))
            raise Unavailable("oidc_unreachable")

    def key_set(self, now: datetime, anew: bool = False) -> KeySet:
        kept = self.keys
        if kept is None or anew or now - kept[0] > KEPT:
            kept = (now, keys_in(fetched(self.metadata(now)["jwks_uri"])))
            self.keys = kept
        return kept[1]


@lru_cache(maxsize=8)
def provider_at(issuer: str) -> Provider:
    return Provider(issuer)


def authorization_address(known: Agreed, way: WayThrough, come_back: str, now: datetime) -> str:
    """Where the browser is sent to sign in. Raises Unavailable("oidc_unreachable")."""
    endpoint = provider_at(known.issuer).metadata(now)["authorization_endpoint"]
    with client(known, come_back) as session:
        address, _ = session.create_authorization_url(
            endpoint, state=way.state, nonce=way.nonce, code_verifier=way.verifier
        )
    return address


def claims_for(known: Agreed, way: WayThrough, come_back: str, code: str, now: datetime) -> dict[str, Any]:
    """Who has signed in: the claims of the checked id_token, and of the userinfo where role or name is told only there.

    Raises Unavailable("oidc_unreachable"), Forbidden("oidc_refused").
    """
    provider = provider_at(known.issuer)
    metadata = provider.metadata(now)
    with client(known, come_back) as session:
        token = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=way.verifier)
        claims = checked(str(token.get("id_token", "")), provider, known, way.nonce, token, now)
        if metadata.get("userinfo_endpoint") and not claims.keys() >= {known.role_claim, "name"}:
            told = answered(session.get(metadata["userinfo_endpoint"]))
            if told.get("sub") == claims["sub"]:
                claims = {**told, **claims}
    return claims


def checked(
    id_token: str, provider: Provider, known: Agreed, nonce: str, token: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Signature by the provider's own keys, issuer, audience, expiry, nonce. Raises JoseError, Unavailable."""
    try:
        read = jwt.decode(id_token, provider.key_set(now), algorithms=SIGNED_BY)
    except (InvalidKeyIdError, ValueError):  # signed with a key that is newer than those known here
        read = jwt.decode(id_token, provider.key_set(now, anew=True), algorithms=SIGNED_BY)
    wanted: dict[str, Any] = {
        "iss": {"essential": True, "value": known.issuer},
        "aud": {"essential": True, "value": known.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    told = {"nonce": nonce, "client_id": known.client_id, "access_token": token.get("access_token")}
    CodeIDToken(read.claims, read.header, wanted, told).validate(int(now.timestamp()), LEEWAY)
    return dict(read.claims)


@contextmanager
def client(known: Agreed, come_back: str) -> Iterator[OAuth2Session]:
    """A session with the provider; whatever goes wrong in it has a name."""
    session = OAuth2Session(
        known.client_id,
        known.client_secret,
        scope=SCOPE,
        redirect_uri=come_back,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )
    with session, named_troubles():
        yield session


@contextmanager
def named_troubles() -> Iterator[None]:
    try:
        yield
    except (OAuthError, JoseError) as refusal:
        LOG.warning("openid_refused", reason=str(refusal))
        raise Forbidden("oidc_refused") from None
    except (requests.RequestException, ValueError) as trouble:
        LOG.warning("openid_unreachable", reason=type(trouble).__name__)
        raise Unavailable("oidc_unreachable") from None


def fetched(address: str) -> dict[str, Any]:
    with named_troubles():
        return answered(requests.get(address, timeout=SECONDS, headers={"Accept": "application/json"}))


def answered(response: requests.Response) -> dict[str, Any]:
    """Raises requests.RequestException, ValueError."""
    response.raise_for_status()
    told = response.json()
    if not isinstance(told, dict):
        raise ValueError("not a JSON object")
    return told


def keys_in(published: dict[str, Any]) -> KeySet:
    with named_troubles():
        return KeySet.import_key_set({"keys": published["keys"]})
