"""A package as it came: limits first, then the manifest and its seal, then each entry against its hash. Nothing kept.

The archive is read as if it lied about itself, as an applicant's file is.
"""

import base64
import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ValidationError

from processor.domain.files import FileFault, size_words
from processor.domain.package import (
    DEFINITIONS,
    DOCUMENTS,
    FILES,
    FORMAT,
    LARGEST_DOCUMENT,
    LARGEST_SEAL,
    MANIFEST,
    MOST_UNPACKED,
    SEAL,
    VERSION,
    Manifest,
    PackageFault,
    PublicKey,
    Seal,
    statement,
)
from processor.inspection import archive

DAMAGED = "Gói bị hỏng hoặc bị sửa{where}. Xuất lại gói từ nơi gửi rồi nhập lại."
FOREIGN = "Tệp này không phải gói hồ sơ của hotro. Dùng tệp do hotro dossier export hoặc trang hồ sơ tạo ra."
NEWER = "Gói dùng định dạng bản {version}, ở đây chỉ đọc được bản {known}. Nâng cấp hotro rồi nhập lại."
TOO_LARGE = "Gói lớn hơn mức cho phép ({most}) hoặc nén bất thường nên không mở."
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, NotImplementedError)
M = TypeVar("M", bound=BaseModel)


class OpenedPackage:
    """The entries of a package whose manifest and seal have been read. `content` and `pieces` check what they give."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.packed = {entry.info.filename: entry for entry in archive.checked_entries(file, MOST_UNPACKED)}
        if MANIFEST not in self.packed or SEAL not in self.packed:
            raise PackageFault(FOREIGN)
        manifest = self._raw(MANIFEST, LARGEST_DOCUMENT)
        self.manifest = read_manifest(manifest)
        self.seal = parsed(Seal, self._raw(SEAL, LARGEST_SEAL), SEAL)
        self.entries = {entry.name: entry for entry in self.manifest.entries}
        self._refuse_strangers()
        if not signed_by(self.seal.key, self.seal.signature, statement(manifest)):
            raise damaged("chữ ký của gói không khớp")

    def content(self, name: str) -> bytes:
        """A document, as the manifest tells it."""
        if name not in self.entries:
            raise damaged(f"thiếu {name}")
        if self.entries[name].size > LARGEST_DOCUMENT:
            raise PackageFault(TOO_LARGE.format(most=size_words(LARGEST_DOCUMENT)))
        return b"".join(self.pieces(name))

    def document(self, name: str) -> Any:
        try:
            return json.loads(self.content(name))
        except (ValueError, RecursionError):
            raise damaged(name) from None

    def pieces(self, name: str) -> Iterator[bytes]:
        """Raises PackageFault at the end when it was not what the manifest tells."""
        told = self.entries[name]
        digest, size = hashlib.sha256(), 0
        for piece in self._inflated(name):
            size += len(piece)
            if size > told.size:
                raise damaged(name)
            digest.update(piece)
            yield piece
        if (size, digest.hexdigest()) != (told.size, told.sha256):
            raise damaged(name)

    def _raw(self, name: str, most: int) -> bytes:
        held = bytearray()
        for piece in self._inflated(name):
            held += piece
            if len(held) > most:
                raise PackageFault(TOO_LARGE.format(most=size_words(most)))
        return bytes(held)

    def _inflated(self, name: str) -> Iterator[bytes]:
        with readable(name):
            yield from archive.inflated(self.file, self.packed[name])

    def _refuse_strangers(self) -> None:
        """Every entry is in the manifest and has one of the names that a package has."""
        if len(self.entries) < len(self.manifest.entries) or set(self.packed) != {MANIFEST, SEAL, *self.entries}:
            raise damaged("danh sách tệp không khớp")
        for name in self.entries:
            if name not in DOCUMENTS and not name.startswith((DEFINITIONS, FILES)):
                raise damaged(f"tệp lạ {name[:60]!r}")
        if missing := sorted(set(DOCUMENTS) - set(self.entries)):
            raise damaged(f"thiếu {missing[0]}")


@contextmanager
def opened_package(path: Path) -> Iterator[OpenedPackage]:
    """Raises PackageFault for whatever is wrong with the package, also while it is being read."""
    try:
        with path.open("rb") as file:
            if path.stat().st_size > MOST_UNPACKED:
                raise PackageFault(TOO_LARGE.format(most=size_words(MOST_UNPACKED)))
            with readable():
                package = OpenedPackage(file)
            yield package
    except OSError as error:
        raise PackageFault(f"Không đọc được tệp: {error.strerror}.") from None


@contextmanager
def readable(name: str = "") -> Iterator[None]:
    try:
        yield
    except PackageFault:
        raise
    except FileFault as fault:
        if fault.code == "file_too_complex":
            raise PackageFault(TOO_LARGE.format(most=size_words(MOST_UNPACKED))) from None
        raise (damaged(name) if name else PackageFault(FOREIGN)) from None
    except UNREADABLE:
        raise (damaged(name) if name else PackageFault(FOREIGN)) from None


def read_manifest(content: bytes) -> Manifest:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise damaged(MANIFEST) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise PackageFault(FOREIGN)
    if told.get("version") != VERSION:
        raise PackageFault(NEWER.format(version=str(told.get("version"))[:20], known=VERSION))
    return parsed(Manifest, content, MANIFEST)


def parsed(model: type[M], content: bytes, name: str) -> M:
    try:
        return model.model_validate_json(content, strict=True)
    except ValidationError:
        raise damaged(name) from None


def damaged(where: str) -> PackageFault:
    return PackageFault(DAMAGED.format(where=f" ({where})" if where else ""))


def signed_by(key: PublicKey, signature: str, content: bytes) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(base64.b64decode(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return key.is_its_own
