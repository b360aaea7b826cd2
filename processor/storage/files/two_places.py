"""Two stores while files move from one to the other: what is new goes to the new one, what is not there yet is read
from the old. Whoever removes a file removes it from both.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from processor.storage.files.attachments import CHUNK, AttachmentStore, Partial
from processor.storage.files.incoming import Incoming
from processor.storage.files.partial_files import PartGone

ANY = 1 << 62


class TwoPlaces:
    def __init__(self, new: AttachmentStore, old: AttachmentStore) -> None:
        self.new = new
        self.old = old
        self.block = new.block

    def check(self) -> None:
        self.new.check()
        self.old.check()

    def reach(self) -> None:
        self.new.reach()
        self.old.reach()

    def receive(self, attachment_id: str | None = None) -> Incoming:
        return self.new.receive(attachment_id)

    def ready(self, incoming: Sequence[Incoming]) -> None:
        self.new.ready(incoming)

    def keep(self, incoming: Sequence[Incoming]) -> list[str]:
        return self.new.keep(incoming)

    def begin(self) -> str:
        return self.new.begin()

    def partial(self, attachment_id: str) -> Partial:
        """What was begun at the old place goes on and is finished there."""
        found = self.new.partial(attachment_id)
        try:
            _ = found.size
        except PartGone:
            return self.old.partial(attachment_id)
        return found

    def copy(self, attachment_id: str) -> str:
        if self.new.has(attachment_id):
            return self.new.copy(attachment_id)
        copied = self.new.receive()
        with self.open(attachment_id) as file:
            while block := file.read(CHUNK):
                copied.write(block, ANY)
        return self.new.keep([copied])[0]

    def has(self, attachment_id: str) -> bool:
        return self.new.has(attachment_id) or self.old.has(attachment_id)

    def open(self, attachment_id: str) -> BinaryIO:
        """Raises FileNotFoundError, FileDamaged, AtRestFault, Unavailable."""
        for place in (self.new, self.old):
            with contextlib.suppress(FileNotFoundError):
                return place.open(attachment_id)
        return self.new.open(attachment_id)  # moved between the two looks

    @contextlib.contextmanager
    def readable(self, attachment_id: str) -> Iterator[Path]:
        holder = self.old if not self.new.has(attachment_id) and self.old.has(attachment_id) else self.new
        with holder.readable(attachment_id) as shown:
            yield shown

    def remove(self, attachment_id: str) -> None:
        self.old.remove(attachment_id)
        self.new.remove(attachment_id)

    def reseal(self, attachment_id: str) -> bool:
        return self.new.reseal(attachment_id) | self.old.reseal(attachment_id)

    def is_sealed(self, attachment_id: str) -> bool:
        return (self.new if self.new.has(attachment_id) else self.old).is_sealed(attachment_id)

    def ids(self) -> Iterator[str]:
        new = set(self.new.ids())
        yield from sorted(new.union(self.old.ids()))

    def free(self) -> int:
        return self.new.free()

    def sweep(self, older_than_seconds: float, known: set[str]) -> int:
        return self.new.sweep(older_than_seconds, known) + self.old.sweep(older_than_seconds, known)
