"""What one request brings of a file: appended as it comes, or, with a checksum, only once it has proven whole."""

import base64
import contextlib
import hashlib
import hmac
from collections.abc import Iterator

from processor.domain.errors import Conflict, Malformed, Unavailable
from processor.domain.files import size_words
from processor.services.parts import Wired
from processor.storage.dossiers.uploads import Upload
from processor.storage.files.partial_files import OffsetMoved, PartGone

ALGORITHMS = ("sha1", "sha256")


class Piece:
    """From `start` on; `end` is where the next block goes.

    A cut keeps what came. A refusal (a full disk, more than was announced) takes back all that this request brought.
    """

    def __init__(self, wired: Wired, upload: Upload, start: int) -> None:
        self.file = wired.store.partial(upload.id)
        self.block = wired.store.block
        self.upload = upload
        self.start = self.end = start

    def add(self, block: bytes | bytearray) -> None:
        """Raises Conflict when another connection was faster, Malformed 413, Unavailable."""
        with self._refusals():
            if self.end + len(block) > self.upload.length:
                raise Malformed("body_too_large", 413, max=size_words(self.upload.length))
            if block:
                self.file.append(self.end, block)
            self.end += len(block)

    def cut(self) -> None:
        """The connection broke off."""
        self._sync()

    def finish(self) -> None:
        """It came to its end: what came is on the disk for good."""
        self._sync()

    def discard(self) -> None:
        """Nothing was kept apart."""

    def _sync(self) -> None:
        # Whoever moved a whole file into its place has synced it.
        with self._refusals(), contextlib.suppress(PartGone):
            self.file.sync()

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (OffsetMoved, PartGone):  # whoever asks again learns which
            raise Conflict("upload_offset", file=self.upload.name) from None
        except (Malformed, Unavailable):
            with contextlib.suppress(OffsetMoved, PartGone):
                self.file.take_back(self.end, self.start)
            raise


class ProvenPiece(Piece):
    """Kept apart until its checksum is known, so that no byte of it has to be taken out again."""

    def __init__(self, wired: Wired, upload: Upload, start: int, algorithm: str, checksum: bytes) -> None:
        super().__init__(wired, upload, start)
        self.aside = wired.store.receive()
        self.most = upload.length - start
        self.checksum = checksum
        self.hash = hashlib.new(algorithm)

    def add(self, block: bytes | bytearray) -> None:
        if self.aside.size + len(block) > self.most:
            raise Malformed("body_too_large", 413, max=size_words(self.upload.length))
        self.aside.write(bytes(block), self.most)
        self.hash.update(block)

    def cut(self) -> None:
        """Half of it proves nothing."""

    def finish(self) -> None:
        if not hmac.compare_digest(self.hash.digest(), self.checksum):
            raise Malformed("upload_checksum", 460, file=self.upload.name)
        with self.aside.path.open("rb") as proven:
            while block := proven.read(self.block):
                super().add(block)
        super().finish()

    def discard(self) -> None:
        self.aside.discard()


def piece_of(wired: Wired, upload: Upload, start: int, checksum: str | None) -> Piece:
    """`checksum` as the header says it: `sha256 BASE64`. Raises Malformed."""
    if checksum is None:
        return Piece(wired, upload, start)
    algorithm, _, encoded = checksum.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Malformed("upload_malformed", what="Upload-Checksum")
    try:
        wanted = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:
        raise Malformed("upload_malformed", what="Upload-Checksum") from None
    return ProvenPiece(wired, upload, start, algorithm, wanted)
