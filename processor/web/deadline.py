"""How long a body may take. The server underneath waits for ever (measured in the security notes, section 0.4)."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processor.domain.errors import Malformed
from processor.settings import Settings

LINGER = 5.0
LINGER_SILENCE = 1.0


@dataclass(frozen=True)
class Patience:
    """Seconds; `pace` in bytes a second, asked for once the client was waited for `slow_after` seconds."""

    silence: float
    slow_after: float
    pace: float
    total: float


class BodyTooSlow(Malformed):
    """Status 408."""

    def __init__(self) -> None:
        super().__init__("body_too_slow", 408)


class BodyDeadline:
    """Answers 408 to a body that stands still, trickles or lasts too long, and closes its connection.

    Only waiting for the client counts: how long the disk or a checker takes is nobody's fault there.
    """

    def __init__(self, app: ASGIApp, patience: Patience) -> None:
        self.app = app
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not announces_body(headers := Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        body = ComingBody(self.patience, receive, send, asks_first="expect" in headers)
        await self.app(scope, body.receive, body.send)


def patience_of(settings: Settings) -> Patience:
    return Patience(
        silence=settings.body_silence_seconds,
        slow_after=settings.body_slow_after_seconds,
        pace=settings.body_kilobytes_a_second * 1000,
        total=settings.body_seconds,
    )


def announces_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


class ComingBody:
    """One body on its way in, and the answer that may come before its end."""

    def __init__(self, patience: Patience, receive: Receive, send: Send, asks_first: bool) -> None:
        self.patience = patience
        self.arriving = receive
        self.answering = send
        self.held_back = asks_first
        self.begun = time.monotonic()
        self.waited = 0.0
        self.size = 0
        self.ended = False
        self.answered = False

    async def receive(self) -> Message:
        """Raises BodyTooSlow; once the answer has begun the client counts as gone instead."""
        if self.ended:
            return await self.arriving()
        try:
            async with asyncio.timeout(self.seconds_left()):
                return await self.next()
        except TimeoutError:
            self.held_back = True
            if self.answered:
                return {"type": "http.disconnect"}
            raise BodyTooSlow from None

    def seconds_left(self) -> float:
        paced = max(self.patience.slow_after, self.size / self.patience.pace) - self.waited
        lasting = self.patience.total - (time.monotonic() - self.begun)
        return min(self.patience.silence, paced, lasting)

    async def next(self) -> Message:
        self.held_back = False
        asked = time.monotonic()
        message = await self.arriving()
        self.waited += time.monotonic() - asked
        self.size += len(message.get("body", b""))
        self.ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered = True
            if not self.ended:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
        elif not self.ended and not message.get("more_body", False):
            await self.answering({**message, "more_body": True})
            await self.throw_away()
            message = {"type": "http.response.body", "body": b""}
        await self.answering(message)

    async def throw_away(self) -> None:
        """What is still on its way, for a moment: closing upon unread bytes would take the answer from the client.

        A client that waits for leave to send, or that was too slow, has nothing on its way.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while not (self.ended or self.held_back):
                    async with asyncio.timeout(LINGER_SILENCE):
                        await self.next()
