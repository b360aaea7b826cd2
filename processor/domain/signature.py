"""Ed25519 keys, derived from the server's key and a seed, and their signatures. Nothing secret is stored."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class SigningKey:
    """`public_key` in base64. In use from `valid_from` until `valid_to`, for signing still when that is None."""

    key_id: str
    seed: str
    public_key: str
    valid_from: datetime
    valid_to: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


@dataclass(frozen=True)
class Signer:
    """A key together with its private part."""

    key: SigningKey
    private: Ed25519PrivateKey

    @property
    def key_id(self) -> str:
        return self.key.key_id

    def sign(self, content: bytes) -> bytes:
        return self.private.sign(content)


def private_part(server_key: bytes, seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(server_key, f"signing\0{seed}".encode(), "sha256"))


def new_key(server_key: bytes, seed: str, valid_from: datetime) -> SigningKey:
    public = private_part(server_key, seed).public_key().public_bytes_raw()
    return SigningKey(hashlib.sha256(public).hexdigest()[:16], seed, base64.b64encode(public).decode(), valid_from)


def signer_of(key: SigningKey, server_key: bytes) -> Signer | None:
    """None when the server's key is no longer the one that the key was derived from."""
    private = private_part(server_key, key.seed)
    same = base64.b64encode(private.public_key().public_bytes_raw()).decode() == key.public_key
    return Signer(key, private) if same else None


def signer_for(keys: Sequence[SigningKey], server_key: bytes, received_at: datetime) -> Signer | None:
    """Who signs a receipt of that moment: the key in use then, as long as it can be derived, otherwise today's.

    A signature is made whenever a receipt is shown and stored nowhere. Ed25519 is deterministic, so the same key
    gives the same receipt for ever, before and after a rotation. After a change of the server's key old receipts are
    signed anew by a key that began later; who verifies one is told so. None when no key can sign today.
    """
    usable = [signer for key in keys if (signer := signer_of(key, server_key))]
    of_then = (signer for signer in usable if signer.key.covers(received_at))
    of_today = (signer for signer in usable if signer.key.valid_to is None)
    return next(of_then, None) or next(of_today, None)
