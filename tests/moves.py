"""Moves that tests make: both databases opened as the command opens them, and what happens in the midst of it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from processor.services.transfer.planning import Move, Watch
from processor.services.transfer.transfer import carry_out
from processor.settings import ROOT
from processor.storage.engine import Engine, open_verbatim, reading
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.tables.columns import metadata
from processor.storage.transfer.standing import MARK
from tests.factories import NOW

LIVE, FILES, CLOSED = "Đang chép", "Đang đọc lại tệp", "Tạm ngừng nhận"
Act = Callable[[], object]


class Meanwhile(Watch):
    """Does something once when a phase begins, by the beginning of its name."""

    def __init__(self, acts: Mapping[str, Act]) -> None:
        self.acts = dict(acts)

    def begin(self, phase: str, total: int) -> None:
        for name in [name for name in self.acts if phase.startswith(name)]:
            self.acts.pop(name)()


class StandsStill(Watch):
    """Says so and waits to be killed: when a phase begins, or in the midst of it, after some rows."""

    def __init__(self, phase: str, rows: int) -> None:
        self.phase, self.rows = phase, rows
        self.left: int | None = None

    def begin(self, phase: str, total: int) -> None:
        self.left = self.rows if phase.startswith(self.phase) else None
        self.step(0)

    def step(self, done: int) -> None:
        if self.left is None:
            return
        self.left -= done
        if self.left <= 0:
            print("here", flush=True)
            time.sleep(600)


@contextmanager
def stuck_mover(source: str, target: str, folder: Path, phase: str, rows: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Another process that has come so far in a move and goes no further; killed by kill -9 at the end."""
    command = [sys.executable, "-m", "tests.moves", source, target, str(folder), phase, str(rows)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as mover:
        assert mover.stdout and mover.stdout.readline() == "here\n"
        try:
            yield mover
        finally:
            mover.send_signal(signal.SIGKILL)
            assert mover.wait(60) == -signal.SIGKILL


@contextmanager
def move_of(source: str, target: str, folder: Path, store: AttachmentStore | None = None) -> Iterator[Move]:
    here, there = (open_verbatim(url, busy_milliseconds=2000) for url in (source, target))
    try:
        yield Move(here, there, store or FileStore(folder / "attachments"), folder, lambda: NOW)
    finally:
        here.dispose()
        there.dispose()


def meanwhile(move: Move, acts: Mapping[str, Act]) -> Move:
    return replace(move, watch=Meanwhile(acts))


def all_rows(engine: Engine) -> Mapping[str, list[Any]]:
    """As the program reads them; without the note of the move."""
    with reading(engine) as connection:
        found = {table.name: list(connection.execute(select(table))) for table in metadata.sorted_tables}
    found["marks"] = [row for row in found["marks"] if row.name != MARK]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def references(engine: Engine) -> dict[str, Any]:
    """Foreign keys by table, as the database has them."""
    with reading(engine) as connection:
        looked = inspect(connection)
        return {table.name: sorted(looked.get_foreign_keys(table.name), key=repr) for table in metadata.sorted_tables}


if __name__ == "__main__":
    source, target, place, phase, rows = sys.argv[1:]
    with move_of(source, target, Path(place)) as move:
        carry_out(replace(move, watch=StandsStill(phase, int(rows))), despite_damage=True)  # it is never so far
