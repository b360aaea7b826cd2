"""The store of attachments in a bucket, under the same keys that files have on a disk.

A file arrives and is inspected on this machine, then goes to the bucket whole, is read back and compared, before any
row names it. Whoever reads gets it whole first: a store that fails in between spoils no answer. What lies on this disk
meanwhile is closed with the key of the data at rest where there is one, and swept when a crash leaves it.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from processor.domain.errors import Unavailable
from processor.storage.at_rest.key import Seal
from processor.storage.at_rest.records import MAGIC
from processor.storage.files.arriving import ArrivingFiles
from processor.storage.files.attachments import CHUNK, StoreDown, new_id
from processor.storage.files.bucket import Bucket
from processor.storage.files.disk import free_bytes
from processor.storage.files.incoming import Incoming
from processor.storage.files.layouts import is_closed
from processor.storage.files.object_keys import file_at, key_of, owner_of
from processor.storage.files.partial_objects import PartialObject
from processor.storage.files.passage import Passage

AT_ONCE = 8
ANY = 1 << 62


class ObjectStore:
    """`spool` is a folder of this machine; any number of processes share it, and the bucket."""

    block = 1024 * 1024

    def __init__(self, bucket: Bucket, arriving: ArrivingFiles, spool: Path, seal: Seal | None = None) -> None:
        self.bucket = bucket
        self.arriving = arriving
        self.spool = spool
        self.seal = seal
        self.passage = Passage(bucket, spool, seal)
        self._hands = ThreadPoolExecutor(AT_ONCE, "objects")

    def check(self) -> None:
        self.bucket.try_out()

    def reach(self) -> None:
        self.bucket.reach()

    def receive(self, attachment_id: str | None = None) -> Incoming:
        return Incoming(self.spool / (attachment_id or new_id()), self.passage.layout)

    def ready(self, incoming: Sequence[Incoming]) -> None:
        self.keep(incoming)

    def keep(self, incoming: Sequence[Incoming]) -> list[str]:
        """In the bucket for good; their ids. Nothing is under way any more when it raises."""
        going = [self._hands.submit(self._settle, file) for file in incoming if not file.kept]
        wait(going)
        for done in going:
            done.result()
        return [file.name for file in incoming]

    def _settle(self, file: Incoming) -> None:
        place = file.close()
        self.passage.put(place, key_of(file.name))
        file.kept = True
        place.unlink(missing_ok=True)

    def begin(self) -> str:
        made = new_id()
        self.arriving.begin(made)
        return made

    def partial(self, attachment_id: str) -> PartialObject:
        return PartialObject(self.passage, self.arriving, attachment_id)

    def copy(self, attachment_id: str) -> str:
        """The same bytes under a new id."""
        made = new_id()
        source, copied = key_of(attachment_id), key_of(made)
        try:
            self.bucket.copy(source, copied)
            same = self.bucket.size(source) == self.bucket.size(copied)
        except FileNotFoundError as gone:
            raise Unavailable(because=str(gone)) from None
        if not same:
            raise StoreDown("store_changed", self.bucket.where, copied)
        return made

    def has(self, attachment_id: str) -> bool:
        try:
            return self.bucket.size(key_of(attachment_id)) >= 0
        except FileNotFoundError:
            return False

    def open(self, attachment_id: str) -> BinaryIO:
        """Raises FileNotFoundError, FileDamaged, AtRestFault, Unavailable."""
        return self.passage.open(key_of(attachment_id))

    def readable(self, attachment_id: str) -> contextlib.AbstractContextManager[Path]:
        return self.passage.shown(key_of(attachment_id))

    def reseal(self, attachment_id: str) -> bool:
        """Close an object that stood in clear; False when it is gone or closed already."""
        if self.seal is None:
            return False
        key = key_of(attachment_id)
        try:
            with self.passage.fetched(key) as place:
                return not is_closed(place) and self._closed(place, key)
        except FileNotFoundError:
            return False

    def _closed(self, clear: Path, key: str) -> bool:
        with clear.open("rb") as file, self.passage.aside(clear.name) as closed:
            while block := file.read(CHUNK):
                closed.write(block, ANY)
            self.passage.put(closed.close(), key)
        return True

    def is_sealed(self, attachment_id: str) -> bool:
        return self.bucket.beginning(key_of(attachment_id), len(MAGIC)) == MAGIC

    def remove(self, attachment_id: str) -> None:
        """Half-sent files too."""
        half_sent = self.arriving.forget(attachment_id)  # first: whoever is about to finish it finds it gone
        self.bucket.remove([key_of(attachment_id)])
        (self.spool / attachment_id).unlink(missing_ok=True)
        if half_sent:
            self.passage.remove_pieces(attachment_id)

    def ids(self) -> Iterator[str]:
        for one in self.bucket.objects():
            if found := file_at(one.key):
                yield found

    def free(self) -> int:
        """Bytes that still fit where files arrive; the bucket has no end that it would tell."""
        return free_bytes(self.spool)

    def sweep(self, older_than_seconds: float, known: set[str]) -> int:
        """Objects, pieces and what lies on this machine, when no row names it and it is old; how many went."""
        oldest = time.time() - older_than_seconds
        before = datetime.fromtimestamp(oldest, UTC)
        self.arriving.forget_old(before)
        gone = [one.key for one in self.bucket.objects() if one.changed_at < before and is_nobodys(one.key, known)]
        self.bucket.remove(gone)
        return len(gone) + self._sweep_spool(oldest)

    def _sweep_spool(self, oldest: float) -> int:
        """A crash left it: what was kept is in the bucket."""
        removed = 0
        for place in self.spool.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if place.stat().st_mtime < oldest:
                    place.unlink()
                    removed += 1
        return removed


def is_nobodys(key: str, known: set[str]) -> bool:
    """Ours, and no row names it. What others put into the same bucket is none of our business."""
    owner = owner_of(key)
    return owner is not None and owner not in known
