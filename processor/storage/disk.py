"""What is asked of the disk: whole writes, synced folders, a full disk by its name."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from processor.domain.errors import Unavailable

FULL = {28, 122, 27}  # ENOSPC, EDQUOT, EFBIG


def write_whole(file: BinaryIO, data: bytes | bytearray) -> None:
    """A disk that is nearly full takes a part and says so only at the next write."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(file: Path, place: Path) -> None:
    """Rename into a folder that may not be there yet; the caller syncs that folder."""
    with full_disk_named():
        try:
            file.rename(place)
        except FileNotFoundError:  # the first file of the day
            place.parent.mkdir(exist_ok=True)
            sync_folder(place.parent.parent)
            file.rename(place)


@contextlib.contextmanager
def full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable("storage_full", 507) if error.errno in FULL else Unavailable() from error
