"""One process that serves, and its end: whoever has connected is answered, whoever comes then is refused at once.

A refused connection carries nothing yet, so a proxy asks the next server, also for what may not be sent twice.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from uvicorn._subprocess import subprocess_started
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess, multiprocess

from processor.web.connection import Connection


class Server(uvicorn.Server):
    """The one underneath closes its listening sockets on connections that the system has taken for it already: whoever
    has sent a request there hears nothing."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        doors = [socket.socket(fileno=socket.dup(one.fileno())) for server in self.servers for one in server.sockets]
        for server in self.servers:
            server.close()
        for waiting in [found for door in doors for found in closed(door)]:
            await asyncio.get_running_loop().connect_accepted_socket(self.connection, waiting)
        await asyncio.sleep(0)  # what came in just before is made known
        await super().shutdown(sockets)

    def connection(self) -> Connection:
        return Connection(self.config, self.server_state, self.lifespan.state)


def closed(door: socket.socket) -> list[socket.socket]:
    """Those who wait at a listening socket when it closes: between the last of them and the end is nothing else."""
    door.setblocking(False)
    waiting = list[socket.socket]()
    with contextlib.closing(door), contextlib.suppress(BlockingIOError):
        while True:
            waiting.append(door.accept()[0])
    return waiting


class Forked(multiprocess.Process):
    """A worker process with everything loaded that its parent has: it begins in a tenth of a second, and what nobody
    changes lies in memory once. Where the parent has threads of its own, an object store's say, they would be missing:
    then it reads the program for itself.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        if is_alone():
            fork = multiprocessing.get_context("fork")
            self.process = fork.Process(target=begin, args=(config, self.target, sockets))  # type: ignore[assignment]


def is_alone() -> bool:
    return len(list(Path("/proc/self/task").iterdir())) == 1


def begin(config: Config, target: Callable[..., None], sockets: list[socket.socket]) -> None:
    """Signals are its own: the parent only notes them."""
    for number in multiprocess.SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    subprocess_started(config, target, sockets, None)


class Workers(Multiprocess):
    """The parent lets go of the listening sockets first: nobody waits at a door that no worker opens any more."""

    def terminate_all(self) -> None:
        for door in self.sockets:
            door.close()
        super().terminate_all()


def run(config: uvicorn.Config) -> None:
    """Until it is stopped. Raises SystemExit where it did not begin."""
    if config.workers > 1:
        gc.collect()
        gc.freeze()
        multiprocess.Process = Forked  # type: ignore[misc]  # its supervisor knows no other way to be told
        Workers(config, [config.bind_socket()]).run()
        return
    server = Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)
