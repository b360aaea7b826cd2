"""Head and body of an answer in one packet: the server underneath writes them one after the other."""

import asyncio
from typing import Any

LARGE = 64 * 1024
"""Bytes that are held at most: what the transport does not have yet, it cannot ask its writer to wait for."""


class Joined:
    """A transport that holds what is written until the answer ends, at most to the end of this turn of the loop.

    Two packets are two calls of the system here, and wake the client twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport = transport
        self.loop = loop
        self.held: list[bytes] = []
        self.flushing: asyncio.Handle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        """Empty at the end of an answer whose length was told: nothing more comes."""
        if not data or sum(map(len, self.held)) + len(data) > LARGE:
            self.flush()
        if not data:
            return
        if len(data) > LARGE:
            self.transport.write(data)
            return
        self.held.append(data)
        if self.flushing is None:
            self.flushing = self.loop.call_soon(self.flush)

    def flush(self) -> None:
        if self.flushing:
            self.flushing.cancel()
            self.flushing = None
        held, self.held = b"".join(self.held), []
        if held and not self.transport.is_closing():
            self.transport.write(held)

    def close(self) -> None:
        self.flush()
        self.transport.close()
