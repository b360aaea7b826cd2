"""A load of multipart posts over raw sockets, so that the generator is not the limit."""

import asyncio
import itertools
import mmap
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.programs import Program

TOUCHED = 1 << 30
ZEROS = bytes(1 << 20)


@dataclass(frozen=True)
class Load:
    """`seconds` under load; `latencies` of the answers in seconds, `rate` in answers a second.

    `processor` is what the server and its children used for one answer, in milliseconds.
    """

    answers: int
    refused: int
    seconds: float
    latencies: list[float]
    processor: float = 0.0

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


@dataclass(frozen=True)
class Turn:
    """What is asked of one program in each round."""

    program: Program
    requests: Sequence[bytes]
    clients: int

    def run(self, seconds: float) -> Load:
        """Raises RuntimeError when anything was refused: that would be faster than the work."""
        touch_memory()
        before = self.program.processor_seconds()
        run = asyncio.run(load(self.program.port, self.requests, self.clients, seconds))
        if run.refused or not run.answers:
            raise RuntimeError(f"{run.refused} of {run.refused + run.answers} were refused; nothing is measured.")
        used = (self.program.processor_seconds() - before) * 1000 / run.answers
        return Load(run.answers, run.refused, run.seconds, run.latencies, used)


def touch_memory() -> None:
    """A virtual machine gets memory from its host as it first touches it, and gives back what lies free: writing there
    takes ten times as long. Each program finds as much touched as it fills in a turn.
    """
    with mmap.mmap(-1, TOUCHED) as memory:
        for _ in range(TOUCHED // len(ZEROS)):
            memory.write(ZEROS)


Rounds = list[dict[str, Load]]


def alternate(turns: Mapping[str, Turn], seconds: float, rounds: int) -> Rounds:
    """Each round takes all in turn, forwards and backwards by turns, after one that only warms them."""
    for turn in turns.values():
        turn.run(min(seconds, 1.0))
    ordered = list(turns.items())
    made: Rounds = []
    for number in range(rounds):
        made.append({name: turn.run(seconds) for name, turn in (ordered if number % 2 == 0 else ordered[::-1])})
    return made


def ratio(rounds: Rounds, name: str, to: str) -> float:
    """The median of the ratios within a round."""
    return statistics.median(round[name].rate / round[to].rate for round in rounds)


def told(rounds: Rounds, name: str) -> str:
    """For a note: rate, latencies, what one answer costs."""
    rate, p50, p99, used = (
        statistics.median(figures)
        for figures in zip(
            *(
                (round[name].rate, round[name].percentile(0.5), round[name].percentile(0.99), round[name].processor)
                for round in rounds
            ),
            strict=True,
        )
    )
    return f"{rate:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms, CPU {used:.1f} ms".replace(".", ",")


def request(port: int, path: str, boundary: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    )
    return head.encode() + body


class Client:
    """One connection at a time, a new one where the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """The status of the answer, which is read to its end."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b"\r\ntransfer-encoding: chunked" in head:
            while size := int((await reader.readline()).split(b";")[0], 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        else:
            await reader.readexactly(int(head.partition(b"\r\ncontent-length:")[2].split(b"\r\n")[0]))
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12])

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None


async def client(port: int, requests: "itertools.cycle[bytes]", until: float, seen: list[tuple[int, float]]) -> None:
    connection = Client(port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        status = await connection.ask(next(requests))
        seen.append((status, time.perf_counter() - began))
    connection.close()


async def load(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    seen: list[tuple[int, float]] = []
    turn = itertools.cycle(requests)
    began = time.perf_counter()
    await asyncio.gather(*(client(port, turn, began + seconds, seen) for _ in range(clients)))
    kept = [took for status, took in seen if status < 300]
    return Load(len(kept), len(seen) - len(kept), time.perf_counter() - began, kept)
