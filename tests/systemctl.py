"""Stands in for systemctl where no systemd runs: starts the units of a tree as their files say, and stops them.

`python -m tests.systemctl ROOT VERB UNIT…`. What it starts is noted in ROOT/run, its output too.
"""

import contextlib
import fnmatch
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from processor.settings import ROOT
from tests.units import unit


def start(root: Path, name: str) -> None:
    (root / "run").mkdir(exist_ok=True)
    with (root / "run" / f"{name}.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.confined", str(root), name],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    noted(root, name).write_text(str(started.pid))


def stop(root: Path, name: str) -> None:
    """As KillMode=mixed does: the main process is asked, the rest is killed at the end."""
    place = noted(root, name)
    if not place.exists():
        return
    process = int(place.read_text())
    ends = time.monotonic() + int(unit(root, name).one("TimeoutStopSec"))
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        while time.monotonic() < ends and is_there(process):
            time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    place.unlink()


def is_there(process: int) -> bool:
    """A zombie is gone: nobody waits for it here."""
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def noted(root: Path, name: str) -> Path:
    return root / "run" / f"{name}.pid"


def stop_everything(root: Path) -> None:
    for place in (root / "run").glob("*.pid"):
        stop(root, place.stem)


def obey(root: Path, verb: str, *names: str) -> None:
    running = [place.stem for place in (root / "run").glob("*.pid")]
    named = [one for name in names for one in (fnmatch.filter(running, name) if "*" in name else [name])]
    for name in (name for name in named if name.endswith(".service")):
        if verb in ("stop", "restart"):
            stop(root, name)
        if verb in ("start", "restart"):
            start(root, name)


if __name__ == "__main__":
    obey(Path(sys.argv[1]), sys.argv[2], *sys.argv[3:])
