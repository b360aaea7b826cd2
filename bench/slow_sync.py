"""A disk whose every sync takes 2 ms: a folder in memory, and a library that sleeps before each sync.

Run as a program it commits single rows to a new SQLite file, one after the other, and prints how many a second.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from processor.settings import ROOT

SOURCE = ROOT / "bench" / "slow_sync.c"
MEMORY = Path("/dev/shm")


def slow_sync(folder: Path) -> dict[str, str]:
    """The environment of a program whose syncs take 2 ms each. Needs gcc."""
    library = folder / "slow_sync.so"
    if not library.exists():
        subprocess.run([ROOT / "deploy" / "need.sh", "gcc", "/usr/bin/gcc"], check=True)
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def commit_rate(folder: Path, environment: Mapping[str, str], seconds: float) -> float:
    """Commits a second of one row each: SQLite as we open it, in a process of its own."""
    command = [sys.executable, "-m", "bench.slow_sync", str(folder / f"commits-{time.monotonic_ns()}.db"), str(seconds)]
    told = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=True)
    return float(told.stdout)


def commit(place: str, seconds: float) -> float:
    connection = sqlite3.connect(place, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, content TEXT)")
    began, times = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO kept (content) VALUES (?)", ("x" * 1000,))
        times += 1
    return times / (time.perf_counter() - began)


if __name__ == "__main__":
    print(commit(sys.argv[1], float(sys.argv[2])))
