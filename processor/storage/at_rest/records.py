"""A file as a header and records, each closed by itself: it grows by appending, and is read from any place in it.

header: magic (8 bytes), id of the key (8), salt (16)
record: length of the content, big-endian, its highest bit set in the last and empty one (4), nonce (12), content,
tag (16)

The tag covers the header, the number of the record and its length: records that were changed, left out, moved or
brought from another file do not open, and a file without its last record is not whole.
"""

import io
import os
import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from processor.storage.at_rest.key import ID_BYTES, NONCE, AtRestFault, Seal

MAGIC = b"\x00hotroAR"
SALT, TAG = 16, 16
HEADER = len(MAGIC) + ID_BYTES + SALT
HEAD = struct.Struct(f">I{NONCE}s")
LAST = 1 << 31
MOST = 1 << 20
"""Bytes of content in one record: what a reader holds at a time."""


class FileDamaged(OSError):
    """Changed on the disk, or cut."""


@dataclass(frozen=True)
class Extent:
    """Where whole records end: `count` of them, `size` bytes of content, `end` in the file; `whole` with the last."""

    count: int
    size: int
    end: int
    whole: bool


def new_header(seal: Seal) -> bytes:
    return MAGIC + bytes.fromhex(seal.key_id) + os.urandom(SALT)


def is_sealed(descriptor: int) -> bool:
    return os.pread(descriptor, len(MAGIC), 0) == MAGIC


def cipher_of(seal: Seal, header: bytes) -> AESGCM:
    """Raises AtRestFault for a file of another key."""
    used = header[len(MAGIC) : len(MAGIC) + ID_BYTES].hex()
    if used != seal.key_id:
        raise AtRestFault(f"Một tệp được mã hóa bằng khóa {used}; HOTRO_AT_REST_KEY là khóa {seal.key_id}.")
    return seal.of_file(header[-SALT:])


def extent(descriptor: int, until: int | None = None) -> Extent:
    """Of all whole records, or of those that bring the first `until` bytes. A record cut short has not come."""
    length, count, size, place = os.fstat(descriptor).st_size, 0, 0, HEADER
    while size != until:
        head = os.pread(descriptor, HEAD.size, place)
        if len(head) < HEAD.size:
            break
        told = HEAD.unpack(head)[0]
        after = place + HEAD.size + (told & ~LAST) + TAG
        if after > length:
            break
        if told & LAST:
            return Extent(count, size, place, whole=True)
        count, size, place = count + 1, size + told, after
    return Extent(count, size, place, whole=False)


def new_records(seal: Seal, descriptor: int, count: int, content: bytes | bytearray | memoryview) -> bytes:
    """What to append to a file of `count` records."""
    header = os.pread(descriptor, HEADER, 0)
    cipher = cipher_of(seal, header)
    parts = [bytes(content[start : start + MOST]) for start in range(0, len(content), MOST)]
    return b"".join(sealed_record(cipher, header, count + number, part) for number, part in enumerate(parts))


def last_record(seal: Seal, descriptor: int, count: int) -> bytes:
    header = os.pread(descriptor, HEADER, 0)
    return sealed_record(cipher_of(seal, header), header, count, b"", LAST)


def sealed_record(cipher: AESGCM, header: bytes, number: int, content: bytes, last: int = 0) -> bytes:
    told = len(content) | last
    nonce = os.urandom(NONCE)
    return HEAD.pack(told, nonce) + cipher.encrypt(nonce, content, bound_to(header, number, told))


def bound_to(header: bytes, number: int, told: int) -> bytes:
    return header + struct.pack(">QI", number, told)


class SealedReader(io.RawIOBase):
    """The content of a file, one record in memory at a time. Raises FileDamaged, AtRestFault while it is read."""

    def __init__(self, path: Path, seal: Seal, whole: bool = True) -> None:
        self._file = path.open("rb", buffering=0)
        self.name = str(path)
        try:
            descriptor = self._file.fileno()
            self._header = os.pread(descriptor, HEADER, 0)
            self._cipher = cipher_of(seal, self._header)
            self._starts, self._places = self._index(descriptor, whole)
        except BaseException:
            self._file.close()
            raise
        self._at = 0
        self._held = (-1, b"")

    def _index(self, descriptor: int, whole: bool) -> tuple[list[int], list[int]]:
        starts, places, place, size = [0], [HEADER], HEADER, 0
        found = extent(descriptor)
        if whole and not found.whole:
            raise FileDamaged(f"{self.name} bị cắt ngắn")
        while place < found.end:
            told = HEAD.unpack(os.pread(descriptor, HEAD.size, place))[0]
            place, size = place + HEAD.size + told + TAG, size + told
            starts.append(size)
            places.append(place)
        if whole:
            self._open_record(descriptor, len(places) - 1, place)
        return starts, places

    def _open_record(self, descriptor: int, number: int, place: int) -> bytes:
        told, nonce = HEAD.unpack(os.pread(descriptor, HEAD.size, place))
        closed = os.pread(descriptor, (told & ~LAST) + TAG, place + HEAD.size)
        try:
            return self._cipher.decrypt(nonce, closed, bound_to(self._header, number, told))
        except InvalidTag:
            raise FileDamaged(f"{self.name} đã bị đổi") from None

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        size = self._starts[-1]
        if self._at >= size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        if self._held[0] != number:
            self._held = (number, self._open_record(self._file.fileno(), number, self._places[number]))
        part = self._held[1][self._at - self._starts[number] :][: len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._starts[-1]}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def open_sealed(path: Path, seal: Seal, whole: bool = True) -> io.BufferedReader:
    return io.BufferedReader(SealedReader(path, seal, whole), 1 << 16)
