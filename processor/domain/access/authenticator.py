"""Codes of an authenticator app (RFC 6238), and the recovery codes that open where the app is lost."""

import base64
import hmac
import re
import secrets
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from processor.domain.access.credentials import CROCKFORD, normal_access_code

SERVICE = "Hotro"
NEIGHBOURS = (0, -1, 1)
"""The present time step, the one before and the one after: clocks differ, typing takes a while."""
RECOVERY_SIGNS = 16
NONCE_BYTES = 12
APP_CODE = re.compile(r"[0-9]{6}\Z")


def new_secret() -> str:
    """160 bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, name: str) -> str:
    """What the QR code carries for the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=SERVICE)


def in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def app_code(typed: str) -> str | None:
    """Six digits, however they were spaced; None when it is no code of an app."""
    signs = re.sub(r"[\s.\-]", "", typed[:64])
    return signs if APP_CODE.match(signs) else None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of 30 seconds since 1970 whose code this is; None when it is none near `now`."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // totp.interval
    steps = (present + beside for beside in NEIGHBOURS)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)


def new_recovery_code() -> str:
    """80 bits as 16 signs in groups of four."""
    return normal_access_code("".join(secrets.choice(CROCKFORD) for _ in range(RECOVERY_SIGNS)))


def sealed(server_key: bytes, officer_id: int, secret: str) -> str:
    """As stored: a copy of the database without the server's key gives no codes, nor does another officer's row."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    hidden = AESGCM(sealing_key(server_key)).encrypt(nonce, secret.encode(), str(officer_id).encode())
    return base64.b64encode(nonce + hidden).decode()


def unsealed(server_key: bytes, officer_id: int, stored: str) -> str | None:
    """None when the server's key has changed since."""
    raw = base64.b64decode(stored)
    try:
        found = AESGCM(sealing_key(server_key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], str(officer_id).encode())
    except InvalidTag:
        return None
    return found.decode()


def sealing_key(server_key: bytes) -> bytes:
    return hmac.digest(server_key, b"totp\0", "sha256")
