"""Durable submission against parse-and-discard: 25 fields, 3 PDF files, 300 kB, file checks on.

All servers run uvicorn with uvloop and h11 and take turns in one run on the machine's own disk: the bare endpoint in
one process, ours in one and in one a core. Prints rates and ratios, and the memory of the first over many submissions.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.load import Load, load, request
from processor.domain.examples import example_fields, example_items
from processor.settings import ROOT
from processor.storage.definition_files import load_catalogue
from tests.inspection.makers import a_pdf
from tests.served import LIFTED

FORM = "ho-so-tieu-chuan"
PATH = f"/api/v1/forms/{FORM}/dossiers"
BOUNDARY = "hotro-bench-boundary"
CORES = os.cpu_count() or 1


def bodies(count: int, folder: Path) -> list[bytes]:
    form = load_catalogue(ROOT / "forms").form(FORM)
    needed = example_items(form)
    # Three files, whatever the form needs: the rest is explained.
    explained = [item for item in needed if form.items_by_id[item].may_explain_absence][: len(needed) - 3]
    fields = example_fields(form, date.today())
    fields |= {f"{item}.absent": "1" for item in explained}
    fields |= {f"{item}.absence_reason": "Chưa có (dữ liệu ví dụ)" for item in explained}
    made = []
    for number in range(count):
        parts = [text_part(name, value) for name, values in fields.items() for value in as_list(values)]
        for place, item in enumerate([item for item in needed if item not in explained]):
            path = folder / f"{number}-{place}.pdf"
            a_pdf(path, size_bytes=100_000, seed=number * 3 + place)
            parts.append(file_part(item, path.name, path.read_bytes()))
        made.append(b"".join(parts) + f"--{BOUNDARY}--\r\n".encode())
    return made


def as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def text_part(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file_part(name: str, file_name: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env={**os.environ, **LIFTED, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"The server stopped with status {process.returncode}.")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("The server did not start in a minute.")


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(seconds: float, rounds: int, clients: list[int], long_run: int) -> None:
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder, contextlib.ExitStack() as running:
        made = bodies(100, Path(folder))
        ports = {name: free_port() for name in ("bare", "one", "each")}
        running.enter_context(server(bare(ports["bare"]), ports["bare"], {}))
        one = running.enter_context(server(durable(ports["one"], 1), ports["one"], {"HOTRO_DATA": f"{folder}/one"}))
        running.enter_context(server(durable(ports["each"], CORES), ports["each"], {"HOTRO_DATA": f"{folder}/each"}))
        print(f"body {len(made[0]) / 1000:.0f} kB, {CORES} cores, {rounds} alternating rounds of {seconds} s")
        print("| clients | bare, per s | one process: per s, ratio, p50, p99 | one a core: per s, ratio, p50, p99 |")
        print("| --- | --- | --- | --- |")
        for count in clients:
            compare(made, ports, count, seconds, rounds)
        if long_run:
            stays_flat(made, ports["one"], one, long_run)


def bare(port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port), "--loop", "uvloop"]
    return [*command, "--http", "h11", "--no-access-log", "--log-level", "warning"]


def durable(port: int, workers: int) -> list[str]:
    return [str(Path(sys.executable).parent / "hotro"), "serve", "--port", str(port), "--workers", str(workers)]


def compare(made: list[bytes], ports: dict[str, int], clients: int, seconds: float, rounds: int) -> None:
    """Each round takes all servers in turn; ratios are within a round."""
    runs = [{name: turn(made, port, clients, seconds) for name, port in ports.items()} for _ in range(rounds)]
    bare_rate = statistics.median(run["bare"].rate for run in runs)
    cells = [against_bare(runs, name) for name in ("one", "each")]
    print(f"| {clients} | {bare_rate:.0f} | {' | '.join(cells)} |", flush=True)


def against_bare(runs: list[dict[str, Load]], name: str) -> str:
    rate = statistics.median(run[name].rate for run in runs)
    ratio = statistics.median(run[name].rate / run["bare"].rate for run in runs)
    p50, p99 = (statistics.median(run[name].percentile(share) for run in runs) for share in (0.5, 0.99))
    return f"{rate:.0f}, {ratio:.2f}, {p50:.0f} ms, {p99:.0f} ms"


def turn(made: list[bytes], port: int, clients: int, seconds: float) -> Load:
    run = asyncio.run(load(port, [request(port, PATH, BOUNDARY, body) for body in made], clients, seconds))
    if run.refused or not run.answers:
        raise RuntimeError(f"{run.refused} of {run.refused + run.answers} were refused; nothing is measured.")
    return run


def stays_flat(made: list[bytes], port: int, process: subprocess.Popen[bytes], wanted: int) -> None:
    sent, marks = 0, [resident_mb(process)]
    while sent < wanted:
        sent += turn(made, port, 32, 5).answers
        marks.append(resident_mb(process))
    print(f"memory over {sent} submissions, MB: {', '.join(f'{mark:.0f}' for mark in marks)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--long", type=int, default=10_000, help="submissions over which memory is watched")
    chosen = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    measure(chosen.seconds, chosen.rounds, chosen.clients, chosen.long)


if __name__ == "__main__":
    main()
