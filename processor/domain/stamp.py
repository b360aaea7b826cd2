"""A signed time: when a page was shown, and for which draft. It cannot be made older than it is."""

import hmac
from datetime import UTC, datetime, timedelta


def stamp(server_key: bytes, subject: str, now: datetime) -> str:
    at = str(int(now.timestamp()))
    return f"{at}.{signature(server_key, subject, at)}"


def age(server_key: bytes, subject: str, written: str, now: datetime) -> timedelta | None:
    """How long ago the page was shown; None when this is no stamp of ours for it."""
    at, _, signed = written.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 12):
        return None
    if not hmac.compare_digest(signed.encode(), signature(server_key, subject, at).encode()):
        return None
    return now - datetime.fromtimestamp(int(at), UTC)


def signature(server_key: bytes, subject: str, at: str) -> str:
    return hmac.digest(server_key, f"stamp\0{subject}\0{at}".encode(), "sha256").hex()[:32]
