"""A writer that has a process of its own once several wait at the same time.

Threads of one process compute in turn: under load, whoever syncs a file or commits waited longer for his turn in the
interpreter than for the disk. An office that receives a dossier now and then never starts the process.
"""

import asyncio
import contextlib
import os
import socket
import time
from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from itertools import count

from processor.children import started
from processor.domain.errors import Unavailable
from processor.storage.apart.child import settle
from processor.storage.apart.messages import LARGEST, READY, Handed, Place, received
from processor.storage.at_rest.values import seal_of
from processor.storage.engine import CommitUnclear, Engine
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Intake, Writer

CHILD = "processor.storage.apart.child"
PAUSE = 10.0
"""Seconds from one start to the next: a process that dies at once is not started at every submission."""
ENDING = 10.0
"""Seconds for what it has in hand when the server stops."""


class WriterApart(Writer):
    """Hands over what it can. While there is no process, or a submission is too large for a message, it writes itself:
    both may write at the same time.
    """

    def __init__(self, engine: Engine, store: FileStore, several: int) -> None:
        super().__init__(engine, store)
        seal = seal_of(engine.dialect)
        self.place = Place(f"sqlite:///{engine.url.database}", store.folder, seal.secret if seal else None)
        self.several = several
        self.loop: AbstractEventLoop | None = None
        self.hand: Hand | None = None
        self.begun = -PAUSE
        self.here = set[Future[int]]()

    @contextlib.asynccontextmanager
    async def attended(self) -> AsyncIterator[None]:
        self.loop = get_running_loop()
        try:
            if self.several == 1:
                self.start()
                await self.is_ready()
            yield
        finally:
            self.loop = None
            if self.hand:
                self.hand.let_go()

    async def is_ready(self) -> None:
        """Once there is a process that can be handed something. Raises Unavailable when it does not start."""
        if self.hand:
            await asyncio.shield(self.hand.ready)

    def begin(self, intake: Intake) -> Future[int]:
        """One that was handed over is no longer cancelled."""
        hand = self.hand
        return (hand and hand.take(intake)) or self.begin_here(intake)

    def begin_here(self, intake: Intake) -> Future[int]:
        written = super().begin(intake)
        self.here.add(written)
        written.add_done_callback(self.here.discard)
        if self.loop and len(self.here) >= self.several:
            with contextlib.suppress(RuntimeError):  # it has just stopped
                self.loop.call_soon_threadsafe(self.start)
        return written

    def start(self) -> None:
        """In the event loop. Where no process can be had, this one goes on writing."""
        if self.loop and self.hand is None and time.monotonic() - self.begun > PAUSE:
            self.begun = time.monotonic()
            with contextlib.suppress(OSError):
                self.hand = Hand(self.loop, self.place, self.lost)

    def lost(self) -> None:
        self.hand = None


class Hand:
    """The process that writes. `handed` are those whose end it has not told.

    Raises OSError when it cannot be started.
    """

    def __init__(self, loop: AbstractEventLoop, place: Place, is_lost: Callable[[], None]) -> None:
        self.loop = loop
        self.is_lost = is_lost
        self.ready: asyncio.Future[None] = loop.create_future()
        self.takes = False
        self.numbers = count()
        self.handed: dict[int, Future[int]] = {}
        self.unsent: deque[bytes] = deque()
        self.line, self.process = started(CHILD, socket.SOCK_SEQPACKET, os.environ, first=place.message())
        self.line.setblocking(False)
        loop.add_reader(self.line, self.heard)

    def take(self, intake: Intake) -> Future[int] | None:
        """From any thread. None when it cannot take it now; then nothing has happened to its files."""
        if not self.takes:
            return None
        try:
            for file in intake.files:
                file.finish()
        except Unavailable:
            return None  # whoever writes it now meets the same trouble, and knows what to do
        number, written = next(self.numbers), Future[int]()
        written.set_running_or_notify_cancel()
        message = Handed(number, intake, [file.name for file in intake.files]).message()
        if len(message) > LARGEST:
            return None
        self.handed[number] = written
        if not self.send(message):
            self.handed.pop(number, None)
            return None
        for file in intake.files:
            file.hand_over()
        return written

    def send(self, message: bytes) -> bool:
        """At once, or as soon as there is room; False when the process is dead."""
        try:
            if not self.unsent:
                self.line.send(message)
                return True
        except BlockingIOError:
            pass
        except OSError:
            return False
        self.unsent.append(message)
        if not self.takes:  # it died this very moment, and whoever looked after the others did not see this one
            return False
        self.loop.call_soon_threadsafe(self.send_on)
        return True

    def send_on(self) -> None:
        """In the event loop. A process that is dead meanwhile is heard of."""
        with contextlib.suppress(OSError):
            while self.takes and self.unsent:
                self.line.send(self.unsent[0])
                self.unsent.popleft()
        if self.takes:
            self.loop.add_writer(self.line, self.send_on) if self.unsent else self.loop.remove_writer(self.line)

    def heard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self.listen()
            self.end()

    def listen(self) -> None:
        """Until it is gone. Raises BlockingIOError when it says nothing now."""
        while said := received(self.line):
            if said == READY:
                self.takes = True
                self.ready.set_result(None)
            else:
                settle(self.handed, said)

    def let_go(self) -> None:
        """The server stops, and hands over no more: the process tells the end of all that it has, and goes."""
        self.takes = False
        with contextlib.suppress(OSError):  # it is dead already, or takes too long
            self.line.settimeout(ENDING)
            while self.unsent:
                self.line.send(self.unsent.popleft())
            self.line.shutdown(socket.SHUT_WR)
            self.listen()
        self.end()

    def end(self) -> None:
        """Whether what it had in hand is written is not known."""
        self.takes = False
        self.loop.remove_reader(self.line)
        self.loop.remove_writer(self.line)
        self.line.close()
        self.process.kill()
        self.process.wait()
        self.is_lost()
        if not self.ready.done():
            self.ready.set_exception(Unavailable(because="the process that writes did not start"))
            self.ready.exception()  # most often nobody waits for it
        for number in list(self.handed):
            self.handed.pop(number).set_exception(CommitUnclear(because="the process that writes ended"))
