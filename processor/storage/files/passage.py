"""The way between this machine and a bucket: files go whole and are compared, and come whole before they are read."""

import contextlib
import secrets
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from processor.storage.at_rest.key import Seal
from processor.storage.files.attachments import StoreDown
from processor.storage.files.bucket import Bucket, Digest
from processor.storage.files.disk import full_disk_named
from processor.storage.files.incoming import Incoming
from processor.storage.files.layouts import Layout, Plain, Sealed
from processor.storage.files.object_keys import pieces_of


class Passage:
    """`spool` is a folder of this machine; what lies there is closed with the key where there is one."""

    def __init__(self, bucket: Bucket, spool: Path, seal: Seal | None = None) -> None:
        self.bucket = bucket
        self.spool = spool
        self.layout: Layout = Sealed(seal) if seal else Plain()
        spool.mkdir(parents=True, exist_ok=True)

    def put(self, place: Path, key: str) -> None:
        """Read back and compared: what an answer says of an object is not taken for the object."""
        with place.open("rb") as file:
            wanted = Digest(place.stat().st_size, file_digest(file, "sha256").hexdigest())
        self.bucket.put(key, place)
        try:
            same = self.bucket.digest(key) == wanted
        except FileNotFoundError:
            same = False
        if not same:
            raise StoreDown("store_changed", self.bucket.where, key)

    @contextlib.contextmanager
    def fetched(self, key: str) -> Iterator[Path]:
        """As it lies in the bucket, under a name of its own for as long as it is wanted."""
        place = self._own_name(key.rpartition("/")[2])
        try:
            with full_disk_named():
                file = place.open("xb", buffering=0)
            with file:
                self.bucket.fetch(key, file)
            yield place
        finally:
            place.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        """Its content. Raises FileNotFoundError, FileDamaged, AtRestFault, Unavailable."""
        with self.fetched(key) as place:
            return self.layout.open(place)

    @contextlib.contextmanager
    def shown(self, key: str) -> Iterator[Path]:
        """Where a child process finds its content. Raises as `open` does."""
        with self.fetched(key) as place, self.layout.shown(place) as shown:
            yield shown

    @contextlib.contextmanager
    def aside(self, name: str) -> Iterator[Incoming]:
        """A file on this machine on its way to the bucket."""
        incoming = Incoming(self._own_name(name), self.layout)
        try:
            yield incoming
        finally:
            incoming.discard()

    def _own_name(self, name: str) -> Path:
        return self.spool / f"{name}.{secrets.token_hex(4)}"

    def remove_pieces(self, attachment_id: str) -> None:
        """Those too that no row names."""
        self.bucket.remove([one.key for one in self.bucket.objects(pieces_of(attachment_id))])
