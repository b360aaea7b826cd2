"""Passwords as they are kept: Argon2id over the letters as composed by NFC."""

import functools
import secrets
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST_PASSWORD = 200
HASHER = PasswordHasher()
NO_PASSWORD = ""
"""The hash of an officer who signs in by the agency's accounts: no password fits."""


@functools.cache
def nobodys_hash() -> str:
    """As costly to compare with as any; no password is known for it."""
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, HASHER.hash_len))
    return f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${salt}${digest}"


def hashed(password: str) -> str:
    return HASHER.hash(composed(password))


def composed(password: str) -> str:
    """Keyboards compose Vietnamese letters in different ways."""
    return unicodedata.normalize("NFC", password[:LONGEST_PASSWORD])


def password_fits(stored: str, password: str) -> bool:
    """Takes its time for every answer, also where no password can fit."""
    try:
        return HASHER.verify(stored or nobodys_hash(), composed(password)) and stored != NO_PASSWORD
    except (VerificationError, InvalidHashError):
        return False
