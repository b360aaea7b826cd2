"""What writes apart: prepared submissions come in on the socket, one message each; how each ended goes out.

It ends when the server does, after what it has in hand. The signals that end a server reach every process of its
terminal or its unit: this one goes by the socket alone.
"""

import contextlib
import os
import signal
import socket
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from pydantic_core import from_json, to_json

from processor.children import SOCKET, let_the_server_go_first
from processor.domain.errors import Unavailable
from processor.storage.apart.messages import LARGEST, READY, Handed, Place, received
from processor.storage.at_rest.key import Seal
from processor.storage.engine import CommitUnclear, Pool, open_engine
from processor.storage.files.attachments import FileStore
from processor.storage.writer import AlreadyWritten, Writer

CONNECTIONS = 2
WRITTEN, ALREADY, UNCLEAR, UNAVAILABLE, FAILED = "written", "already", "unclear", "unavailable", "failed"


def serve(line: socket.socket) -> None:
    """The first message is a Place; it is answered once that is open. Then one Handed after another."""
    place = Place.read(line.recv(LARGEST))
    seal = Seal(place.secret) if place.secret else None
    engine = open_engine(place.database, seal=seal, pool=Pool(CONNECTIONS))
    store = FileStore(place.files, seal)
    writer = Writer(engine, store)
    line.send(READY)
    while message := received(line):
        handed = Handed.read(message)
        intake = replace(handed.intake, files=[store.received(name) for name in handed.files])
        writer.begin(intake).add_done_callback(partial(tell, line, handed.number))
    writer.close()
    engine.dispose()


def tell(line: socket.socket, number: int, written: Future[int]) -> None:
    """Where the server has gone nobody hears, and what is written is written."""
    with contextlib.suppress(OSError):
        line.send(outcome(number, written))


def outcome(number: int, written: Future[int]) -> bytes:
    """The number of the submission; what became of it; the dossier's id, or why there is none."""
    error = written.exception()
    match error:
        case None:
            return to_json([number, WRITTEN, written.result()])
        case AlreadyWritten():
            return to_json([number, ALREADY, str(error)])
        case CommitUnclear():
            return to_json([number, UNCLEAR, vars(error)])
        case Unavailable():
            return to_json([number, UNAVAILABLE, vars(error)])
        case _:
            return to_json([number, FAILED, repr(error)])


def settle(handed: dict[int, Future[int]], told: bytes) -> None:
    """In the server: the future ends as it did in the child."""
    number, how, what = from_json(told)
    written = handed.pop(number)
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
