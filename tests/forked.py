"""A `hotro` command that begins at once: forked from a process that has read the program already.

What runs is the same command, in a session of its own, so that kill -9 of the group takes all that it started.
"""

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from processor.settings import ROOT

# Without a main file the server's inspector does not read the tests.
STAND_READY = "from tests.forked import stand_ready; stand_ready()"
POLL = 0.01


def stand_ready() -> None:
    """A line of JSON in, a line out: a command, for its process id, or the id of one, for its exit code or null."""
    from processor import commands  # what takes so long

    assert commands
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(ended(asked) if isinstance(asked, int) else begin(asked)), flush=True)


def begin(told: dict[str, Any]) -> int:
    return os.fork() or become(told)


def ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def become(told: dict[str, Any]) -> int:
    """Never returns."""
    from processor import cli

    code = 1
    try:
        os.setsid()
        for end, (path, flags) in enumerate(told["ends"]):
            os.dup2(os.open(path, flags, 0o600), end)
        sys.stdin = os.fdopen(0, closefd=False)
        os.environ.clear()
        os.environ.update(told["environment"])
        sys.argv = ["hotro", *told["arguments"]]
        cli.main()
    except SystemExit as said:
        code = int(said.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class Parent:
    """The process that the commands are forked from."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", STAND_READY], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.turn = threading.Lock()

    def ask(self, question: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        with self.turn:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=30)


@functools.cache
def parent() -> Parent:
    """One for all tests of a process."""
    ready = Parent()
    atexit.register(ready.end)
    return ready


class Forked:
    """As subprocess.Popen. `log` takes what it writes, its errors too unless they have a place of their own."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        text: Path = Path(os.devnull),
        errors: Path | None = None,
    ) -> None:
        adding = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        ends = [(str(text), os.O_RDONLY), (str(log), adding), (str(errors or log), adding)]
        self.pid: int = parent().ask({"arguments": arguments, "environment": dict(environment), "ends": ends})
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = parent().ask(self.pid)
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        until = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("hotro", timeout)
            time.sleep(POLL)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


def run_forked(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """The command to its end; `folder` holds what it is told and says."""
    told, said, errors = (folder / name for name in ("stdin", "stdout", "stderr"))
    told.write_text(text)
    code = Forked(arguments, environment, said, told, errors).wait()
    return subprocess.CompletedProcess(["hotro", *arguments], code, said.read_text(), errors.read_text())
