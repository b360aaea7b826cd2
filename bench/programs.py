"""The programs that are measured: each is started, asked until it answers, watched, and ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from processor.settings import ROOT
from tests.served import HOTRO, LIFTED, free_port

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
START_SECONDS = 120


@dataclass(frozen=True)
class Program:
    """A server with its children, on `port` of this machine."""

    port: int
    process: "subprocess.Popen[bytes]"

    def processor_seconds(self) -> float:
        """Of all its processes that live, in user and system mode, with the ended children that they waited for."""
        return sum(sum(map(int, stat[11:15])) for stat in self.processes().values()) / TICKS

    def memory(self) -> float:
        """Of all its processes, in bytes; what they share counts for each."""
        return sum(int(stat[21]) for stat in self.processes().values()) * PAGE

    def largest(self) -> float:
        """Of the process that holds most, in bytes."""
        return max((int(stat[21]) for stat in self.processes().values()), default=0) * PAGE

    def processes(self) -> dict[str, list[str]]:
        """By their numbers, the fields of /proc/PID/stat from the third on."""
        found = {place.parent.name: fields(place) for place in Path("/proc").glob("[0-9]*/stat")}
        return {pid: stat for pid, stat in found.items() if stat and int(stat[3]) == self.process.pid}


def fields(place: Path) -> list[str]:
    try:
        return place.read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return []


@contextlib.contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str], folder: Path) -> Iterator[Program]:
    """What it says goes to a file in `folder`."""
    log = folder / f"{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, cwd=ROOT, stdout=said, stderr=said, start_new_session=True
        )
    try:
        wait_for(port, process, log)
        yield Program(port, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server stopped with status {process.returncode}: {log.read_text()[-2000:]}")
        if listens(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not start within {START_SECONDS} seconds: {log.read_text()[-2000:]}")


def listens(port: int) -> bool:
    """Without connecting: a server of one process at a time would take that for its first client."""
    wanted = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1] == wanted and line.split()[3] == "0A" for line in lines)


def bare(folder: Path, workers: int = 1) -> contextlib.AbstractContextManager[Program]:
    """Parses and throws away, under the same server as ours."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port), "--loop", "uvloop"]
    command += ["--http", "h11", "--no-access-log", "--log-level", "warning", "--workers", str(workers)]
    return running(command, port, {}, folder)


def ours(
    folder: Path, name: str, *, checks: bool = True, workers: int = 1, environment: Mapping[str, str] | None = None
) -> contextlib.AbstractContextManager[Program]:
    """`hotro serve` with its data under `folder`."""
    port = free_port()
    command = [HOTRO] if checks else [sys.executable, "-m", "bench.unchecked"]
    command += ["serve", "--port", str(port), "--workers", str(workers)]
    settings = {**LIFTED, "HOTRO_DATA": str(folder / name), "HOTRO_SITE": str(ROOT / "build" / "site")}
    return running(command, port, {**settings, **(environment or {})}, folder)
