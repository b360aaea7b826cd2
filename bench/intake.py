"""Durable submission against parse-and-discard, and against the rate at which a disk commits.

25 fields and 3 PDF files. All servers run uvicorn with uvloop and h11, one process each, and take turns in one run.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.bodies import BOUNDARY, PATH, bodies
from bench.load import Rounds, Turn, alternate, ratio, request, told
from bench.programs import Program, bare, ours
from bench.rows import Row
from bench.slow_sync import commit_rate, slow_sync
from processor.commands import WORKERS

SMALL, LARGE = 100_000, 1_666_000
"""Bytes of each of the three files."""


def on_this_disk(folder: Path, seconds: float, rounds: int) -> Iterator[Row]:
    """The machine's own disk, as it is."""
    run = at_once(folder, SMALL, 32, seconds, rounds, checked=True)
    name = "Nhận bền 300 KB, 32 người gửi cùng lúc / chỉ đọc rồi bỏ, {} kiểm tra tệp"
    yield against_bare(run, "off", name.format("không"), 0.30, 0.45)
    yield against_bare(run, "on", name.format("có"), 0.15, 0.30)
    run = at_once(folder, LARGE, 8, seconds, rounds, checked=False)
    yield against_bare(
        run, "off", "Nhận bền 5 MB, 8 người gửi cùng lúc / chỉ đọc rồi bỏ, không kiểm tra tệp", 0.55, 0.75
    )


def at_once(folder: Path, file_bytes: int, clients: int, seconds: float, rounds: int, *, checked: bool) -> Rounds:
    with ExitStack() as stack:
        made = bodies(8 if file_bytes > SMALL else 60, folder, file_bytes)
        programs = {"bare": stack.enter_context(bare(folder))}
        programs["off"] = stack.enter_context(ours(folder, f"off-{file_bytes}", checks=False))
        if checked:
            programs["on"] = stack.enter_context(ours(folder, f"on-{file_bytes}"))
        turns = {name: Turn(program, posted(program, made), clients) for name, program in programs.items()}
        return alternate(turns, seconds, rounds)


def posted(program: Program, made: list[bytes]) -> list[bytes]:
    return [request(program.port, PATH, BOUNDARY, body) for body in made]


def against_bare(run: Rounds, name: str, called: str, floor: float, aim: float) -> Row:
    note = f"đĩa của máy đo; nhận bền: {told(run, name)}; chỉ đọc: {told(run, 'bare')}"
    return Row(called, ratio(run, name, "bare"), floor, aim, note)


def on_a_slow_disk(memory: Path, seconds: float, rounds: int) -> Iterator[Row]:
    """Each sync takes 2 ms: how many submissions share one. As the command starts by default, and in one process."""
    environment = slow_sync(memory)
    made = bodies(60, memory)
    turns, committed = dict[str, Turn](), list[float]()
    with ExitStack() as stack:
        measure = stack.enter_context(bare(memory))
        turns["bare"] = Turn(measure, posted(measure, made), 32)
        for name, workers in (("default", WORKERS), ("one", 1)):
            program = ours(memory, name, checks=False, workers=workers, environment=environment)
            running = stack.enter_context(program)
            turns[name] = Turn(running, posted(running, made), 32)
        run = Rounds()
        for _ in range(rounds):
            run += alternate(turns, seconds, 1)
            committed.append(commit_rate(memory, environment, seconds))
    ratios = {name: statistics.median(over(run, name, committed)) for name in ("default", "one")}
    one = f"{ratios['one']:.2f}".replace(".", ",")
    note = (
        f"mỗi lần đồng bộ đĩa chậm thêm 2 ms (LD_PRELOAD, dữ liệu trong bộ nhớ); {WORKERS} tiến trình như mặc định: "
        f"{told(run, 'default')}; {statistics.median(committed):.0f} lần ghi đơn/s; 1 tiến trình: {one}"
    )
    name = "Nhận bền, 32 người gửi cùng lúc / số lần ghi đơn mỗi giây, 2 ms, không kiểm tra tệp"
    yield Row(name, ratios["default"], 1.3, 2.0, note)
    name = "Nhận bền 300 KB, 32 người gửi cùng lúc / chỉ đọc rồi bỏ, 2 ms, không kiểm tra tệp"
    note = f"như trên, một tiến trình: {told(run, 'one')}; chỉ đọc: {told(run, 'bare')}"
    yield Row(name, ratio(run, "one", "bare"), 0.30, 0.45, note)


def over(run: Rounds, name: str, committed: Sequence[float]) -> list[float]:
    return [round[name].rate / commits for round, commits in zip(run, committed, strict=True)]
