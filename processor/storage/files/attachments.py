"""The files themselves. Key = random attachment id; hash and name are columns of the database.

A file is written and synced under `incoming/`, then renamed into its place and the folder synced, before any row
names it. A crash in between leaves at most a file without a row, which the sweep removes. Files that come in pieces
grow under `incoming/` too (see partial_files).
"""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from processor.domain.errors import Unavailable
from processor.storage.at_rest.key import Seal
from processor.storage.files.disk import free_bytes, full_disk_named, gone_when_failing, settle, sync_folder
from processor.storage.files.incoming import Incoming, Received
from processor.storage.files.layouts import Layout, Plain, Sealed, is_closed
from processor.storage.files.partial_files import PartialFile

CHUNK = 256 * 1024


class StoreDown(Unavailable):
    """A store that is not on this machine fails. `where` is its address, without any secret; `reason` is a stable code:
    bucket_missing, store_key_unknown, store_forbidden, store_changed, store_unreachable, store_failed.
    """

    def __init__(self, reason: str, where: str, said: str = "") -> None:
        super().__init__(because=f"{reason} at {where}: {said}")
        self.reason = reason
        self.where = where
        self.said = said


class Partial(Protocol):
    """A file that arrives in pieces; see partial_files and partial_objects."""

    @property
    def size(self) -> int: ...
    def append(self, offset: int, block: bytes | bytearray) -> None: ...
    def take_back(self, end: int, start: int) -> None: ...
    def sync(self) -> None: ...
    def readable(self) -> contextlib.AbstractContextManager[Path]: ...
    def keep(self, length: int) -> str: ...


class AttachmentStore(Protocol):
    """`block` is how many bytes of a piece are best given to `append` at a time."""

    @property
    def block(self) -> int: ...
    def check(self) -> None:
        """When the program starts: can it be written to, read, listed? Raises StoreDown."""

    def reach(self) -> None:
        """At any time, at little cost: does it answer? Raises StoreDown."""

    def receive(self, attachment_id: str | None = None) -> Incoming: ...
    def ready(self, incoming: Sequence[Incoming]) -> None:
        """What of `keep` takes long, for the sender's own thread: whoever keeps for all must not wait for it."""

    def keep(self, incoming: Sequence[Incoming]) -> list[str]: ...
    def begin(self) -> str: ...
    def partial(self, attachment_id: str) -> Partial: ...
    def copy(self, attachment_id: str) -> str: ...
    def has(self, attachment_id: str) -> bool: ...
    def open(self, attachment_id: str) -> BinaryIO: ...
    def readable(self, attachment_id: str) -> contextlib.AbstractContextManager[Path]: ...
    def remove(self, attachment_id: str) -> None: ...
    def reseal(self, attachment_id: str) -> bool: ...
    def is_sealed(self, attachment_id: str) -> bool: ...
    def ids(self) -> Iterator[str]: ...
    def free(self) -> int: ...
    def sweep(self, older_than_seconds: float, known: set[str]) -> int: ...


