"""What a move has compared already, one line a file: a move that was killed goes on from here.

The first line names the place. A line that was cut short counts for nothing; its file is compared once more.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from processor.domain.errors import HotroError

NAME = "attachments-moved.txt"


class MoveFault(HotroError):
    """A move that cannot begin or go on; the text says why."""


class Journal:
    def __init__(self, file: TextIO, done: set[str]) -> None:
        self._file = file
        self.done = done

    def add(self, attachment_id: str) -> None:
        self._file.write(f"{attachment_id}\n")
        self._file.flush()
        self.done.add(attachment_id)


@contextlib.contextmanager
def opened_journal(data: Path, to: str) -> Iterator[Journal]:
    """One move at a time. Raises MoveFault."""
    with (data / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MoveFault("Một lần chuyển tệp khác đang chạy. Đợi lần đó xong.") from None
        file.seek(0)
        lines = file.read().split("\n")[:-1]
        if lines[:1] != [to]:
            file.truncate(0)
            file.write(f"{to}\n")
            file.flush()
            lines = []
        yield Journal(file, set(lines[1:]))
