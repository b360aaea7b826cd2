"""What was measured, one line each, beside what must be reached; as JSON and as the table of a page."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`name` and `note` in Vietnamese. `unit` is empty for a ratio. Where `at_most`, less is better.

    `value` None: not measured, and `note` says why. `floor` and `aim` None: only reported.
    """

    name: str
    value: float | None
    floor: float | None = None
    aim: float | None = None
    note: str = ""
    unit: str = ""
    at_most: bool = False

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "chưa đo"
        if self.reaches(self.aim):
            return "đạt mục tiêu"
        if self.floor is None:
            return "chỉ báo cáo" if self.aim is None else "dưới mục tiêu"
        return "đạt mức sàn" if self.reaches(self.floor) else "chưa đạt mức sàn"

    def reaches(self, wanted: float | None) -> bool:
        if wanted is None or self.value is None:
            return False
        return self.value <= wanted if self.at_most else self.value >= wanted


@dataclass(frozen=True)
class Machine:
    """`load` is how many programs wanted a core on average, in the minute before and in the one after."""

    day: str
    cores: int
    load: Sequence[float]
    python: str


def machine(before: float) -> Machine:
    load = (round(before, 1), round(os.getloadavg()[0], 1))
    return Machine(f"{datetime.now(UTC):%d/%m/%Y}", os.cpu_count() or 1, load, platform.python_version())


def write_json(path: Path, rows: Iterable[Row], where: Machine) -> None:
    told = [asdict(row) | {"verdict": row.verdict} for row in rows]
    path.write_text(json.dumps({"machine": asdict(where), "rows": told}, ensure_ascii=False, indent=1) + "\n")


def table(rows: Iterable[Row]) -> str:
    lines = ["| phép đo | đo được | mức sàn | mục tiêu | kết quả | ghi chú |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.name} | {figure(row.value, row.unit)} | {bound(row, row.floor)} | {bound(row, row.aim)} "
        f"| {row.verdict} | {row.note} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def bound(row: Row, wanted: float | None) -> str:
    return "" if wanted is None else f"{'≤' if row.at_most else '≥'} {figure(wanted, row.unit)}"


def figure(value: float | None, unit: str = "") -> str:
    """With the comma of Vietnamese, as exact as three digits."""
    if value is None:
        return "–"
    text = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{text.replace('.', ',')} {unit}".strip()
