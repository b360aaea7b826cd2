"""Secrets of 128 bits and more: access codes, tokens in links. Only their SHA-256 is stored; they are random."""

import base64
import hashlib
import hmac
import re
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FOURS = re.compile(".{1,4}")
LOOK_ALIKES = str.maketrans("ILO", "110")
BYTES = 16


def new_token() -> str:
    return secrets.token_urlsafe(BYTES)


def new_access_code() -> str:
    return code_from(secrets.token_bytes(BYTES))


def derived(server_key: bytes, purpose: str, seed: str) -> bytes:
    """128 bits that only the holder of `seed` can have repeated: nothing stored leads to them."""
    return hmac.digest(server_key, f"{purpose}\0{seed}".encode(), "sha256")[:BYTES]


def derived_access_code(server_key: bytes, seed: str) -> str:
    return code_from(derived(server_key, "access_code", seed))


def derived_token(server_key: bytes, purpose: str, seed: str) -> str:
    return base64.urlsafe_b64encode(derived(server_key, purpose, seed)).rstrip(b"=").decode()


def code_from(raw: bytes) -> str:
    """26 signs in groups of four; I, L, O and U are not among them."""
    number = int.from_bytes(raw)
    signs = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def normal_access_code(typed: str) -> str:
    """As issued, whatever spacing, case or look-alikes were typed."""
    signs = re.sub(r"[^0-9A-Za-z]", "", typed)[:64].upper().translate(LOOK_ALIKES)
    return "-".join(FOURS.findall(signs))


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored_hash: str) -> bool:
    return hmac.compare_digest(secret_hash(secret), stored_hash)
