"""A decrypted file for a child process that wants a path: in memory, under no name, gone when it is closed."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from processor.domain.errors import Unavailable

MOST = 512 * 1024 * 1024
"""Bytes of all files that are shown at once; whoever comes beyond tries again later."""


class Budget:
    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self.taken = 0

    @contextmanager
    def taking(self, size: int) -> Iterator[None]:
        """Raises Unavailable."""
        with self._lock:
            if self.taken + size > self._most:
                raise Unavailable()
            self.taken += size
        try:
            yield
        finally:
            with self._lock:
                self.taken -= size


BUDGET = Budget(MOST)


@contextmanager
def in_memory(file: BinaryIO) -> Iterator[Path]:
    """Where this process and its children read it. Raises Unavailable, and what reading raises."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    descriptor = os.memfd_create("hotro", os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "wb") as shown, BUDGET.taking(size):
        shutil.copyfileobj(file, shown, 1 << 20)
        shown.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
