"""A job runs when its time is over, and before it when its bell rings; on SQLite nothing rings and the time decides."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Unavailable
from processor.services.parts import Wired
from processor.storage.bells import EVENTS, MAIL
from processor.storage.engine import open_engine, writing
from processor.storage.listening import listen
from processor.storage.outbox import enqueue
from processor.worker import SPACING, Job, Round, Stop, repeat
from tests.desk import DeskClock, desk_on
from tests.factories import NOW
from tests.postgres import Postgres


class Counting:
    """A job that counts how often it ran, and fails when told."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.times = 0
        self.fails = fails

    def __call__(self, wired: Wired) -> int:
        self.times += 1
        if self.fails:
            raise self.fails
        return 1


def until(wanted: Callable[[], bool]) -> bool:
    """Within a minute."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and not wanted():
        time.sleep(0.02)
    return wanted()


@contextmanager
def working(wired: Wired, job: Counting) -> Iterator[None]:
    """A worker whose one job is due once a day or when a letter is written, once it hears and has run."""
    stop, jobs, hears = Stop(), Round([Job("send", timedelta(days=1), job, MAIL)]), threading.Event()

    def heard(bells: Collection[str]) -> None:
        jobs.hear(bells)
        hears.set()

    threads = [
        threading.Thread(target=repeat, args=(wired, stop, jobs)),
        threading.Thread(target=listen, args=(wired.engine, heard, stop)),
    ]
    for thread in threads:
        thread.start()
    try:
        assert hears.wait(60) and until(lambda: job.times > 0 and not jobs.asked)
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def test_a_letter_written_elsewhere_wakes_the_worker_long_before_its_time(
    postgres: Postgres, tmp_path: Path, catalogue: Catalogue
) -> None:
    url, job = postgres.fresh(), Counting()
    elsewhere = open_engine(url)
    with desk_on(url, tmp_path, catalogue, DeskClock()) as wired, working(wired, job):
        before = job.times
        with writing(elsewhere) as connection:
            enqueue(connection, "withdrawn", NOW, address="lien-he@vi-du.example")

        assert until(lambda: job.times > before)
    elsewhere.dispose()
    postgres.give_back(url)


def test_without_bells_the_time_decides(wired: Wired) -> None:
    job = Counting()
    jobs = Round([Job("send", timedelta(seconds=15), job, MAIL)])

    for now in (0.0, 14.9, 15.0, 29.0, 30.0):
        jobs.run_due(wired, now)

    assert job.times == 3


def test_a_bell_that_never_stops_ringing_runs_a_job_once_a_second(wired: Wired) -> None:
    job, other = Counting(), Counting()
    jobs = Round([Job("send", timedelta(days=1), job, MAIL), Job("tell", timedelta(days=1), other, EVENTS)])

    for tenth in range(31):
        jobs.hear({MAIL})
        jobs.run_due(wired, tenth / 10 * SPACING)

    assert (job.times, other.times) == (4, 1)


@pytest.mark.parametrize("failure", [RuntimeError("hỏng (ví dụ)"), Unavailable("moving")])
def test_a_job_that_fails_holds_up_no_other_and_comes_again(failure: Exception, wired: Wired) -> None:
    broken, sound = Counting(failure), Counting()
    jobs = Round([Job("broken", timedelta(seconds=15), broken), Job("sound", timedelta(seconds=15), sound)])

    for now in (0.0, 15.0):
        jobs.run_due(wired, now)

    assert (broken.times, sound.times) == (2, 2)


def test_a_worker_that_waits_stops_at_once(wired: Wired) -> None:
    stop, jobs = Stop(), Round([])
    waiting = threading.Thread(target=jobs.wait, args=(stop,))
    waiting.start()

    stop.set()
    waiting.join(10)

    assert not waiting.is_alive()


@pytest.mark.parametrize("bell", [MAIL, EVENTS])
def test_a_bell_that_rings_while_a_job_runs_is_not_forgotten(bell: str, wired: Wired) -> None:
    jobs = Round([])
    job = Counting()

    def runs_and_hears(wired: Wired) -> int:
        jobs.hear({bell})
        return job(wired)

    jobs.jobs = [Job("send", timedelta(days=1), runs_and_hears, bell)]

    jobs.run_due(wired, 0.0)
    jobs.run_due(wired, SPACING)

    assert job.times == 2
