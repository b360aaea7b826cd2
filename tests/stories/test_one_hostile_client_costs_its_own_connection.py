"""A stranger sends what no browser sends, to the program bare and behind the shipped nginx. Promise 7.

After each request: nothing is stored, nothing is left in the data folder, and the next request is served.
"""

import sqlite3
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile import FILE, HOSTILE, Hostile, chunks
from tests.proxies import behind_shipped
from tests.served import Served, served
from tests.sockets import Reply, asked, head, raw_client

SHORT = {
    "HOTRO_WORKER": "false",  # its own rows would come between two looks
    "HOTRO_HEAD_SECONDS": "2",
    "HOTRO_BODY_SILENCE_SECONDS": "1",
    "HOTRO_BODY_SLOW_AFTER_SECONDS": "2",
    "HOTRO_FILE_MEGABYTES": "1",
    "HOTRO_DOSSIER_MEGABYTES": "2",
}
COUNTED = {"counters", "tallies", "marks"}
"""Tables in which only numbers of times and the clock of the work behind grow."""


BODY_LIMIT = 3 * 1024 * 1024
AT_ONCE = 4
ENDLESS = Hostile(chunks(FILE, 60), (413,))


@dataclass(frozen=True)
class Reached:
    """A server, by which port and how it is reached, and where the proxy keeps bodies."""

    server: Served
    port: int
    trust: ssl.SSLContext | None = None
    waiting: Path | None = None

    def asked(self, data: bytes) -> Reply:
        return asked(self.port, data, trust=self.trust)

    def traces(self) -> tuple[list[str], dict[str, int]]:
        """Files of the data folder and of the proxy, and rows by table."""
        folders = [self.server.data, *([self.waiting] if self.waiting else [])]
        files = [str(file) for folder in folders for file in folder.rglob("*") if file.is_file()]
        return sorted(file for file in files if "hotro.db" not in file), self.rows()

    def rows(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.server.data / "hotro.db")) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            kept = sorted(set(names) - COUNTED)
            return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in kept}


@pytest.fixture(scope="module", params=["bare", "nginx"])
def reached(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, built_site: Path
) -> Iterator[Reached]:
    folder = tmp_path_factory.mktemp(f"hostile-{request.param}")
    with served(folder / "data", built_site, 1, HOTRO_TRUSTED_PROXIES="127.0.0.1", **SHORT) as server:
        if request.param == "bare":
            yield Reached(server, server.port)
            return
        with behind_shipped(folder / "nginx", server.port, client_header_timeout="2s") as proxy:
            yield Reached(server, proxy.port, proxy.trust, proxy.folder / "body")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_request_stores_nothing_and_the_next_is_served(hostile: Hostile, reached: Reached) -> None:
    before, told = reached.traces(), reached.server.log.read_text()

    status = answer_to(hostile, reached)

    assert status in hostile.statuses
    assert reached.asked(head("/tra-cuu", method="GET")).status == 200
    assert settled(lambda: reached.traces() == before), (before, reached.traces())
    assert "Traceback" not in reached.server.log.read_text().removeprefix(told)


def answer_to(hostile: Hostile, reached: Reached) -> int:
    with raw_client(reached.port, reached.trust) as client:
        for piece in hostile.pieces:
            if isinstance(piece, float):
                time.sleep(piece)
            elif client.answered(0) or not client.send(piece):
                break
        if hostile.hangs_up:
            return hostile.statuses[0]
        return client.reply().status


def settled(holds: Callable[[], bool]) -> bool:
    """Within a moment: whoever hung up is noticed after its last byte."""
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_bodies_over_the_limit_never_take_more_disk_than_the_limit_each(reached: Reached) -> None:
    before, sizes = bytes_in(reached), list[int]()

    with ThreadPoolExecutor(AT_ONCE) as clients:
        sendings = [clients.submit(answer_to, ENDLESS, reached) for _ in range(AT_ONCE)]
        while not all(one.done() for one in sendings):
            sizes.append(bytes_in(reached))

    assert {one.result() for one in sendings} == {413}
    assert max(sizes) - before <= AT_ONCE * BODY_LIMIT
    assert settled(lambda: bytes_in(reached) <= before)


def bytes_in(reached: Reached) -> int:
    """Of files as they come in, finished and kept; one may go while we look."""
    total = 0
    for file in (reached.server.data / "attachments").rglob("*"):
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
