"""Work in the background: mail, other systems, lapsed drafts, orphan files, old sessions. One table, one loop."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from processor.services.demand_reminder import remind_of_demand
from processor.services.digest import send_digests
from processor.services.dossier_lists import expire_lists, make_waiting_lists
from processor.services.draft_mail import warn_drafts
from processor.services.drafts import expire_drafts
from processor.services.limits import forget_old_counts
from processor.services.outbox import send_due
from processor.services.parts import Wired
from processor.services.roots import make_roots
from processor.services.statistics import publish_daily
from processor.services.upkeep import end_old_sessions, expire_uploads, keep_statistics, sweep_orphans
from processor.services.webhooks import tell_programs

LOG = structlog.get_logger("hotro.worker")


@dataclass(frozen=True)
class Job:
    """`run` returns how many things it handled."""

    name: str
    every: timedelta
    run: Callable[[Wired], int]


JOBS = (
    Job("send_mail", timedelta(seconds=15), send_due),
    Job("warn_drafts", timedelta(minutes=10), warn_drafts),
    Job("expire_drafts", timedelta(minutes=10), expire_drafts),
    Job("expire_uploads", timedelta(minutes=10), expire_uploads),
    Job("sweep_orphans", timedelta(hours=1), sweep_orphans),
    Job("make_waiting_lists", timedelta(seconds=30), make_waiting_lists),
    Job("expire_lists", timedelta(hours=1), expire_lists),
    Job("tell_programs", timedelta(seconds=15), tell_programs),
    Job("make_roots", timedelta(minutes=10), make_roots),
    Job("send_digests", timedelta(minutes=5), send_digests),
    Job("remind_of_demand", timedelta(hours=1), remind_of_demand),
    Job("publish_statistics", timedelta(hours=1), publish_daily),
    Job("end_old_sessions", timedelta(hours=1), end_old_sessions),
    Job("keep_statistics", timedelta(hours=1), keep_statistics),
    Job("forget_old_counts", timedelta(hours=1), forget_old_counts),
)
TICK_SECONDS = 15.0


def run_due(wired: Wired, due: dict[str, float], elapsed: float) -> None:
    """Run each job whose time has come; one that fails is logged and tried at its next time."""
    for job in JOBS:
        if elapsed < due.get(job.name, 0.0):
            continue
        due[job.name] = elapsed + job.every.total_seconds()
        try:
            handled = job.run(wired)
        except Exception as error:
            LOG.error("job_failed", job=job.name, exc_info=error)
        else:
            if handled:
                LOG.info("job_done", job=job.name, handled=handled)


def work(wired: Wired, stop: threading.Event) -> None:
    """Until `stop` is set."""
    due: dict[str, float] = {}
    elapsed = 0.0
    while not stop.is_set():
        run_due(wired, due, elapsed)
        stop.wait(TICK_SECONDS)
        elapsed += TICK_SECONDS


@contextlib.asynccontextmanager
async def beside_server(wired: Wired) -> AsyncIterator[None]:
    """What a serving process does besides: the inspector is ready before the first file, jobs run if they are to."""
    await wired.inspect(())
    if not wired.settings.worker:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(wired, stop), name="hotro-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, 10.0)
