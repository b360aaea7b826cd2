"""A line between a client and a server of the tests: slow, far, silent, cut at a given byte. TCP on loopback."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypedDict

from tests.served import free_port


class Kind(TypedDict):
    bytes_per_second: float
    delay: float


MOBILE: Kind = {"bytes_per_second": 125_000, "delay": 0.3}
SEGMENT = 4096
# A sender must feel the line, not the buffers before it.
BUFFER = 16 * 1024
RESET = struct.pack("ii", 1, 0)


@dataclass
class Way:
    """One direction, shared by all connections: a segment leaves when those before it have left."""

    bytes_per_second: float | None
    free_at: float = 0.0

    def departure(self, now: float, size: int) -> float:
        if self.bytes_per_second is None:
            return now
        self.free_at = max(self.free_at, now) + size / self.bytes_per_second
        return self.free_at


@dataclass(eq=False)
class Connection:
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter

    def abort(self) -> None:
        """At once, and with a reset: an orderly end would say that everything came."""
        for writer in (self.near, self.far):
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


@dataclass
class Line:
    """To the server at port `target`. `delay` in seconds is that of each direction.

    `cut_at` are counts of bytes sent up over all connections: the one that passes such a count breaks off there.
    """

    target: int
    bytes_per_second: float | None = None
    delay: float = 0.0
    cut_at: Sequence[int] = ()
    port: int = field(default_factory=free_port)
    sent_up: int = 0
    cuts: int = 0

    def __post_init__(self) -> None:
        self.up, self.down = Way(self.bytes_per_second), Way(self.bytes_per_second)
        self.cuts_to_come = deque(sorted(self.cut_at))
        self.connections: set[Connection] = set()
        self.loop = asyncio.new_event_loop()
        self.audible = asyncio.Event()
        self.audible.set()
        self.thread = threading.Thread(target=self.loop.run_forever, name=f"line-{self.port}", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def cut(self) -> None:
        """Every connection breaks off; new ones go through."""
        self._do(self._cut())

    def fall_silent(self) -> None:
        """Connections stand, and nothing comes through."""
        self.loop.call_soon_threadsafe(self.audible.clear)

    def speak(self) -> None:
        self.loop.call_soon_threadsafe(self.audible.set)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _listen(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.server = await asyncio.start_server(self._connect, sock=listening, limit=BUFFER)

    async def _close(self) -> None:
        self.server.close()
        self.audible.set()
        for connection in self.connections:
            connection.abort()
        if running := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(running)

    async def _cut(self) -> None:
        self.cuts += len(self.connections)
        for connection in self.connections:
            connection.abort()

    async def _connect(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target, limit=BUFFER)
        except OSError:  # nobody listens: the server is down
            near.transport.abort()
            return
        connection = Connection(near, far)
        self.connections.add(connection)
        ways = self._carry(near_reader, far, self.up, connection), self._carry(far_reader, near, self.down, connection)
        try:
            await asyncio.gather(*ways)
        finally:
            self.connections.discard(connection)
            near.close()
            far.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way, connection: Connection
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(1024)
        arrivals = asyncio.create_task(self._arrive(under_way, writer, way, connection))
        data = b"begun"
        while data:
            await self.audible.wait()
            try:
                data = await reader.read(SEGMENT)
            except ConnectionError:
                data = b""
            leaves = way.departure(self.loop.time(), len(data))
            await asyncio.sleep(leaves - self.loop.time())
            await under_way.put((leaves + self.delay, data))
        await arrivals

    async def _arrive(
        self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, way: Way, over: Connection
    ) -> None:
        data = b"begun"
        try:
            while True:
                at, data = await under_way.get()
                await asyncio.sleep(at - self.loop.time())
                await self.audible.wait()
                if not data:
                    writer.write_eof()
                    return
                through = self._before_cut(len(data)) if way is self.up else len(data)
                writer.write(data[:through])
                await writer.drain()
                if through < len(data):
                    over.abort()
                    return
        except OSError:  # the other end is gone
            over.abort()
        finally:
            while data:  # or who carries would wait for room that nobody makes
                _, data = await under_way.get()

    def _before_cut(self, size: int) -> int:
        """How much of `size` bytes comes through."""
        if self.cuts_to_come and self.sent_up + size > self.cuts_to_come[0]:
            size = self.cuts_to_come.popleft() - self.sent_up
            self.cuts += 1
        self.sent_up += size
        return size
