"""A real `hotro serve` in its own process, for tests that need one."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from processor.settings import ROOT

# One machine posts more in a minute than an office in a day.
LIFTED = {"HOTRO_ABUSE_LIMITS": "off"}
HOTRO = str(Path(sys.executable).parent / "hotro")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Served:
    """The process, its address and its data. `kill` is kill -9 of the whole group.

    One worker process unless told otherwise: each more takes a second or two of both cores to begin.
    """

    workers = 1

    def __init__(self, data: Path, site: Path, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "HOTRO_DATA": str(data), "HOTRO_SITE": str(site), **LIFTED, **environment}
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [HOTRO, "serve", "--port", str(self.port), "--workers", str(self.workers)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                return
            time.sleep(0.1)
        raise RuntimeError("hotro serve did not answer within 30 seconds")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Another `hotro` command on the same data."""
        return subprocess.run(
            [HOTRO, *arguments], env=self.environment, cwd=ROOT, input=text, capture_output=True, text=True, check=False
        )

    def _signal(self, number: signal.Signals) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(30)


@contextlib.contextmanager
def served(data: Path, site: Path, workers: int = 1, **environment: str) -> Iterator[Served]:
    server = Served(data, site, **environment)
    server.workers = workers
    server.start()
    try:
        yield server
    finally:
        server.stop()
