"""A file that arrives in pieces, each an object of its own: any process goes on with it, on whatever machine.

An object store cannot append, and a local disk is not shared; so the bucket holds the pieces and the database says
which of them make up the file. A piece whose row was not written is nobody's, and is swept.
"""

import contextlib
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from processor.domain.errors import Unavailable
from processor.storage.engine import CommitUnclear
from processor.storage.files.arriving import Arriving, ArrivingFiles, PieceRow
from processor.storage.files.attachments import StoreDown
from processor.storage.files.incoming import Incoming
from processor.storage.files.object_keys import key_of, piece_key
from processor.storage.files.partial_files import OffsetMoved, PartGone
from processor.storage.files.passage import Passage

ANY = 1 << 62


class PartialObject:
    def __init__(self, passage: Passage, arriving: ArrivingFiles, attachment_id: str) -> None:
        self.passage = passage
        self.arriving = arriving
        self.id = attachment_id

    @property
    def size(self) -> int:
        """In its place too, when nobody counts it any more. Raises PartGone."""
        found = self.arriving.find(self.id)
        return self._size_in_place() if found is None else found.size

    def _size_in_place(self) -> int:
        try:
            with self.passage.open(key_of(self.id)) as file:
                return file.seek(0, os.SEEK_END)
        except FileNotFoundError:
            raise PartGone from None

    def append(self, offset: int, block: bytes | bytearray) -> None:
        """All of the block or nothing. Raises OffsetMoved, PartGone, Unavailable."""
        self._expect(offset)
        key = piece_key(self.id, offset)
        piece = PieceRow(offset, len(block), sha256(block).hexdigest(), key)
        with self.passage.aside(self.id) as file:
            file.write(bytes(block), ANY)
            self.passage.bucket.put(key, file.close())
        with self._gone_unless_counted(key):
            self.arriving.add(self.id, piece)

    def take_back(self, end: int, start: int) -> None:
        """Drop what one connection brought, from `start` to `end`. Raises OffsetMoved when more has come since."""
        gone = self.arriving.take_back(self.id, end, start)
        with contextlib.suppress(Unavailable):  # swept later
            self.passage.bucket.remove(gone)

    def sync(self) -> None:
        """Each piece is in the bucket, and its row committed, before the next is taken. Raises PartGone."""
        if self._found().sha256:
            raise PartGone

    @contextlib.contextmanager
    def readable(self) -> Iterator[Path]:
        """Put together for as long as it is read. Raises PartGone."""
        if self._found().sha256:
            with self.passage.shown(key_of(self.id)) as shown:
                yield shown
            return
        with self.passage.aside(self.id) as whole:
            self._gather(whole)
            yield whole.path

    def keep(self, length: int) -> str:
        """In its place for good; its SHA-256. May be called again: after a crash, or by two at once.

        Raises OffsetMoved when it is not whole, PartGone, Unavailable.
        """
        found = self._expect(length, in_place_too=True)
        if found.sha256:
            return found.sha256
        with self.passage.aside(self.id) as whole:
            try:
                self._gather(whole)
            except PartGone:
                return self._kept_by_another()
            self.passage.put(whole.close(), key_of(self.id))
            return self._finish(whole.sha256)

    def _finish(self, digest: str) -> str:
        if not self.arriving.finish(self.id, digest):
            self.passage.bucket.remove([key_of(self.id)])
            raise PartGone
        with contextlib.suppress(Unavailable):  # swept later
            self.passage.remove_pieces(self.id)
        return digest

    def _kept_by_another(self) -> str:
        found = self._found()
        if found.sha256 is None:
            raise PartGone
        return found.sha256

    def _gather(self, whole: Incoming) -> None:
        """All pieces in their order. Raises PartGone when somebody finished or cancelled meanwhile, Unavailable."""
        for piece in self.arriving.pieces(self.id):
            whole.write(self._content(piece), ANY)
        if self._found().size != whole.size:
            raise PartGone

    def _content(self, piece: PieceRow) -> bytes:
        try:
            with self.passage.open(piece.object) as file:
                content = file.read()
        except FileNotFoundError:
            raise PartGone from None
        if sha256(content).hexdigest() != piece.sha256:
            raise StoreDown("store_changed", self.passage.bucket.where, piece.object)
        return content

    def _found(self) -> Arriving:
        found = self.arriving.find(self.id)
        if found is None:
            raise PartGone
        return found

    def _expect(self, size: int, in_place_too: bool = False) -> Arriving:
        """Before bytes go to the bucket for nothing; what counts is decided when the row is written."""
        found = self._found()
        if found.sha256 and not in_place_too:
            raise PartGone
        if found.size != size:
            raise OffsetMoved
        return found

    @contextlib.contextmanager
    def _gone_unless_counted(self, key: str) -> Iterator[None]:
        try:
            yield
        except CommitUnclear:
            raise
        except (OffsetMoved, PartGone, Unavailable):
            with contextlib.suppress(Unavailable):
                self.passage.bucket.remove([key])
            raise
