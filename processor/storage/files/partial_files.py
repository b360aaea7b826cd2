"""A file that arrives in pieces, from any process and over days: its size is the truth of how much has arrived.

Each block is compared and appended under a lock that is held for that block only. A connection thought dead that
wakes later finds the file longer than it left it, and stops: the bytes of two connections never mix.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from processor.storage.files.disk import full_disk_named, gone_when_failing, settle, sync_folder
from processor.storage.files.layouts import Layout, Plain


class OffsetMoved(Exception):
    """Another connection was faster, or the client is mistaken about what has arrived."""


class PartGone(Exception):
    """Cancelled, lapsed, or in its place for good."""


class PartialFile:
    """`arriving` is where its bytes come in, `place` where it stays once it is whole."""

    def __init__(self, arriving: Path, place: Path, layout: Layout | None = None) -> None:
        self.arriving = arriving
        self.place = place
        self.layout = layout or Plain()

    def begin(self) -> None:
        """Empty, and there after a power cut too."""
        with full_disk_named(), self.arriving.open("xb", buffering=0) as file, gone_when_failing(self.arriving):
            self.layout.begin(file)
            sync_folder(self.arriving.parent)

    @property
    def size(self) -> int:
        """Raises PartGone."""
        for path in (self.arriving, self.place):
            with contextlib.suppress(FileNotFoundError), path.open("rb", buffering=0) as file:
                return self.layout.size(file)
        raise PartGone

    def append(self, offset: int, block: bytes | bytearray) -> None:
        """All of the block or nothing. Raises OffsetMoved, PartGone, Unavailable."""
        with self._held(offset) as file, full_disk_named():
            try:
                self.layout.append(file, block)
            except OSError:
                self.layout.cut(file, offset)
                raise

    def take_back(self, end: int, start: int) -> None:
        """Drop what one connection brought, from `start` to `end`. Raises OffsetMoved when more has come since."""
        with self._held(end) as file, full_disk_named():
            self.layout.cut(file, start)

    def sync(self) -> None:
        """What arrived so far survives a power cut from here on. Raises PartGone, Unavailable."""
        with self._opened() as file, full_disk_named():
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def readable(self) -> Iterator[Path]:
        """A name of its own for the time it is read: whoever finishes first moves the file. Raises PartGone.

        A crash leaves the name; the sweep takes it by its age, which begins now.
        """
        name = self.arriving.with_name(f"{self.arriving.name}.{secrets.token_hex(4)}")
        with full_disk_named():
            self._link(name)
        try:
            with self.layout.shown(name, whole=False) as shown:
                yield shown
        finally:
            name.unlink(missing_ok=True)

    def _link(self, name: Path) -> None:
        for path in (self.arriving, self.place):
            with contextlib.suppress(FileNotFoundError):
                name.hardlink_to(path)
                return os.utime(name)
        raise PartGone

    def keep(self, length: int) -> str:
        """Into its place for good, synced; its SHA-256. May be called again: after a crash, or by two at once.

        Raises OffsetMoved when it is not whole, PartGone, Unavailable.
        """
        try:
            with self._held(length) as file:
                with full_disk_named():
                    self.layout.finish(file)
                    os.fsync(file.fileno())
                settle(self.arriving, self.place)
        except PartGone:
            if not self.place.exists():
                raise
        with full_disk_named(), self.layout.open(self.place) as whole:
            sync_folder(self.place.parent)
            return hashlib.file_digest(whole, "sha256").hexdigest()

    @contextlib.contextmanager
    def _held(self, size: int) -> Iterator[BinaryIO]:
        """Open and locked, at that size and still where it arrives."""
        with self._opened() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not self._is(file):
                raise PartGone
            if self.layout.size(file) != size:
                raise OffsetMoved
            yield file

    @contextlib.contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """Never made anew: what was removed stays removed."""
        try:
            descriptor = os.open(self.arriving, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            raise PartGone from None
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            yield file

    def _is(self, file: BinaryIO) -> bool:
        """Moved or removed between opening and locking?"""
        try:
            return os.path.samestat(self.arriving.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False
