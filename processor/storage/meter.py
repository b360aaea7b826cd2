"""Counts against limits, in the database for all processes: those asked for at the same time share one transaction."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from processor.storage.counters import count
from processor.storage.engine import Engine, writing
from processor.storage.line import Line


@dataclass(frozen=True)
class Use:
    """One more of each name for its subject, within the window that began then; how often by now."""

    window_start: datetime
    counted: Sequence[tuple[str, str]]
    times: Future[list[int]] = field(default_factory=Future)


class Meter:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.line = Line("meter", self._write_together)

    def begin(self, window_start: datetime, counted: Sequence[tuple[str, str]]) -> Future[list[int]]:
        """This time included, in their order. Ends in Unavailable."""
        use = Use(window_start, counted)
        self.line.join(use)
        return use.times

    def _write_together(self, uses: list[Use]) -> None:
        ready = [use for use in uses if use.times.set_running_or_notify_cancel()]
        try:
            with writing(self.engine) as connection:
                told = [[count(connection, *each, use.window_start) for each in use.counted] for use in ready]
        except BaseException as error:
            for use in ready:
                use.times.set_exception(error)
        else:
            for use, times in zip(ready, told, strict=True):
                use.times.set_result(times)
