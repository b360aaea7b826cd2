"""Encryption to public keys in the age format. The server holds no key that opens its own backups."""

import os
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyrage

from processor.domain.backup import BackupFault
from processor.domain.vietnamese import iso

LEVEL = 3
PUBLIC, SECRET = "# public key: ", "AGE-SECRET-KEY-"


class Sealer:
    """Raises BackupFault for what is no public key."""

    def __init__(self, recipients: Sequence[str]) -> None:
        try:
            self._keys = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
        except pyrage.RecipientError:
            raise BackupFault("Khóa công khai sai. Khóa công khai bắt đầu bằng age1; chép đủ cả dòng.") from None

    def sealed(self, data: bytes) -> bytes:
        sealed: bytes = pyrage.encrypt(zlib.compress(data, LEVEL), self._keys)
        return sealed


class Opener:
    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [pyrage.x25519.Identity.from_str(one) for one in secrets]
        self.public = [str(key.to_public()) for key in self._keys]

    def opened(self, sealed: bytes) -> bytes:
        """Raises ValueError for damage, and for what other keys have closed."""
        try:
            return zlib.decompress(pyrage.decrypt(sealed, self._keys))
        except (pyrage.DecryptError, zlib.error) as error:
            raise ValueError(str(error)) from None


def make_key(place: Path, now: datetime) -> str:
    """Write a new secret key that its owner alone reads; its public key. Raises BackupFault, FileExistsError."""
    secret = pyrage.x25519.Identity.generate()
    public = str(secret.to_public())
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# created: {iso(now)}\n{PUBLIC}{public}\n{secret}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def opener_in(place: Path) -> Opener:
    """The secret keys in a file as `make_key` or `age-keygen` writes it. Raises BackupFault."""
    try:
        lines = [line.strip() for line in place.read_text().splitlines()]
        secrets = [line for line in lines if line and not line.startswith("#")]
        if secrets:
            return Opener(secrets)
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        pass
    raise BackupFault(f"Không đọc được khóa bí mật trong {place}. Tệp khóa có một dòng bắt đầu bằng {SECRET}.")