class FileStore:
    """Files in one folder a day, so that one sync of the folder serves a whole submission.

    An id is the day of arrival (six digits) and 104 random bits.
    """

    block = CHUNK

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self.folder = folder
        self.seal = seal
        self.layout: Layout = Sealed(seal) if seal else Plain()
        self.days: set[Path] = set()
        self.incoming = folder / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def check(self) -> None:
        """Its folder is tried with the others when the program starts."""

    def reach(self) -> None:
        """It is on this machine."""

    def receive(self, attachment_id: str | None = None) -> Incoming:
        """Under a new id; under a given one when the file has had it elsewhere."""
        return Incoming(self.incoming / (attachment_id or new_id()), self.layout)

    def received(self, attachment_id: str) -> Received:
        """A file that another process received."""
        return Received(self.incoming / attachment_id)

    def ready(self, incoming: Sequence[Incoming]) -> None:
        """In their places, but for the sync of the folder, which many senders share."""
        for file in incoming:
            if not file.kept:
                file.sync()
                settle(file.arriving, self._place(file.name))
                file.kept = True

    def keep(self, incoming: Sequence[Incoming]) -> list[str]:
        """Put files in their places for good; their ids. They survive a power cut from here on."""
        self.ready(incoming)
        with full_disk_named():
            for folder in {self._place(file.name).parent for file in incoming}:
                self._sync_day(folder)
        return [file.name for file in incoming]

    def _sync_day(self, folder: Path) -> None:
        """One that is new here in its own folder too: whoever made it may not have come so far."""
        sync_folder(folder)
        if folder not in self.days:
            sync_folder(self.folder)
            self.days.add(folder)

    def begin(self) -> str:
        """The id of a new file that will arrive in pieces."""
        made = new_id()
        self.partial(made).begin()
        return made

    def partial(self, attachment_id: str) -> PartialFile:
        return PartialFile(self.incoming / attachment_id, self._place(attachment_id), self.layout)

    def copy(self, attachment_id: str) -> str:
        """The same bytes under a new id, synced. They never change, so that the disk may hold them once."""
        made = new_id()
        place = self._place(made)
        with full_disk_named():
            # The sweep goes by age, and both names share one.
            os.utime(self._place(attachment_id))
            place.parent.mkdir(exist_ok=True)
            place.hardlink_to(self._place(attachment_id))
            with gone_when_failing(place):
                sync_folder(place.parent)
                sync_folder(self.folder)
        return made

    def has(self, attachment_id: str) -> bool:
        return self._place(attachment_id).exists()

    def open(self, attachment_id: str) -> BinaryIO:
        """Raises FileNotFoundError, FileDamaged, AtRestFault."""
        return self.layout.open(self._place(attachment_id))

    def readable(self, attachment_id: str) -> contextlib.AbstractContextManager[Path]:
        """Where a child process finds its bytes. Raises as `open` does, and Unavailable."""
        return self.layout.shown(self._place(attachment_id))

    def reseal(self, attachment_id: str) -> bool:
        """Close a file that stood in clear, whole and synced before it takes the other's place; False when it is gone
        or closed already. Its name stays, and whoever reads the old bytes reads on.
        """
        place = self._place(attachment_id)
        made = self.incoming / f"{attachment_id}.closed"
        try:
            with full_disk_named(), place.open("rb") as clear:
                if isinstance(self.layout, Plain) or is_closed(place):
                    return False
                with made.open("w+b", buffering=0) as file:
                    self.layout.begin(file)
                    while block := clear.read(CHUNK):
                        self.layout.append(file, block)
                    self.layout.finish(file)
                    os.fsync(file.fileno())
                made.rename(place)
                sync_folder(place.parent)
        except FileNotFoundError:
            return False
        finally:
            made.unlink(missing_ok=True)
        return True

    def is_sealed(self, attachment_id: str) -> bool:
        return is_closed(self._place(attachment_id))

    def remove(self, attachment_id: str) -> None:
        """Half-sent files too."""
        self._place(attachment_id).unlink(missing_ok=True)
        (self.incoming / attachment_id).unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        for place in sorted(self.folder.glob("[0-9]*/*")):
            yield place.name

    def free(self) -> int:
        """Bytes that still fit."""
        return free_bytes(self.folder)

    def sweep(self, older_than_seconds: float, known: set[str]) -> int:
        """Remove files that no row names and that are older than a running upload can be; how many."""
        oldest = time.time() - older_than_seconds
        removed = 0
        for place in [*self.incoming.iterdir(), *self.folder.glob("[0-9]*/*")]:
            with contextlib.suppress(FileNotFoundError):
                if place.name not in known and place.stat().st_mtime < oldest:
                    place.unlink()
                    removed += 1
        return removed

    def _place(self, attachment_id: str) -> Path:
        return self.folder / attachment_id[:6] / attachment_id


def new_id() -> str:
    return f"{datetime.now(UTC):%y%m%d}{secrets.token_hex(13)}"
