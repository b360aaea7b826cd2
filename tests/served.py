"""A real `hotro serve` in its own process, for tests that need one."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from processor.checkup.choices import KNOWN
from processor.settings import ROOT
from tests.forked import Forked, run_forked

# One machine posts more in a minute than an office in a day; tests of scanning name a scanner.
LIFTED = {"HOTRO_ABUSE_LIMITS": "off", "HOTRO_CLAMD_URL": "none"}
BIN = Path(sys.executable).parent
HOTRO = str(BIN / "hotro")


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
    under: Sequence[str] = ()
    """The program that it runs under, with its arguments."""
    root = ROOT
    """The checkout that it runs from."""

    def __init__(self, data: Path, site: Path, **environment: str) -> None:
        if unknown := {name for name in environment if name.startswith("HOTRO_")} - KNOWN:
            raise ValueError(f"no such settings: {unknown}")
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "HOTRO_DATA": str(data), "HOTRO_SITE": str(site), **LIFTED, **environment}
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def start(self) -> None:
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Without waiting for it: call `wait` for that."""
        arguments = ["serve", "--port", str(self.port), "--workers", str(self.workers)]
        if not self._is_forked():
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*self.under, *self.program, *arguments],
                    env=self.environment,
                    cwd=self.root,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        else:
            self.process = Forked(arguments, self.environment, self.log)

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.has_ended():
                raise RuntimeError(self.log.read_text())
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError("hotro serve did not answer within two minutes")

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Another `hotro` command on the same data."""
        if self._is_forked():
            with tempfile.TemporaryDirectory() as folder:
                return run_forked(arguments, self.environment, Path(folder), text)
        command = [*self.program, *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=self.root, input=text, capture_output=True, text=True, check=False
        )

    @property
    def program(self) -> Sequence[str]:
        return [HOTRO] if self.root == ROOT else [sys.executable, "-c", "from processor.cli import main; main()"]

    def _is_forked(self) -> bool:
        """What is loaded before the program, or beside it, needs one that begins anew."""
        same = all(self.environment.get(name) == os.environ.get(name) for name in ("LD_PRELOAD", "PYTHONPATH"))
        return same and self.workers == 1 and not self.under and self.root == ROOT

    @contextlib.contextmanager
    def begun(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """The same while it runs."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*self.program, *arguments], env=self.environment, cwd=self.root, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(120)


@contextlib.contextmanager
def served(data: Path, site: Path, workers: int = 1, **environment: str) -> Iterator[Served]:
    server = Served(data, site, **environment)
    server.workers = workers
    server.start()
    try:
        yield server
    finally:
        server.stop()
