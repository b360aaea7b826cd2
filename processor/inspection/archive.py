"""ZIP, read as if its headers lied: limits first, then every entry inflated and counted, nothing kept but its head."""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from processor.domain.files import MB, FileFault

ENTRIES = 2000
DIRECTORY_BYTES = 1 * MB
UNPACKED_BYTES = 200 * MB
RATIO = 200
RATIO_FROM = 1 * MB
STEP = 64 * 1024

LOCAL_HEADER = struct.Struct("<4s22xHH")
END, END_SIZE = b"PK\x05\x06", 22
END_64, END_64_SIZE = b"PK\x06\x06", 56
LOCATOR_64, LOCATOR_64_SIZE = b"PK\x06\x07", 20
ENCRYPTED = 0x1


@dataclass(frozen=True)
class Entry:
    info: zipfile.ZipInfo
    start: int

    @property
    def end(self) -> int:
        return self.start + self.info.compress_size


def checked_entries(file: BinaryIO, most_unpacked: int = UNPACKED_BYTES) -> list[Entry]:
    """The entries of an archive that keeps to the limits, by its own account."""
    if directory_size(file) > DIRECTORY_BYTES:
        raise FileFault("file_too_complex")
    with zipfile.ZipFile(file) as archive:
        infos, directory_start = archive.infolist(), archive.start_dir
    check_totals(infos, most_unpacked)
    for info in infos:
        check_info(info)
    if len({info.filename.casefold() for info in infos}) < len(infos):
        raise FileFault("file_damaged")
    entries = [Entry(info, data_start(file, info)) for info in infos]
    check_overlap(entries, directory_start)
    return entries


def directory_size(file: BinaryIO) -> int:
    """Where `zipfile` looks for it, because it reads any number of entries before one can count them."""
    length = file.seek(0, os.SEEK_END)
    file.seek(-min(length, END_SIZE + 0xFFFF + LOCATOR_64_SIZE + END_64_SIZE), os.SEEK_END)
    tail = file.read()
    end = tail.rfind(END, 0, len(tail) - END_SIZE + len(END))
    if end < 0:
        raise FileFault("file_damaged")
    locator = end - LOCATOR_64_SIZE
    wide = locator - END_64_SIZE
    if wide >= 0 and tail.startswith(LOCATOR_64, locator) and tail.startswith(END_64, wide):
        return int.from_bytes(tail[wide + 40 : wide + 48], "little")
    return int.from_bytes(tail[end + 12 : end + 16], "little")


def check_totals(infos: list[zipfile.ZipInfo], most_unpacked: int) -> None:
    if len(infos) > ENTRIES or sum(info.file_size for info in infos) > most_unpacked:
        raise FileFault("file_too_complex")


def check_info(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & ENCRYPTED:
        raise FileFault("file_password")
    if info.file_size > max(RATIO_FROM, RATIO * info.compress_size):
        raise FileFault("file_too_complex")
    if leaves_its_folder(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
        raise FileFault("file_damaged")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileFault("file_damaged")


def leaves_its_folder(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def data_start(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    file.seek(info.header_offset)
    mark, name_size, extra_size = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    if mark != b"PK\x03\x04":
        raise FileFault("file_damaged")
    return int(info.header_offset + LOCAL_HEADER.size + name_size + extra_size)


def check_overlap(entries: list[Entry], directory_start: int) -> None:
    ordered = sorted(entries, key=lambda entry: entry.info.header_offset)
    limits = [*(entry.info.header_offset for entry in ordered[1:]), directory_start]
    if any(entry.end > limit for entry, limit in zip(ordered, limits, strict=True)):
        raise FileFault("file_too_complex")


def read_head(file: BinaryIO, entry: Entry, keep: int) -> bytes:
    """The first bytes of an entry, after all of it was inflated and agreed with its header."""
    head = b""
    for piece in checked_pieces(file, entry):
        head += piece[: keep - len(head)]
    return head


def checked_pieces(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """All of an entry, counted as it is inflated: what its header says holds once the last piece has come."""
    size, checksum = 0, 0
    for piece in inflated(file, entry):
        size += len(piece)
        if size > max(RATIO_FROM, entry.info.file_size):
            raise FileFault("file_too_complex")
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if (size, checksum) != (entry.info.file_size, entry.info.CRC):
        raise FileFault("file_damaged")


def inflated(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    if entry.info.compress_type == zipfile.ZIP_STORED:
        yield from packed(file, entry)
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed(file, entry):
        while piece:
            if inflater.eof:  # bytes after the end: zlib goes on telling the same tail, for ever
                raise FileFault("file_damaged")
            yield inflater.decompress(piece, STEP)
            piece = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof or inflater.unused_data:
        raise FileFault("file_damaged")


def packed(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.start)
    left = entry.info.compress_size
    while piece := file.read(min(STEP, left)):
        left -= len(piece)
        yield piece
