"""Work in the background: mail, other systems, lapsed drafts, orphan files, old sessions. One table, one loop.

A job runs again when its time is over; with a bell of PostgreSQL at once, when something was written for it.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from processor.domain.errors import Unavailable
from processor.services.exchange.dossier_lists import expire_lists, make_waiting_lists
from processor.services.exchange.webhooks import tell_programs
from processor.services.intake.drafts import expire_drafts
from processor.services.limits import forget_old_counts
from processor.services.mail.backup_reminder import remind_of_backup
from processor.services.mail.demand_reminder import remind_of_demand
from processor.services.mail.digest import send_digests
from processor.services.mail.draft_mail import warn_drafts
from processor.services.mail.outbox import send_due
from processor.services.parts import Wired
from processor.services.privacy.erasure import purge
from processor.services.proof.roots import make_roots
from processor.services.reports.statistics import publish_daily
from processor.services.scanning.looking import look_into_files
from processor.services.scanning.scanning import scan_waiting
from processor.services.upkeep import end_old_sessions, expire_uploads, keep_statistics, sweep_orphans
from processor.storage.bells import EVENTS, FILES, MAIL
from processor.storage.listening import listen

LOG = structlog.get_logger("hotro.worker")


@dataclass(frozen=True)
class Job:
    """`run` returns how many things it handled; `bell` wakes it before its time."""

    name: str
    every: timedelta
    run: Callable[[Wired], int]
    bell: str = ""


JOBS = (
    Job("send_mail", timedelta(seconds=15), send_due, MAIL),
    Job("warn_drafts", timedelta(minutes=10), warn_drafts),
    Job("expire_drafts", timedelta(minutes=10), expire_drafts),
    Job("expire_uploads", timedelta(minutes=10), expire_uploads),
    Job("sweep_orphans", timedelta(hours=1), sweep_orphans),
    Job("look_into_files", timedelta(minutes=1), look_into_files, FILES),
    Job("make_waiting_lists", timedelta(seconds=30), make_waiting_lists),
    Job("expire_lists", timedelta(hours=1), expire_lists),
    Job("tell_programs", timedelta(seconds=15), tell_programs, EVENTS),
    Job("make_roots", timedelta(minutes=10), make_roots),
    Job("send_digests", timedelta(minutes=5), send_digests),
    Job("remind_of_backup", timedelta(hours=1), remind_of_backup),
    Job("remind_of_demand", timedelta(hours=1), remind_of_demand),
    Job("publish_statistics", timedelta(hours=1), publish_daily),
    Job("purge", timedelta(days=1), purge),
    Job("end_old_sessions", timedelta(hours=1), end_old_sessions),
    Job("keep_statistics", timedelta(hours=1), keep_statistics),
    Job("forget_old_counts", timedelta(hours=1), forget_old_counts),
)
# In a thread of their own: a scanner that is slow to answer holds up no mail.
SCANS = (Job("scan_waiting", timedelta(seconds=15), scan_waiting, FILES),)
TICK_SECONDS = 15.0
SPACING = 1.0
"""Seconds between two runs of a job, however often its bell rings: at a deadline it rings without end."""
STOP_SECONDS = 5.0


class Stop(threading.Event):
    """Once it is set, whoever waits for a bell is woken too."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: set[threading.Condition] = set()

    def set(self) -> None:
        super().set()
        for rung in tuple(self.woken):
            with rung:
                rung.notify_all()


@dataclass
class Round:
    """The jobs of one thread, when each ran last, and those whose bell has rung since."""

    jobs: Sequence[Job]
    ran: dict[str, float] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    rung: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, bells: Collection[str]) -> None:
        with self.rung:
            self.asked |= {job.name for job in self.jobs if job.bell in bells}
            self.rung.notify()

    def run_due(self, wired: Wired, now: float) -> None:
        """One that fails is logged and tried at its next time."""
        for job in self.jobs:
            if self.is_due(job, now):
                self.ran[job.name] = now
                self.asked.discard(job.name)
                run(wired, job)

    def is_due(self, job: Job, now: float) -> bool:
        since = now - self.ran.get(job.name, float("-inf"))
        return since >= job.every.total_seconds() or (job.name in self.asked and since >= SPACING)

    def wait(self, stop: Stop) -> None:
        """For a bell, the next look or the stop, whichever is first."""
        stop.woken.add(self.rung)
        with self.rung:
            before = set(self.asked)
            self.rung.wait_for(lambda: stop.is_set() or self.asked != before, SPACING if before else TICK_SECONDS)


def run(wired: Wired, job: Job) -> None:
    try:
        handled = job.run(wired)
    except Unavailable as error:
        LOG.warning("job_put_off", job=job.name, code=error.code, because=error.because)
    except Exception as error:
        LOG.error("job_failed", job=job.name, exc_info=error)
    else:
        if handled:
            LOG.info("job_done", job=job.name, handled=handled)


def work(wired: Wired, stop: Stop) -> None:
    """Until `stop` is set."""
    mine, scans = Round(JOBS), Round(SCANS)

    def heard(bells: Collection[str]) -> None:
        mine.hear(bells)
        scans.hear(bells)

    beside = [
        threading.Thread(target=repeat, args=(wired, stop, scans), name="hotro-scans", daemon=True),
        threading.Thread(target=listen, args=(wired.engine, heard, stop), name="hotro-listener", daemon=True),
    ]
    for thread in beside:
        thread.start()
    repeat(wired, stop, mine)
    for thread in beside:
        thread.join(STOP_SECONDS)


def repeat(wired: Wired, stop: Stop, jobs: Round) -> None:
    while not stop.is_set():
        jobs.run_due(wired, time.monotonic())
        jobs.wait(stop)


@contextlib.asynccontextmanager
async def beside_server(wired: Wired) -> AsyncIterator[None]:
    """What a serving process does besides: the inspector is ready before the first file, jobs run if they are to."""
    async with wired.writer.attended():
        await wired.inspect(())
        if wired.settings.worker:
            async with at_work(wired):
                yield
        else:
            yield


@contextlib.asynccontextmanager
async def at_work(wired: Wired) -> AsyncIterator[None]:
    """The jobs, in a thread."""
    stop = Stop()
    thread = threading.Thread(target=work, args=(wired, stop), name="hotro-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, 10.0)
