"""What hits a server in life, one after another. Each storm ends with the server left to itself again."""

import contextlib
import random
import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.postgres import Postgres
from tests.served import Served

Storm = Callable[[], None]
SLOW_SOCKETS = 1000
SECONDS = 10


def killed(server: Served) -> Storm:
    def storm() -> None:
        server.kill()
        time.sleep(random.uniform(0, 1))
        server.start()

    return storm


def many_slow_sockets(port: int) -> Storm:
    """A thousand that send a header and then a byte now and again; whoever closes them is in the right."""

    def storm() -> None:
        sockets = [slow_socket(port) for _ in range(SLOW_SOCKETS)]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for held in sockets:
                with contextlib.suppress(OSError):
                    held.send(b"x")
            time.sleep(1)
        for held in sockets:
            held.close()

    return storm


def slow_socket(port: int) -> socket.socket:
    made = socket.socket()
    made.settimeout(2)
    with contextlib.suppress(OSError):
        made.connect(("127.0.0.1", port))
        made.send(b"POST /api/v1/forms/ho-so-tieu-chuan/dossiers HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    return made


def full_disk(folder: Path) -> Storm:
    """Not one free block is left, then all are back."""

    def storm() -> None:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        time.sleep(SECONDS)
        filler.unlink()

    return storm


def restarted_database(postgres: Postgres) -> Storm:
    def storm() -> None:
        postgres.stop()
        time.sleep(random.uniform(0, 2))
        postgres.start()

    return storm


def descriptors_for(sockets: int) -> None:
    """Room for `sockets` in this process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, sockets + 1000), most))
