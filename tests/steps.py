"""Every step by which something reaches the disk or the database is counted, and one fails when a test says so."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import pytest

from processor.storage.engine import Engine
from processor.storage.files import attachments, disk, layouts


@dataclass(frozen=True)
class Trouble:
    """What the system and the two databases say of it, and the status that it leads to."""

    name: str
    errno: int
    of_sqlite: tuple[str, int]
    of_postgresql: Callable[[], Exception]
    status: int

    def of_database(self, engine: Engine) -> Exception:
        if engine.dialect.name == "postgresql":
            return self.of_postgresql()
        text, code = self.of_sqlite
        error = sqlite3.OperationalError(text)
        error.sqlite_errorcode = code
        return error


FULL = Trouble(
    "full",
    errno.ENOSPC,
    ("database or disk is full", sqlite3.SQLITE_FULL),
    lambda: psycopg.errors.DiskFull("could not extend file: No space left on device"),
    507,
)
BROKEN = Trouble(
    "broken",
    errno.EIO,
    ("disk I/O error", sqlite3.SQLITE_IOERR),
    lambda: psycopg.OperationalError("server closed the connection unexpectedly"),
    503,
)


class Steps:
    """Of everything below the attachments' folder, and of one engine."""

    def __init__(self, patch: pytest.MonkeyPatch, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.trouble = FULL
        self.fails = 0
        self.taken: list[str] = []
        self.counting = False
        self._watch_disk(patch)
        self._watch_database(patch)

    @contextmanager
    def failing(self, number: int, trouble: Trouble) -> Iterator[None]:
        """The step of that number, counted from 1."""
        self.trouble, self.fails, self.taken, self.counting = trouble, number, [], True
        try:
            yield
        finally:
            self.counting = False

    @property
    def failed(self) -> str:
        """The step that did not succeed; empty when there were not so many."""
        return self.taken[self.fails - 1] if len(self.taken) >= self.fails else ""

    def is_turn(self, name: str) -> bool:
        if self.counting:
            self.taken.append(name)
        return self.counting and len(self.taken) == self.fails

    def on_disk(self, name: str) -> None:
        if self.is_turn(name):
            raise OSError(self.trouble.errno, os.strerror(self.trouble.errno))

    def in_database(self, name: str) -> None:
        if self.is_turn(name):
            raise self.trouble.of_database(self.engine)

    def _watch_disk(self, patch: pytest.MonkeyPatch) -> None:
        for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "hardlink_to"), (Path, "touch"), (Path, "mkdir")):
            patch.setattr(owner, name, self._before(getattr(owner, name), name))
        patch.setattr(layouts, "write_whole", self._half_written(disk.write_whole))
        patch.setattr(attachments, "open", self._before(open, "open"), raising=False)

    def _before(self, act: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.on_disk(name)
            return act(*given, **named)

        return watched

    def _half_written(self, act: Callable[[BinaryIO, bytes], None]) -> Callable[[BinaryIO, bytes], None]:
        """As a disk does that is full in the middle."""

        def watched(file: BinaryIO, data: bytes) -> None:
            if self.is_turn("write"):
                act(file, bytes(data[: len(data) // 2]))
                raise OSError(self.trouble.errno, os.strerror(self.trouble.errno))
            act(file, data)

        return watched

    def _watch_database(self, patch: pytest.MonkeyPatch) -> None:
        dialect = self.engine.dialect
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            patch.setattr(dialect, name, self._statement(getattr(dialect, name)))
        commit = dialect.do_commit

        def watched(connection: Any) -> None:
            self.in_database("commit")
            commit(connection)
            if self.trouble is BROKEN:  # a full disk is a no; only a line can break after the commit
                self.in_database("commit unheard")

        patch.setattr(dialect, "do_commit", watched)

    def _statement(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(cursor: Any, statement: str, *more: Any, **named: Any) -> Any:
            self.in_database(" ".join(statement.split()[:3]))
            return act(cursor, statement, *more, **named)

        return watched
