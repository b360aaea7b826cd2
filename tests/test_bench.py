"""The bench runs at all, with tiny numbers; its figures are nobody's business here."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.rows import Row, table
from bench.run import PARTS, TINY, Part
from bench.slow_sync import commit_rate, slow_sync
from processor.settings import ROOT
from tests.own_thread import in_own_thread


def test_a_row_says_whether_it_reaches_its_floor_and_its_aim() -> None:
    rows = [Row("a", 0.2, 0.3, 0.45), Row("b", 0.4, 0.3, 0.45), Row("c", 150, 300, 200, unit="MB", at_most=True)]

    verdicts = [row.verdict for row in rows]

    assert verdicts == ["chưa đạt mức sàn", "đạt mức sàn", "đạt mục tiêu"]
    assert "| c | 150 MB | ≤ 300 MB | ≤ 200 MB | đạt mục tiêu |" in table(rows)


def test_a_row_without_a_figure_says_why() -> None:
    row = Row("ba máy / một máy", None, note="chưa có nhiều máy")

    assert row.verdict == "chưa đo"
    assert "chưa có nhiều máy" in table([row])


def test_a_slow_disk_commits_less_than_five_hundred_times_a_second(tmp_path: Path) -> None:
    rate = commit_rate(tmp_path, slow_sync(tmp_path), 0.2)

    assert 0 < rate < 500


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_every_part_gives_rows(part: Part, tmp_path: Path) -> None:
    rows = in_own_thread(list, part.measure(tmp_path, TINY))

    assert rows and all(row.value is not None or row.note for row in rows)


@pytest.mark.long
def test_what_each_process_spends_is_told_of_both_checkouts() -> None:
    asked = [sys.executable, "-m", "bench.costs", "on1", "--before", str(ROOT), "--rounds", "1", "--seconds", "0.5"]

    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()

    assert [line.split(":")[0] for line in told] == ["on1", "on1 before"]
    assert all(part in line for line in told for part in ("writes", "inspects", "serves"))
