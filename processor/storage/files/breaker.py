"""A store that answers nobody must not hold every thread: after one request that waited in vain, the others are refused
at once for a moment; then one tries, and when it is answered all do again. One that refuses at once needs no breaker.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from processor.storage.files.attachments import StoreDown

PAUSE = 2.0
IN_VAIN = 1.0
"""Seconds until the next trial, and after which a request has waited in vain."""


class Breaker:
    """`patience` is how long one request may take, in seconds."""

    def __init__(self, where: str, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.where = where
        self.patience = patience
        self.clock = clock
        self.in_vain = min(IN_VAIN, patience / 2)
        self._lock = threading.Lock()
        self._next_trial: float | None = None

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around one request. Raises StoreDown."""
        begun = self._begun()
        try:
            yield
        except StoreDown as down:
            if down.reason == "store_unreachable" and self.clock() - begun >= self.in_vain:
                self._wait_until(self.clock() + PAUSE)
            elif down.reason != "store_unreachable":
                self._wait_until(None)
            raise
        except FileNotFoundError:
            self._wait_until(None)
            raise
        self._wait_until(None)

    def _begun(self) -> float:
        with self._lock:
            now = self.clock()
            if self._next_trial is None:
                return now
            if now < self._next_trial:
                raise StoreDown("store_unreachable", self.where, "không trả lời lần trước, chưa thử lại")
            self._next_trial = now + self.patience  # this one tries, for all
            return now

    def _wait_until(self, moment: float | None) -> None:
        with self._lock:
            self._next_trial = moment
