"""A file while it arrives, before it is anybody's attachment."""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from processor.storage.files.disk import full_disk_named
from processor.storage.files.layouts import Layout, Plain

SPOOL = 128 * 1024
"""Bytes held in memory before they go to the disk."""


class Incoming:
    """A file while it arrives: hashed as it comes, on disk once it is larger than SPOOL or somebody asks for it.

    `size` in bytes; `kept` once it is in its place for good.
    """

    def __init__(self, place: Path, layout: Layout | None = None) -> None:
        self.arriving = place
        self._layout = layout or Plain()
        self._shown = contextlib.ExitStack()
        self.size = 0
        self._hash = hashlib.sha256()
        self._spool = bytearray()
        self._file: BinaryIO | None = None
        self.kept = False

    def write(self, data: bytes, most: int) -> None:
        """Bytes beyond `most` are counted but not kept: the file will be refused for its size."""
        self.size += len(data)
        if self.size > most:
            return
        self._spool += data
        if len(self._spool) > SPOOL:
            self._flush()

    @property
    def name(self) -> str:
        return self.arriving.name

    @property
    def path(self) -> Path:
        """Where all of it can be read, until it is synced or discarded."""
        self._flush()
        self._shown.close()
        return self._shown.enter_context(self._layout.shown(self.arriving, whole=False))

    @property
    def sha256(self) -> str:
        self._flush()
        return self._hash.hexdigest()

    def sync(self) -> None:
        """May be called again after a failure."""
        file = self._finished()
        if not file.closed:
            with full_disk_named():
                sync_and_forget(file.fileno())
            file.close()

    def close(self) -> Path:
        """All of it as it lies, for a store that keeps it elsewhere. May be called again after a failure."""
        self._finished().close()
        return self.arriving

    def finish(self) -> None:
        """All of it lies at `arriving`, for another process to sync. May be called again after a failure."""
        self._finished()

    def hand_over(self) -> None:
        """Another process has it: it stays, whatever becomes of this one."""
        self.kept = True
        self._finished().close()

    def _finished(self) -> BinaryIO:
        self._shown.close()
        self._flush()
        assert self._file is not None
        if not self._file.closed:
            with full_disk_named():
                self._layout.finish(self._file)
        return self._file

    def discard(self) -> None:
        """Gone, unless it was kept meanwhile."""
        self._spool = bytearray()
        self._shown.close()
        if self._file is not None and not self.kept:
            with contextlib.suppress(OSError):  # swept later
                self._file.close()
            with contextlib.suppress(OSError):
                self.arriving.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._file is not None and not self._spool:
            return
        with full_disk_named():
            if self._file is None:
                self._file = open(self.arriving, "x+b", buffering=0)  # noqa: SIM115, PTH123
                self._layout.begin(self._file)
            if self._spool:
                self._layout.append(self._file, self._spool)
                self._hash.update(self._spool)
                self._spool = bytearray()


class Received(Incoming):
    """One that another process received, whole: it is only to be synced."""

    def sync(self) -> None:
        with full_disk_named():
            descriptor = os.open(self.arriving, os.O_RDONLY)
            try:
                sync_and_forget(descriptor)
            finally:
                os.close(descriptor)


def sync_and_forget(descriptor: int) -> None:
    """Nobody reads it soon; its memory serves the next file, which spares the system finding new."""
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
