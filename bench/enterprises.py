"""Enterprises and officers on the last day: each asks over a socket of its own, at the speed of its own line."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.bodies import BOUNDARY
from tests.ledger import Ledger

BLOCK = 16 * 1024
PATIENCE = 120.0
"""Seconds after which a person gives up waiting."""
TRIES = 4


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Empty where there is none. What it says keeps its case: a secret is in it."""
        lines = (line.partition(": ") for line in self.head.split("\r\n"))
        return next((value for found, _, value in lines if found.lower() == name), "")


@dataclass(frozen=True)
class Paper:
    """A whole submission of one form; `size` in bytes."""

    form_id: str
    body: bytes


@dataclass
class Seen:
    """`took` by what was asked: when it ended, in seconds from the beginning, and how long it lasted."""

    began: float = field(default_factory=time.monotonic)
    took: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    waiting: int = 0
    given_up: int = 0

    def note(self, what: str, status: int, seconds: float) -> None:
        self.answers[what, status] += 1
        if status < 400:
            self.took.setdefault(what, []).append((time.monotonic() - self.began, seconds))


class Visitor:
    """One address on the network. `pace` is the speed of its line in bytes a second."""

    def __init__(self, port: int, number: int, pace: float, seen: Seen) -> None:
        self.port = port
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.pace = pace
        self.seen = seen

    async def ask(self, what: str, method: str, path: str, body: bytes = b"", **headers: str) -> Answer | None:
        """None when nothing came in time."""
        began = time.monotonic()
        self.seen.waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._exchange(method, path, body, headers)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            self.seen.answers[what, 0] += 1
            return None
        finally:
            self.seen.waiting -= 1
        # The time that the own line takes is nobody's waiting.
        self.seen.note(what, answer.status, max(time.monotonic() - began - len(body) / self.pace, 0.0))
        return answer

    async def _exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        try:
            told = {"Host": f"127.0.0.1:{self.port}", "X-Forwarded-For": self.address, "Connection": "close"}
            told |= {name.replace("_", "-"): value for name, value in headers.items()}
            told |= {"Content-Length": str(len(body))} if body else {}
            lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
            for at in range(0, len(body), BLOCK):
                piece = body[at : at + BLOCK]
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(len(piece) / self.pace)
            head, _, content = (await reader.read()).partition(b"\r\n\r\n")
            return Answer(int(head[9:12] or 0), head.decode(), content)
        finally:
            writer.close()


async def enterprise(visitor: Visitor, paper: Paper, drafts: bool, ledger: Ledger) -> None:
    """Saves a draft perhaps, sends, looks at the status. Told to come again, it waits and comes again."""
    if drafts:
        await save_draft(visitor, paper.form_id, ledger)
    multipart = f"multipart/form-data; boundary={BOUNDARY}"
    for tried in range(TRIES):
        path = f"/api/v1/forms/{paper.form_id}/dossiers"
        answer = await visitor.ask("gửi hồ sơ", "POST", path, paper.body, Content_Type=multipart)
        if answer and answer.status == 201:
            receipt = json.loads(answer.body)
            ledger.receipts.append(receipt)
            await asyncio.sleep(random.uniform(0.5, 3))
            status = f"/api/v1/dossiers/{receipt['reference']}"
            await visitor.ask("tra cứu", "GET", status, Authorization=f"Bearer {receipt['access_code']}")
            return
        # Hours are played in minutes: what the server says in seconds is waited for in the same measure.
        await asyncio.sleep(random.uniform(1, 3) * (tried + 1))
    visitor.seen.given_up += 1


async def save_draft(visitor: Visitor, form_id: str, ledger: Ledger) -> None:
    name = f"Hợp tác xã ví dụ {visitor.address}"
    typed = urlencode({"organisation_name": name, "_action": "save"}).encode()
    form = "application/x-www-form-urlencoded"
    answer = await visitor.ask("lưu bản nháp", "POST", f"/nop/{form_id}", typed, Content_Type=form)
    if answer and answer.status == 303:
        ledger.drafts[answer.header("location").rsplit("/", 1)[1]] = name


async def officer(visitor: Visitor, cookie: str, until: float) -> None:
    while time.monotonic() < until:
        await visitor.ask("hàng chờ", "GET", "/can-bo/ho-so", Cookie=cookie)
        await asyncio.sleep(1)
