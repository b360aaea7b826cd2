"""One client's connection: how long its next head may take, what it is told when it does not speak HTTP, its end."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from processor.web.joined import Joined

DOOR = "door"
"""Where the application's state holds the Door."""
MALFORMED = "request_malformed"
FIRST_HEAD = 2.0
"""Seconds at the stop for a new connection to say what it wants."""


@dataclass(frozen=True)
class Door:
    """`text` is told to whoever does not speak HTTP. Seconds: what a head may take, and what a body has at the stop."""

    text: str
    head: float
    stop: float

    def answer(self) -> bytes:
        told = {"type": "about:blank", "title": self.text, "status": 400, "code": MALFORMED, "detail": self.text}
        return json.dumps(told, ensure_ascii=False).encode()


class Connection(H11Protocol):
    """The server's own, which waits for a head for ever and answers in English."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.door: Door = self.app_state[DOOR]
        self.head_due: asyncio.TimerHandle | None = None
        self.leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = Joined(transport, self.loop)  # type: ignore[assignment]  # all else that a transport does, it hands on
        self.await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.leaving and self.cycle:
            self.cycle.keep_alive = False
        self.await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_waiting()
        super().connection_lost(exc)

    def await_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self.stop_waiting()
        elif self.head_due is None:
            self.head_due = self.loop.call_later(self.door.head, self.timeout_keep_alive_handler)

    def stop_waiting(self) -> None:
        if self.head_due:
            self.head_due.cancel()
        self.head_due = None

    def shutdown(self) -> None:
        """Whoever has connected and not been answered yet is about to send, or has: that is waited for."""
        self.leaving = True
        if self.cycle is None:
            self.loop.call_later(FIRST_HEAD, self.leave_the_silent)
        else:
            super().shutdown()
        self.loop.call_later(self.door.stop, self.break_off)

    def leave_the_silent(self) -> None:
        if self.cycle is None:
            super().shutdown()

    def break_off(self) -> None:
        """What has come whole is still answered; who is still sending is a client that hung up."""
        if self.cycle and self.cycle.more_body and not self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Nothing more can be said once an answer has begun."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = self.door.answer()
            for event in (h11.Response(status_code=400, headers=headers(body)), h11.Data(body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def headers(body: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
