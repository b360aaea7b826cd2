"""The last hours before the deadline, played in minutes: who arrives when, over which line, with which papers.

The curve, the sizes and the lines are assumed. File checks, limits for each address and the work in the background are
on. Everything acknowledged is held against the data.
"""

import asyncio
import math
import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx2
from bs4 import BeautifulSoup

from bench.bodies import BOUNDARY, as_list, file_part, text_part
from bench.enterprises import Paper, Seen, Visitor, enterprise, officer
from bench.programs import Program, ours
from bench.rows import Row
from processor.domain.forms.examples import example_fields, example_items
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue
from processor.wiring import wire
from tests.inspection.makers import a_pdf
from tests.ledger import Ledger, lost
from tests.served import HOTRO

HOURS = 6
FORMS = ("dang-ky-nhu-cau", "dang-ky-nhu-cau", "ho-so-tieu-chuan", "ho-so-giai-thuong", "ho-so-truy-xuat")
FILE_BYTES = (60_000, 150_000, 300_000, 800_000, 2_000_000)
LINES = (60_000, 250_000, 1_000_000, 4_000_000, 4_000_000)
"""Bytes a second: a telephone in the hills, a village line, an office."""
PASSWORD = "mat-khau-do-thoi-gian"
OFFICERS = 3


@dataclass(frozen=True)
class Moment:
    """Seconds from the beginning; bytes of the process that holds most, and of all together; how many wait."""

    at: float
    largest: float
    together: float
    waiting: int


@dataclass
class Day:
    """What was seen; `lost` names what was acknowledged and is not there."""

    enterprises: int
    seconds: float
    seen: Seen
    ledger: Ledger
    moments: list[Moment] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    lost: Sequence[str] = ()
    stored: int = 0
    processor: float = 0.0
    load: tuple[float, float] = (0.0, 0.0)


def papers(folder: Path) -> list[Paper]:
    """Invented, of several forms and sizes; each enterprise sends one of them."""
    catalogue = load_catalogue(ROOT / "forms")
    made = []
    for number, size in enumerate(FILE_BYTES * len(FORMS)):
        form = catalogue.form(FORMS[number % len(FORMS)])
        parts = [text_part(n, v) for n, values in example_fields(form, date.today()).items() for v in as_list(values)]
        for place, item in enumerate(example_items(form)):
            paper = a_pdf(folder / f"{number}-{place}.pdf", size_bytes=size // 3, seed=number * 10 + place)
            parts.append(file_part(item, paper.name, paper.read_bytes()))
        made.append(Paper(form.id, b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()))
    return made


def arrivals(count: int, seconds: float, chance: random.Random) -> list[float]:
    """Twenty times as many in the last minutes as in the first: the density grows like exp(3 t)."""
    return sorted(seconds * math.log(1 + chance.random() * (math.exp(3) - 1)) / 3 for _ in range(count))


def signed_in(port: int) -> str:
    """The cookie of an officer's session."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        page = BeautifulSoup(client.get("/can-bo/dang-nhap").text, "html.parser")
        csrf = page.find("input", {"name": "csrf"})
        assert csrf is not None
        client.post("/can-bo/dang-nhap", data={"name": "do", "password": PASSWORD, "csrf": str(csrf["value"])})
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


async def play(program: Program, day: Day, made: Sequence[Paper], chance: random.Random) -> None:
    cookie = await asyncio.to_thread(signed_in, program.port)
    day.seen = Seen()
    until = day.seen.began + day.seconds
    watching = asyncio.create_task(watch(program, day))
    async with asyncio.TaskGroup() as group:
        for number in range(OFFICERS):
            group.create_task(officer(Visitor(program.port, 70_000 + number, 1e9, day.seen), cookie, until))
        for number, at in enumerate(day.arrivals):
            await asyncio.sleep(max(day.seen.began + at - time.monotonic(), 0))
            visitor = Visitor(program.port, number + 1, chance.choice(LINES), day.seen)
            group.create_task(enterprise(visitor, chance.choice(made), chance.random() < 0.6, day.ledger))
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def watch(program: Program, day: Day) -> None:
    while True:
        at = time.monotonic() - day.seen.began
        day.moments.append(Moment(at, program.largest(), program.memory(), day.seen.waiting))
        await asyncio.sleep(1)


def lived(folder: Path, enterprises: int, seconds: float, workers: int = 2) -> Day:
    chance, ledger = random.Random(15_10), Ledger()
    day = Day(enterprises, seconds, Seen(), ledger, arrivals=arrivals(enterprises, seconds, chance))
    made, before = papers(folder), os.getloadavg()[0]
    environment = {"HOTRO_ABUSE_LIMITS": "on", "HOTRO_TRUSTED_PROXIES": "127.0.0.1"}
    told = {**os.environ, "HOTRO_DATA": str(folder / "day"), "HOTRO_CLAMD_URL": "none"}
    adding = [HOTRO, "staff", "add", "do", "--role", "appraiser", "--password-stdin"]
    subprocess.run(adding, env=told, cwd=ROOT, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    with ours(folder, "day", workers=workers, environment=environment) as program:
        used = program.processor_seconds()
        asyncio.run(play(program, day, made, chance))
        day.processor = program.processor_seconds() - used
    day.stored = sum(file.stat().st_size for file in (folder / "day").rglob("*") if file.is_file())
    wired = wire(Settings(data=folder / "day", clamd_url="none"))
    day.lost = lost(ledger, wired)
    wired.engine.dispose()
    day.load = (before, os.getloadavg()[0])
    return day


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def refused(day: Day) -> int:
    """Answers that ask to come again."""
    return sum(count for (_, status), count in day.seen.answers.items() if status in (429, 503, 507))


def growth(day: Day) -> float:
    """The process that holds most: the last third over the middle one, when all its parts are warm."""
    third = max(len(day.moments) // 3, 1)
    middle, last = day.moments[third : 2 * third] or day.moments, day.moments[-third:]
    return statistics.median(m.largest for m in last) / statistics.median(m.largest for m in middle)


def rows(day: Day) -> Iterator[Row]:
    largest = max(moment.largest for moment in day.moments) / 1e6
    together = max(moment.together for moment in day.moments) / 1e6
    comma = f"{growth(day):.2f}".replace(".", ",")
    note = f"một phần ba cuối / phần giữa: {comma}; mọi tiến trình cộng lại: {together:.0f} MB"
    yield Row("Bộ nhớ của tiến trình lớn nhất trong ngày cuối hạn", largest, 300, 200, note, "MB", at_most=True)
    took = [seconds for _, seconds in day.seen.took.get("gửi hồ sơ", [])]
    note = f"{len(day.ledger.receipts)} hồ sơ, {len(day.ledger.drafts)} bản nháp trong {day.seconds:.0f} giây; "
    note += f"{refused(day)} lần báo quay lại sau; {day.seen.given_up} đơn vị bỏ cuộc"
    yield Row("Ngày cuối hạn: chờ biên nhận, p95", percentile(took, 0.95), None, None, note, "giây", at_most=True)
    note = "so biên nhận, bản nháp đã báo nhận với dữ liệu sau khi dừng"
    yield Row("Ngày cuối hạn: đã báo nhận mà mất", float(len(day.lost)), 0, 0, note, at_most=True)
