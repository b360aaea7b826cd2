"""A load of multipart posts over raw sockets, so that the generator is not the limit."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """`seconds` under load at `clients` connections; `rate` in answers a second."""

    answers: int
    refused: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def request(port: int, path: str, boundary: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    )
    return head.encode() + body


async def client(port: int, requests: "itertools.cycle[bytes]", until: float, seen: list[tuple[int, float]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        seen.append((int(head[9:12]), time.perf_counter() - began))
    writer.close()


async def load(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    seen: list[tuple[int, float]] = []
    turn = itertools.cycle(requests)
    began = time.perf_counter()
    await asyncio.gather(*(client(port, turn, began + seconds, seen) for _ in range(clients)))
    kept = [took for status, took in seen if status < 300]
    return Load(len(kept), len(seen) - len(kept), time.perf_counter() - began, kept)
