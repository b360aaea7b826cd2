"""What a submission costs each process: of this checkout and, with --before, of another one, taking turns.

`python -m bench.costs on2 off1 --before /work/before`: file checks on or off, how many worker processes. The rate of a
virtual machine changes from hour to hour; the processor time of both sides in one run tells more.
"""

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.bodies import bodies
from bench.intake import posted
from bench.load import Load, Turn, alternate, told
from bench.programs import TICKS, Program, ours
from bench.slow_sync import MEMORY, slow_sync

NAMES = ("on1", "on2", "off1", "off2")
PARTS = {"storage.apart": "writes", "inspection": "inspects", "": "serves"}
"""What is in the command of a process, and what it does."""


@dataclass(frozen=True)
class Costly(Turn):
    """`costs`: of each round the milliseconds of processor time for one answer, by what a process does."""

    costs: list[dict[str, float]] = field(default_factory=list)

    def run(self, seconds: float) -> Load:
        before = used(self.program)
        run = super().run(seconds)
        spent = used(self.program)
        spent.subtract(before)
        self.costs.append({part: ticks * 1000 / TICKS / run.answers for part, ticks in spent.items()})
        return run


def used(program: Program) -> Counter[str]:
    """Ticks of processor time so far; a process that has just ended is missing."""
    found = Counter[str]()
    for pid, stat in program.processes().items():
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
            part = next(does for sign, does in PARTS.items() if sign in command)
            found[part] += int(stat[11]) + int(stat[12])
    return found


def written(turn: Costly) -> str:
    kept = turn.costs[1:]  # the first only warms
    parts = {part: statistics.median(cost.get(part, 0) for cost in kept) for part in PARTS.values()}
    return ", ".join(f"{part} {cost:.2f} ms" for part, cost in parts.items())


def started(folder: Path, name: str, environment: Mapping[str, str]) -> AbstractContextManager[Program]:
    """`name` begins with one of NAMES."""
    how, workers = name.split()[0][:-1], int(name.split()[0][-1])
    return ours(folder, name, checks=how == "on", workers=workers, environment=environment)


def chosen(names: Sequence[str], before: Path | None) -> dict[str, dict[str, str]]:
    """What is measured, with its environment."""
    here: dict[str, dict[str, str]] = {name: {} for name in names}
    if before is None:
        return here
    return here | {f"{name} before": {"PYTHONPATH": str(before)} for name in names if name.startswith("on")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=NAMES)
    parser.add_argument("--before", type=Path, help="another checkout, for those with file checks on")
    parser.add_argument("--slow", action="store_true", help="each sync takes 2 ms")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY) as name, ExitStack() as stack:
        folder = Path(name)
        disk, made, turns = slow_sync(folder) if asked.slow else {}, bodies(60, folder), dict[str, Costly]()
        for called, environment in chosen(asked.names, asked.before).items():
            program = stack.enter_context(started(folder, called, disk | environment))
            turns[called] = Costly(program, posted(program, made), 32)
        run = alternate(turns, asked.seconds, asked.rounds)
    for called, turn in turns.items():
        print(f"{called}: {told(run, called)}; {written(turn)}")


if __name__ == "__main__":
    main()
