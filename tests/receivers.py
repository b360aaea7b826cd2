"""A system of the province that is told: real HTTP on this machine, answering as it is asked to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """`codes` are answered one after the other, the last for ever; with `gate` an answer waits until it is set."""

    url: str = ""
    codes: list[int] = field(default_factory=lambda: [204])
    gate: threading.Event | None = None
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def code(self) -> int:
        return self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]


@contextmanager
def receiver(*codes: int, gate: threading.Event | None = None) -> Iterator[Receiver]:
    made = Receiver(codes=list(codes) or [204], gate=gate)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if made.gate:
                made.gate.wait(20)
            self.send_response(made.code())
            self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/nhan"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        if gate:
            gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
