"""The line of the tests is what it says it is: it carries everything, slows, delays, falls silent, breaks off."""

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.lines import Line
from tests.served import free_port

CONTENT = os.urandom(300_000)


class Echo:
    """Answers what it is told, on every connection, until the other side is done."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.heard = bytearray()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(65536):
                    self.heard += data
                    connection.sendall(data)
            except OSError:  # cut
                return


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.listening.close()


def told_back(line: Line, content: bytes) -> bytes:
    """What comes back for it; less when the line breaks off."""
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", line.port), 30) as connection:
        speaking = threading.Thread(target=speak, args=(connection, content))
        speaking.start()
        try:
            while data := connection.recv(65536):
                heard += data
        except OSError:
            pass
        speaking.join()
    return bytes(heard)


def speak(connection: socket.socket, content: bytes) -> None:
    try:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_line_carries_everything_both_ways(echo: Echo) -> None:
    with Line(echo.port) as line:
        assert told_back(line, CONTENT) == CONTENT
        assert told_back(line, b"again") == b"again"

    assert (line.sent_up, line.cuts) == (len(CONTENT) + 5, 0)


def test_a_slow_line_takes_at_least_its_time(echo: Echo) -> None:
    with Line(echo.port, bytes_per_second=600_000, delay=0.1) as line:
        began = time.monotonic()
        heard = told_back(line, CONTENT)
        took = time.monotonic() - began

    assert heard == CONTENT
    assert took >= 0.5 + 0.2


def test_a_line_breaks_off_at_each_of_its_points_and_never_earlier(echo: Echo) -> None:
    with Line(echo.port, cut_at=[100_000, 50_000]) as line:
        parts = [told_back(line, CONTENT) for _ in range(3)]

    assert line.cuts == 2
    assert len(echo.heard) >= len(CONTENT)
    assert [part == CONTENT for part in parts] == [False, False, True]
    assert len(parts[0]) <= 50_000 and len(parts[1]) <= 50_000


def test_a_silent_line_holds_what_was_said_until_it_speaks_again(echo: Echo) -> None:
    with Line(echo.port) as line, socket.create_connection(("127.0.0.1", line.port), 30) as connection:
        connection.sendall(b"a")
        before = connection.recv(1)
        line.fall_silent()
        connection.sendall(b"b")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        line.speak()
        connection.settimeout(30)
        after = connection.recv(1)

    assert (before, after) == (b"a", b"b")


def test_a_cut_breaks_the_connections_that_stand_and_no_later_one(echo: Echo) -> None:
    with Line(echo.port) as line, socket.create_connection(("127.0.0.1", line.port), 30) as connection:
        connection.sendall(b"a")
        connection.recv(1)
        line.cut()
        with pytest.raises(OSError):
            connection.recv(1)
        later = told_back(line, b"c")

    assert later == b"c"


def test_a_line_to_a_server_that_is_down_breaks_off_at_once() -> None:
    with Line(free_port()) as line:
        assert told_back(line, b"a") == b""
