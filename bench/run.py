"""`make bench`: everything that is measured, one part after the other, as build/bench.json and build/bench.md.

A part that cannot run says why in its row; the others go on. With --page the table goes into the page about speed too.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import deadline_day, growth, intake, peers, replicas
from bench.rows import Machine, Row, machine, table, write_json
from bench.slow_sync import MEMORY
from processor.domain.vietnamese import grouped
from processor.publish.build import build_site
from processor.settings import ROOT

PAGE = ROOT / "docs" / "ky-thuat" / "toc-do.md"
BLOCK = re.compile(r"(?<=<!-- bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


@dataclass(frozen=True)
class Scale:
    """How long one turn takes, how often all take turns; how many come on the last day, how long it is, in seconds;
    how many dossiers are stored where growth is measured.
    """

    seconds: float
    rounds: int
    enterprises: int
    day: float
    dossiers: int


FULL, TINY = Scale(3, 3, 1000, 120, 1_000_000), Scale(0.3, 1, 20, 5, 5_000)


@dataclass(frozen=True)
class Part:
    """`measure` gets a folder of its own: on the machine's disk, or in memory."""

    name: str
    measure: Callable[[Path, Scale], Iterator[Row]]
    in_memory: bool = False


def grown(count: int) -> Iterator[Row]:
    """The rows of growth, in the words of the page."""
    stored = f"{grouped(count)} hồ sơ"
    names = (
        (f"Gửi hồ sơ, p50, khi đã có {stored} / 1.000 hồ sơ", ""),
        (f"Hàng chờ 50 dòng của bàn xử lý, cách xem chậm nhất, {stored}, p95", "ms"),
        ("Tra cứu / trang trống", ""),
        (f"Từ lệnh tới lúc sẵn sàng, {stored}", "giây"),
    )
    for (name, unit), row in zip(names, growth.rows(count), strict=True):
        note = "SQLite, dữ liệu trong bộ nhớ"
        yield Row(name, row.value, row.floor, row.aim, note, unit, at_most=row.aim < row.floor)


PARTS: Sequence[Part] = (
    Part("intake", lambda folder, scale: intake.on_this_disk(folder, scale.seconds, scale.rounds)),
    Part("commits", lambda folder, scale: intake.on_a_slow_disk(folder, scale.seconds, scale.rounds), True),
    Part("peers", lambda folder, scale: peers.against_peers(folder, scale.seconds, scale.rounds), True),
    Part("replicas", lambda folder, scale: replicas.three_and_one(folder, scale.seconds, scale.rounds), True),
    Part("day", lambda folder, scale: deadline_day.measured(folder, scale.enterprises, scale.day)),
    Part("growth", lambda folder, scale: grown(scale.dossiers)),
)


def measured(parts: Sequence[Part], scale: Scale) -> Iterator[Row]:
    for part in parts:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hotro-bench-", dir=MEMORY if part.in_memory else None) as folder:
            yield from part.measure(Path(folder), scale)
        print(f"{part.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def quiet_enough(before: float) -> str:
    loaded = before > (os.cpu_count() or 1) / 2
    return "máy đang bận việc khác khi đo" if loaded else "máy không làm việc khác khi đo"


def said(rows: Sequence[Row], where: Machine, quiet: str) -> str:
    before, after = (f"{load:.1f}".replace(".", ",") for load in where.load)
    head = f"Đo ngày {where.day} trên {where.cores} nhân; tải trung bình trước và sau khi đo {before} và {after}"
    return f"{head}: {quiet}.\n\n{table(rows)}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="the names of some parts; without any all run")
    parser.add_argument("--tiny", action="store_true", help="does each part run at all? Its figures say nothing")
    parser.add_argument("--page", action="store_true", help="put the table into the page about speed")
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    (ROOT / "build").mkdir(exist_ok=True)
    build_site(ROOT, ROOT / "build" / "site")
    chosen = [part for part in PARTS if not asked.parts or part.name in asked.parts]
    rows, text = list[Row](), ""
    for row in measured(chosen, TINY if asked.tiny else FULL):
        # After each row: a run that is broken off leaves what it has.
        rows.append(row)
        where = machine(before)
        text = said(rows, where, quiet_enough(before))
        write_json(ROOT / "build" / "bench.json", rows, where)
        (ROOT / "build" / "bench.md").write_text(text)
    if asked.page:
        PAGE.write_text(BLOCK.sub(lambda _: text, PAGE.read_text()))
    print(text)


if __name__ == "__main__":
    main()
