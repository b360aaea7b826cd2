"""The files themselves. Key = random attachment id; hash and name are columns of the database.

A file is written and synced under `incoming/`, then renamed into its place and the folder synced, before any row
names it. A crash in between leaves at most a file without a row, which the sweep removes. Files that come in pieces
grow under `incoming/` too (see partial_files).
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from processor.storage.disk import full_disk_named, settle, sync_folder, write_whole
from processor.storage.partial_files import PartialFile

CHUNK = 256 * 1024
SPOOL = 128 * 1024


class AttachmentStore(Protocol):
    def receive(self, attachment_id: str | None = None) -> "Incoming": ...
    def keep(self, incoming: "Sequence[Incoming]") -> list[str]: ...
    def begin(self) -> str: ...
    def partial(self, attachment_id: str) -> PartialFile: ...
    def copy(self, attachment_id: str) -> str: ...
    def open(self, attachment_id: str) -> BinaryIO: ...
    def remove(self, attachment_id: str) -> None: ...
    def ids(self) -> Iterator[str]: ...
    def sweep(self, older_than_seconds: float, known: set[str]) -> int: ...


class Incoming:
    """A file while it arrives: hashed as it comes, on disk once it is larger than SPOOL or somebody asks for it.

    `size` in bytes; `kept` once it is in its place for good.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
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
        return self._place.name

    @property
    def path(self) -> Path:
        """Where all of it can be read."""
        self._flush()
        return self._place

    @property
    def sha256(self) -> str:
        self._flush()
        return self._hash.hexdigest()

    def sync(self) -> None:
        """May be called again after a failure."""
        self._flush()
        assert self._file is not None
        if not self._file.closed:
            with full_disk_named():
                os.fsync(self._file.fileno())
            # Nobody reads it soon; its memory serves the next file, which spares the system finding new.
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._file.close()

    def discard(self) -> None:
        """Gone, unless it was kept meanwhile."""
        self._spool = bytearray()
        if self._file is not None and not self.kept:
            self._file.close()
            self._place.unlink(missing_ok=True)

    def _flush(self) -> None:
        with full_disk_named():
            if self._file is None:
                self._file = open(self._place, "xb", buffering=0)  # noqa: SIM115, PTH123
            if self._spool:
                write_whole(self._file, self._spool)
                self._hash.update(self._spool)
                self._spool = bytearray()


class FileStore:
    """Files in one folder a day, so that one sync of the folder serves a whole submission.

    An id is the day of arrival (six digits) and 104 random bits.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def receive(self, attachment_id: str | None = None) -> Incoming:
        """Under a new id; under a given one when the file has had it elsewhere."""
        return Incoming(self.incoming / (attachment_id or new_id()))

    def keep(self, incoming: Sequence[Incoming]) -> list[str]:
        """Put files in their places for good; their ids. They survive a power cut from here on."""
        for file in incoming:
            file.sync()
        folders = {self._settle(file) for file in incoming}
        for folder in folders:
            sync_folder(folder)
        return [file.name for file in incoming]

    def _settle(self, file: Incoming) -> Path:
        place = self._place(file.name)
        if not file.kept:
            settle(file.path, place)
            file.kept = True
        return place.parent

    def begin(self) -> str:
        """The id of a new file that will arrive in pieces."""
        made = new_id()
        self.partial(made).begin()
        return made

    def partial(self, attachment_id: str) -> PartialFile:
        return PartialFile(self.incoming / attachment_id, self._place(attachment_id))

    def copy(self, attachment_id: str) -> str:
        """The same bytes under a new id, synced. They never change, so that the disk may hold them once."""
        made = new_id()
        place = self._place(made)
        with full_disk_named():
            # The sweep goes by age, and both names share one.
            os.utime(self._place(attachment_id))
            place.parent.mkdir(exist_ok=True)
            place.hardlink_to(self._place(attachment_id))
            sync_folder(place.parent)
            sync_folder(self.folder)
        return made

    def open(self, attachment_id: str) -> BinaryIO:
        return self._place(attachment_id).open("rb")

    def remove(self, attachment_id: str) -> None:
        """Half-sent files too."""
        self._place(attachment_id).unlink(missing_ok=True)
        (self.incoming / attachment_id).unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        for place in sorted(self.folder.glob("[0-9]*/*")):
            yield place.name

    def sweep(self, older_than_seconds: float, known: set[str]) -> int:
        """Remove files that no row names and that are older than a running upload can be; how many."""
        oldest = time.time() - older_than_seconds
        removed = 0
        for place in [*self.incoming.iterdir(), *self.folder.glob("[0-9]*/*")]:
            with contextlib.suppress(FileNotFoundError):
                if place.stem not in known and place.stat().st_mtime < oldest:
                    place.unlink()
                    removed += 1
        return removed

    def _place(self, attachment_id: str) -> Path:
        return self.folder / attachment_id[:6] / attachment_id


def new_id() -> str:
    return f"{datetime.now(UTC):%y%m%d}{secrets.token_hex(13)}"


def open_store(url: str) -> AttachmentStore:
    """A store for `file:PATH`."""
    scheme, _, rest = url.partition(":")
    if scheme != "file" or not rest:
        raise ValueError(f"HOTRO_ATTACHMENTS_URL là “{url}”. Viết file:ĐƯỜNG_DẪN.")
    return FileStore(Path(rest))
