"""What is written in one turn of the loop leaves in one packet, in its order, and nothing stays behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from processor.web.joined import LARGE, Joined
from tests.own_thread import in_own_thread


class Wire(asyncio.Transport):
    """Keeps each packet; "closed" is the last."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.packets.append(bytes(data))

    def close(self) -> None:
        self.packets.append(b"closed")

    def is_closing(self) -> bool:
        return b"closed" in self.packets


def packets(work: Callable[[Joined], Awaitable[None]]) -> list[bytes]:
    """Of `work`, and of the end of the turn after it."""
    wire = Wire()

    async def run() -> None:
        await work(Joined(wire, asyncio.get_running_loop()))
        await asyncio.sleep(0)

    in_own_thread(asyncio.run, run())
    return wire.packets


def test_a_head_leaves_with_its_body_as_soon_as_the_answer_ends() -> None:
    async def answer(transport: Joined) -> None:
        for part in (b"head ", b"body", b""):
            transport.write(part)
        transport.write(b"the next head")
        assert transport.transport.packets == [b"head body"]  # type: ignore[attr-defined]

    assert packets(answer) == [b"head body", b"the next head"]


def test_a_head_whose_body_comes_later_leaves_at_the_end_of_the_turn() -> None:
    async def answer(transport: Joined) -> None:
        transport.write(b"head ")
        await asyncio.sleep(0.01)
        transport.write(b"body")

    assert packets(answer) == [b"head ", b"body"]


def test_a_large_body_is_not_copied() -> None:
    body = bytes(LARGE + 1)

    async def answer(transport: Joined) -> None:
        transport.write(b"head ")
        transport.write(body)

    assert packets(answer) == [b"head ", body]


def test_no_more_is_held_than_a_large_body() -> None:
    parts = [bytes([number]) * (LARGE // 2) for number in range(5)]

    async def answer(transport: Joined) -> None:
        for part in parts:
            transport.write(part)
            assert sum(map(len, transport.held)) <= LARGE

    assert packets(answer) == [parts[0] + parts[1], parts[2] + parts[3], parts[4]]


def test_what_is_held_leaves_before_the_connection_closes() -> None:
    async def answer(transport: Joined) -> None:
        transport.write(b"head and body")
        transport.close()
        assert transport.is_closing()

    assert packets(answer) == [b"head and body", b"closed"]


def test_nothing_is_written_to_whoever_has_gone_meanwhile() -> None:
    async def answer(transport: Joined) -> None:
        transport.write(b"head")
        transport.transport.close()

    assert packets(answer) == [b"closed"]


@pytest.mark.parametrize("sizes", [[1, LARGE, 2], [LARGE + 1, 1, LARGE + 1], [3, 0, 3, 0]])
def test_the_order_stands(sizes: list[int]) -> None:
    written = [bytes([number]) * size for number, size in enumerate(sizes)]

    async def answer(transport: Joined) -> None:
        for part in written:
            transport.write(part)

    assert b"".join(packets(answer)) == b"".join(written)
