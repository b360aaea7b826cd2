"""What is asked of the disk: whole writes, synced folders, a full disk by its name."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from processor.domain.errors import Unavailable

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
OF_MACHINE = {*FULL, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN}
"""Disks, memory, descriptors, processes: no fault of the request, and it may pass."""


def write_whole(file: BinaryIO, data: bytes | bytearray) -> None:
    """A disk that is nearly full takes a part and says so only at the next write."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def sync_folder(folder: Path) -> None:
    sync_file(folder)


def sync_file(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
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
def gone_when_failing(file: Path) -> Iterator[None]:
    """What was just made does not stay half made."""
    try:
        yield
    except OSError:
        with contextlib.suppress(OSError):
            file.unlink()
        raise


@contextlib.contextmanager
def full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_fault(error) from error


def disk_fault(error: OSError) -> Unavailable:
    because = os.strerror(error.errno) if error.errno else ""
    if error.errno in FULL:
        return Unavailable("storage_full", 507, because)
    return Unavailable(because=because)


def free_bytes(folder: Path) -> int:
    """What a program without special rights may still write."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def try_writing(folder: Path) -> None:
    """Leaves nothing behind. Raises OSError: read-only, forbidden, full."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        file.write(b"hotro")
        os.fsync(file.fileno())
