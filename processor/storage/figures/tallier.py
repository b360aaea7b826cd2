"""Counts that may wait: gathered in memory and written together a few seconds later, out of everybody's way.

A page view costs no write, and sending a dossier waits for no row that others count in. What is gathered when a
process is killed is lost; nothing but statistics goes this way.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date

import structlog

from processor.domain.tally import Tally
from processor.storage.engine import Engine, writing
from processor.storage.figures.tallies import add_tallies

LOG = structlog.get_logger("hotro.tallies")
SECONDS = 5.0


class Tallier:
    def __init__(self, engine: Engine, seconds: float = SECONDS) -> None:
        self.engine = engine
        self.seconds = seconds
        self.days: dict[date, Counter[Tally]] = {}
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def add(self, day: date, counts: Mapping[Tally, int]) -> None:
        with self.lock:
            self.days.setdefault(day, Counter()).update(counts)
            if self.timer is None:
                self.timer = threading.Timer(self.seconds, self.flush)
                self.timer.daemon = True
                self.timer.start()

    def flush(self) -> None:
        """Written now. What cannot be written waits for the next time; nobody is told but the log."""
        with self.lock:
            days, self.days, timer, self.timer = self.days, {}, self.timer, None
        if timer:
            timer.cancel()
        for day, counts in days.items():
            try:
                with writing(self.engine) as connection:
                    add_tallies(connection, day, counts)
            except Exception as error:
                LOG.error("tallies_not_written", counts=counts.total(), exc_info=error)
                with self.lock:
                    self.days.setdefault(day, Counter()).update(counts)
