"""The last hours before the deadline, played in minutes, and what became of everybody: build/deadline-day.html."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.day_page import page
from bench.lived_day import HOURS, lived, rows
from bench.rows import Row
from processor.settings import ROOT

PAGE = ROOT / "build" / "deadline-day.html"


def measured(folder: Path, enterprises: int, seconds: float) -> Iterator[Row]:
    day = lived(folder, enterprises, seconds)
    PAGE.write_text(page(day))
    yield from rows(day)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=1500)
    parser.add_argument("--seconds", type=float, default=180, help=f"{HOURS} hours are played in so many seconds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotro-day-") as folder:
        for row in measured(Path(folder), asked.enterprises, asked.seconds):
            print(row)


if __name__ == "__main__":
    main()
