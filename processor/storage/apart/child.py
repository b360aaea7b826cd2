"""What writes apart: prepared submissions come in on the socket, one message each; how each ended goes out.

It ends when the server does, after what it has in hand. The signals that end a server reach every process of its
terminal or its unit: this one goes by the socket alone.
"""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic_core import from_json, to_json

from processor.children import SOCKET, let_the_server_go_first
from processor.domain.errors import Unavailable
from processor.storage.apart.messages import LARGEST, READY, Handed, Place, received
from processor.storage.at_rest.key import Seal
from processor.storage.engine import CommitUnclear, Pool, open_engine
from processor.storage.files.attachments import FileStore
from processor.storage.line import MOST_TOGETHER
from processor.storage.writer import AlreadyWritten, Intake, Waiting, Writer

CONNECTIONS = 2
GATHERING = 0.004
"""Seconds for more to come, before a transaction or after the one before: it costs as much for one as for several."""
QUICK = 0.0007
"""Seconds within which a disk has a file. Several threads would cost more than they spare."""
LONGEST_FAULT = 1000
"""Signs, so that the ends of MOST_TOGETHER fit into a message."""
REMEMBERED = 16
"""Submissions by which a disk is judged."""
WRITTEN, ALREADY, UNCLEAR, UNAVAILABLE, FAILED = "written", "already", "unclear", "unavailable", "failed"
Outcome = tuple[int, str, Any]


def serve(line: socket.socket) -> None:
    """The first message is a Place; it is answered once that is open. Then one Handed after another."""
    place = Place.read(line.recv(LARGEST))
    seal = Seal(place.secret) if place.secret else None
    engine = open_engine(place.database, seal=seal, pool=Pool(CONNECTIONS))
    store = FileStore(place.files, seal)
    writer = Paced(engine, store, GATHERING)
    line.send(READY)
    while messages := gathered(line, GATHERING if writer.is_quick else 0):
        write = write_together if writer.is_quick else write_each
        write(writer, line, dict(taken(store, message) for message in messages))
    writer.close()
    engine.dispose()


def taken(store: FileStore, message: bytes) -> tuple[int, Intake]:
    handed = Handed.read(message)
    return handed.number, replace(handed.intake, files=[store.received(name) for name in handed.files])


def write_together(writer: "Paced", line: socket.socket, intakes: Mapping[int, Intake]) -> None:
    together = {number: Waiting(intake) for number, intake in intakes.items()}
    writer.write_all(list(together.values()))
    tell(line, [outcome(number, waiting.written) for number, waiting in together.items()])


def write_each(writer: "Paced", line: socket.socket, intakes: Mapping[int, Intake]) -> None:
    for number, intake in intakes.items():
        writer.begin(intake).add_done_callback(partial(tell_one, line, number))


def gathered(line: socket.socket, seconds: float) -> list[bytes]:
    """Those who are there soon after the first; empty once the server is gone."""
    messages = [first] if (first := received(line)) else []
    if messages:
        time.sleep(seconds)
        with contextlib.suppress(BlockingIOError):
            while len(messages) < MOST_TOGETHER and (message := received(line, socket.MSG_DONTWAIT)):
                messages.append(message)
    return messages


class Paced(Writer):
    """While the disk is quick one thread does it all, and nobody takes turns with it in the interpreter; otherwise
    files are synced many at a time.
    """

    seconds_a_file = 0.0
    """Of the last files, the newest counting most; two threads that tell theirs at once may lose one of both."""

    @property
    def is_quick(self) -> bool:
        return self.seconds_a_file < QUICK

    def write_all(self, together: Sequence[Waiting]) -> None:
        """Each is settled when this ends."""
        if ready := [waiting for waiting in together if self._make_ready(waiting)]:
            self._write_together(ready)

    def _make_ready(self, waiting: Waiting) -> bool:
        began = time.perf_counter()
        is_ready = super()._make_ready(waiting)
        if files := len(waiting.intake.files):
            took = (time.perf_counter() - began) / files
            self.seconds_a_file += (took - self.seconds_a_file) / REMEMBERED
        return is_ready


def tell(line: socket.socket, outcomes: Iterable[Outcome]) -> None:
    """Where the server has gone nobody hears, and what is written is written."""
    with contextlib.suppress(OSError):
        line.send(to_json(outcomes))


def tell_one(line: socket.socket, number: int, written: Future[int]) -> None:
    tell(line, [outcome(number, written)])


def outcome(number: int, written: Future[int]) -> Outcome:
    """The number of the submission; what became of it; the dossier's id, or why there is none."""
    error = written.exception()
    match error:
        case None:
            return number, WRITTEN, written.result()
        case AlreadyWritten():
            return number, ALREADY, str(error)
        case CommitUnclear():
            return number, UNCLEAR, vars(error)
        case Unavailable():
            return number, UNAVAILABLE, vars(error)
        case _:
            return number, FAILED, repr(error)[:LONGEST_FAULT]


def settle(handed: dict[int, Future[int]], told: bytes) -> None:
    """In the server: each future ends as it did in the child."""
    for number, how, what in from_json(told):
        settle_one(handed.pop(number), how, what)


def settle_one(written: Future[int], how: str, what: Any) -> None:
    match how:
        case "written":
            written.set_result(what)
        case "already":
            written.set_exception(AlreadyWritten(what))
        case "unclear":
            written.set_exception(CommitUnclear(**what))
        case "unavailable":
            written.set_exception(Unavailable(**what))
        case _:
            written.set_exception(RuntimeError(what))


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    let_the_server_go_first()
    serve(socket.socket(fileno=os.dup(SOCKET)))
