"""The key of the data at rest, in a file of its own outside the data folder.

Rows and files are encrypted under keys derived from it; its id, which opens nothing, is told wherever it was used.
"""

import base64
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from processor.domain.errors import HotroError

BEGINNING = "hotro-at-rest-1:"
BYTES, NONCE, ID_BYTES = 32, 12, 8


class AtRestFault(HotroError):
    """The key is missing, wrong, or lies where it must not; or what it closed was changed."""


@dataclass(frozen=True)
class Seal:
    """Closes and opens with AES-256-GCM. `secret` is 32 random bytes."""

    secret: bytes = field(repr=False)

    @cached_property
    def key_id(self) -> str:
        """16 hexadecimal digits."""
        return hashlib.sha256(self._derived(b"id")).digest()[:ID_BYTES].hex()

    def closed(self, place: str, data: bytes) -> bytes:
        """`place` names the column, so that a value moved to another one does not open."""
        nonce = os.urandom(NONCE)
        return nonce + self._rows.encrypt(nonce, data, place.encode())

    def opened(self, place: str, closed: bytes) -> bytes:
        """Raises AtRestFault."""
        try:
            return self._rows.decrypt(closed[:NONCE], closed[NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise AtRestFault(f"Không giải mã được {place}: dữ liệu đã bị đổi.") from None

    def of_file(self, salt: bytes) -> AESGCM:
        return AESGCM(self._derived(b"file", salt))

    @cached_property
    def _rows(self) -> AESGCM:
        return AESGCM(self._derived(b"rows"))

    def _derived(self, purpose: bytes, salt: bytes = b"") -> bytes:
        return HKDF(SHA256(), BYTES, salt, b"hotro at rest: " + purpose).derive(self.secret)


def make_key_file(path: Path) -> Seal:
    """That its owner alone reads. Raises FileExistsError, OSError."""
    secret = secrets.token_bytes(BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{BEGINNING}{base64.urlsafe_b64encode(secret).decode()}\n")
        file.flush()
        os.fsync(file.fileno())
    return Seal(secret)


def seal_in(path: Path, data: Path) -> Seal:
    """The key that stands in a file. Raises AtRestFault."""
    refuse_inside(path, data)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise AtRestFault(f"Người khác đọc được khóa {path}. Chạy: chmod 600 {path}")
        beginning, secret = path.read_text().strip().partition(BEGINNING)[1:]
        seal = Seal(base64.urlsafe_b64decode(secret))
    except OSError as error:
        raise AtRestFault(f"Không đọc được khóa ở HOTRO_AT_REST_KEY ({path}): {error.strerror}.") from None
    except ValueError:
        raise AtRestFault(f"{path} không phải tệp khóa. Tạo khóa: hotro at-rest key TỆP") from None
    if not beginning or len(seal.secret) != BYTES:
        raise AtRestFault(f"{path} không phải tệp khóa. Tạo khóa: hotro at-rest key TỆP")
    return seal


def refuse_inside(path: Path, data: Path) -> None:
    """Whoever takes the data folder would take the key along. Raises AtRestFault."""
    if path.resolve().is_relative_to(data.resolve()):
        raise AtRestFault("Khóa không để trong thư mục dữ liệu: ai lấy được thư mục thì đọc được tất cả.")
