"""Memory and descriptors of a process group, read from /proc."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Gauge:
    """`memory` in bytes resident, `descriptors` open, of all processes together."""

    memory: int
    descriptors: int


def gauge(group: int) -> Gauge:
    members = [place for place in Path("/proc").glob("[0-9]*") if in_group(place, group)]
    return Gauge(sum(map(memory_of, members)), sum(map(descriptors_of, members)))


def in_group(place: Path, group: int) -> bool:
    try:
        return int((place / "stat").read_text().rpartition(")")[2].split()[2]) == group
    except OSError:
        return False


def memory_of(place: Path) -> int:
    try:
        return int((place / "statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0


def descriptors_of(place: Path) -> int:
    try:
        return len(list((place / "fd").iterdir()))
    except OSError:
        return 0


def growth(gauges: Sequence[Gauge]) -> tuple[float, float]:
    """The last third against the middle third, by medians: of memory and of descriptors. The first third warms up."""
    third = len(gauges) // 3
    middle, last = gauges[third : 2 * third], gauges[2 * third :]
    return (
        statistics.median(g.memory for g in last) / statistics.median(g.memory for g in middle),
        statistics.median(g.descriptors for g in last) / statistics.median(g.descriptors for g in middle),
    )
