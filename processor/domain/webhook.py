"""Telling other systems of events: addresses, secrets, signatures after the Standard Webhooks specification."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from processor.domain.feed import FeedEvent
from processor.domain.vietnamese import iso

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PREFIX = "whsec_"
LONGEST_URL, LONGEST_LABEL = 500, 80
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=10),
)
"""Between two tries; after the last it is given up, about 25 hours after the first."""


@dataclass(frozen=True)
class Webhook:
    """An address that is told. `waiting` and `given_up` count events; `last_error` is of those that failed."""

    id: int
    url: str
    label: str
    created_at: datetime
    disabled_at: datetime | None
    waiting: int = 0
    given_up: int = 0
    last_error: str | None = None

    @property
    def host(self) -> str:
        """Paths of such addresses may hold a secret."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True)
class Delivery:
    """One event for one address, as it is to be sent."""

    id: int
    url: str
    seed: str
    created_at: datetime
    attempts: int
    event: FeedEvent


def fit_address(url: str) -> bool:
    """https; http only to this machine. No name and password in it, no part after #."""
    try:
        parts = urlsplit(url)
        port_reads = parts.port is None or parts.port > 0
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    bare = parts.username is None and parts.password is None and not parts.fragment
    return bool(plain and bare and port_reads and parts.hostname and (parts.scheme == "https" or local))


def secret_of(server_key: bytes, seed: str) -> str:
    """As the receiver is given it: 256 bits that only this server can derive again."""
    raw = hmac.digest(server_key, f"webhook\0{seed}".encode(), "sha256")
    return PREFIX + base64.b64encode(raw).decode()


def headers_for(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, message_id, stamp, body),
    }


def signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    raw = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(raw, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def body_of(event: FeedEvent, national_code: int | None) -> bytes:
    """No name, no answer, no note: who may know more asks with a token."""
    told = {
        "reference": event.reference,
        "form_id": event.form_id,
        "status": event.status,
        "national_code": national_code,
        "cursor": event.cursor,
    }
    return json.dumps({"type": event.type, "timestamp": iso(event.at), "data": told}).encode()


def trial_body(at: datetime) -> bytes:
    return json.dumps({"type": "hotro.test", "timestamp": iso(at), "data": {}}).encode()


def wait_before(attempts: int) -> timedelta | None:
    """After so many failed tries; None when there is no other."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
