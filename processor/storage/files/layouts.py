"""How the bytes of a file lie on the disk: as they are, or closed with the key of the data at rest.

Sizes and places are those of the content, whichever way it lies. A store with a key still reads what it kept before.
"""

import contextlib
import os
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from processor.storage.at_rest.key import AtRestFault, Seal
from processor.storage.at_rest.memory import in_memory
from processor.storage.at_rest.records import (
    HEADER,
    MAGIC,
    extent,
    is_sealed,
    last_record,
    new_header,
    new_records,
    open_sealed,
)
from processor.storage.files.disk import write_whole


class Layout(Protocol):
    """`file` is open for reading and appending, without a buffer."""

    def begin(self, file: BinaryIO) -> None: ...
    def size(self, file: BinaryIO) -> int: ...
    def append(self, file: BinaryIO, content: bytes | bytearray) -> None:
        """All of it, or some: then the caller cuts."""

    def cut(self, file: BinaryIO, size: int) -> None: ...
    def finish(self, file: BinaryIO) -> None:
        """All of it is there; may be said again."""

    def open(self, path: Path, *, whole: bool = True) -> BufferedReader: ...
    def shown(self, path: Path, *, whole: bool = True) -> contextlib.AbstractContextManager[Path]:
        """A path where a child process finds the content."""


class Plain:
    def begin(self, file: BinaryIO) -> None:
        """Nothing stands before the content."""

    def size(self, file: BinaryIO) -> int:
        return os.fstat(file.fileno()).st_size

    def append(self, file: BinaryIO, content: bytes | bytearray) -> None:
        write_whole(file, content)

    def cut(self, file: BinaryIO, size: int) -> None:
        os.ftruncate(file.fileno(), size)

    def finish(self, file: BinaryIO) -> None:
        """Nothing stands after it."""

    def open(self, path: Path, *, whole: bool = True) -> BufferedReader:
        """Raises AtRestFault for a file that a key has closed."""
        file = path.open("rb")
        if is_sealed(file.fileno()):
            file.close()
            raise AtRestFault("Tệp ở đây đã mã hóa. Đặt HOTRO_AT_REST_KEY là tệp khóa đã dùng.")
        return file

    @contextlib.contextmanager
    def shown(self, path: Path, *, whole: bool = True) -> Iterator[Path]:
        yield path


class Sealed:
    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self.plain = Plain()

    def begin(self, file: BinaryIO) -> None:
        write_whole(file, new_header(self.seal))

    def size(self, file: BinaryIO) -> int:
        return extent(file.fileno()).size if is_sealed(file.fileno()) else self.plain.size(file)

    def append(self, file: BinaryIO, content: bytes | bytearray) -> None:
        descriptor = file.fileno()
        if has_no_header_yet(descriptor):
            os.ftruncate(descriptor, 0)
            self.begin(file)
        if not is_sealed(descriptor):
            self.plain.append(file, content)
            return
        found = extent(descriptor)
        drop_after(descriptor, found.end)
        write_whole(file, new_records(self.seal, descriptor, found.count, content))

    def cut(self, file: BinaryIO, size: int) -> None:
        """To where a record begins: what one request brought is taken out whole."""
        if is_sealed(file.fileno()):
            os.ftruncate(file.fileno(), extent(file.fileno(), size).end)
        else:
            self.plain.cut(file, size)

    def finish(self, file: BinaryIO) -> None:
        descriptor = file.fileno()
        if is_sealed(descriptor) and not (found := extent(descriptor)).whole:
            drop_after(descriptor, found.end)
            write_whole(file, last_record(self.seal, descriptor, found.count))

    def open(self, path: Path, *, whole: bool = True) -> BufferedReader:
        """Raises FileDamaged, AtRestFault."""
        return open_sealed(path, self.seal, whole) if is_closed(path) else path.open("rb")

    @contextlib.contextmanager
    def shown(self, path: Path, *, whole: bool = True) -> Iterator[Path]:
        """From memory, so that the disk never has it. Raises Unavailable when too many are shown."""
        if not is_closed(path):
            yield path
            return
        with self.open(path, whole=whole) as file, in_memory(file) as shown:
            yield shown


def is_closed(path: Path) -> bool:
    with path.open("rb", buffering=0) as file:
        return is_sealed(file.fileno())


def has_no_header_yet(descriptor: int) -> bool:
    """Empty, or the disk was full before all of it was written."""
    return os.fstat(descriptor).st_size < HEADER and MAGIC.startswith(os.pread(descriptor, len(MAGIC), 0))


def drop_after(descriptor: int, end: int) -> None:
    """A record that was cut short by a crash, or a last one that is not the last after all."""
    if os.fstat(descriptor).st_size != end:
        os.ftruncate(descriptor, end)
