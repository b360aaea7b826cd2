"""A raw client: it sends what no browser sends, as slowly as it likes, and sees when its connection is closed."""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PATIENCE = 60
CALM = 0.05


@dataclass(frozen=True)
class Reply:
    """`status` 0 is a connection that was closed without an answer."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.decode("latin-1").lower() == name:
                return value.strip().decode("latin-1")
        return ""


class RawClient:
    def __init__(self, port: int, trust: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket = trust.wrap_socket(plain, server_hostname="localhost") if trust else plain
        self.came = b""
        self.closed = False

    def send(self, data: bytes) -> bool:
        """False once the other side is gone."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def trickle(self, data: bytes, at_once: int, every: float) -> bool:
        for start in range(0, len(data), at_once):
            if self.answered() or not self.send(data[start : start + at_once]):
                return False
            time.sleep(every)
        return True

    def paced(self, data: bytes, bytes_a_second: int) -> bool:
        """Like trickle, by the clock: what a busy machine held up is made good."""
        begun, step = time.monotonic(), max(bytes_a_second // 10, 1)
        for start in range(0, len(data), step):
            if self.answered(0) or not self.send(data[start : start + step]):
                return False
            time.sleep(max(0.0, begun + start / bytes_a_second - time.monotonic()))
        return True

    def answered(self, wait: float = CALM) -> bool:
        """Something came, or the connection was closed."""
        self.socket.settimeout(wait)
        try:
            self.receive()
        except (TimeoutError, ssl.SSLWantReadError, BlockingIOError):
            pass
        finally:
            self.socket.settimeout(PATIENCE)
        return bool(self.came) or self.closed

    def receive(self) -> None:
        """What comes next, or the news that the connection is closed."""
        try:
            data = self.socket.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError, BlockingIOError):
            raise
        except OSError:
            data = b""
        self.closed = not data
        self.came += data

    def reply(self) -> Reply:
        """The whole answer, until it ends or the connection does."""
        while not (self.closed or is_whole(self.came)):
            try:
                self.receive()
            except TimeoutError:
                raise AssertionError(f"no answer within {PATIENCE} s, only {self.came!r}") from None
        return read(self.came)

    def is_closed(self) -> bool:
        """Waits until the other side has closed; what still comes is passed over."""
        with contextlib.suppress(TimeoutError):
            while not self.closed:
                self.receive()
        return self.closed

    def close(self) -> None:
        self.socket.close()


def read(came: bytes) -> Reply:
    head, _, body = came.partition(b"\r\n\r\n")
    return Reply(int(head[9:12] or b"0"), head, body)


def is_whole(came: bytes) -> bool:
    reply = read(came)
    length = reply.header("content-length")
    return b"\r\n\r\n" in came and length.isdigit() and len(reply.body) >= int(length)


@contextlib.contextmanager
def raw_client(port: int, trust: ssl.SSLContext | None = None) -> Iterator[RawClient]:
    client = RawClient(port, trust)
    try:
        yield client
    finally:
        client.close()


def first_answered(clients: Sequence[RawClient]) -> RawClient:
    """What was sent first need not be read first."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for client in clients:
            if client.answered():
                return client
    raise AssertionError(f"no answer to any of {len(clients)} within {PATIENCE} s")


def asked(port: int, *data: bytes, trust: ssl.SSLContext | None = None) -> Reply:
    with raw_client(port, trust) as client:
        for one in data:
            client.send(one)
        return client.reply()


def head(target: str, *lines: str, method: str = "POST", host: str = "localhost") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode("latin-1")
