"""Guessing secrets is slowed, never locked: more failures, longer pauses, counted in the database for all processes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from processor.domain.errors import Forbidden, Malformed, NotFound
from processor.services.parts import Wired
from processor.storage.counters import count, count_back, times_between
from processor.storage.engine import Connection, writing

REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True)
class Slowed:
    """`free` failures within an hour cost nothing. From then on each is followed by a pause.

    The pause after as many again is the next of `pauses` (minutes); the last of them is the longest there is.
    """

    name: str
    free: int
    pauses: tuple[int, ...]

    def pause(self, failures: int) -> timedelta:
        rounds = failures // self.free
        return timedelta(minutes=self.pauses[min(rounds, len(self.pauses)) - 1]) if rounds else timedelta()


def officers_secret(name: str) -> Slowed:
    """Five a minute, and slower with every five more within the hour."""
    return Slowed(name, 5, (1, 2, 4, 8, 15))


@contextmanager
def guess(wired: Wired, *subjects: tuple[Slowed, str]) -> Iterator[None]:
    """Around the check of a secret, which raises Forbidden or NotFound when it is wrong.

    The failure is counted before the check and taken back when it passed: guesses that come at once do not slip
    through together. Raises Malformed("rate_limited") with status 429 during a pause, which that does not lengthen.
    HOTRO_ABUSE_LIMITS=off counts nothing.
    """
    if wired.settings.abuse_limits == "off":
        yield
        return
    at = wired.clock().replace(microsecond=0)
    count_failure(wired, subjects, at)
    try:
        yield
    except (Forbidden, NotFound):
        raise
    except BaseException:
        take_back(wired, subjects, at)
        raise
    take_back(wired, subjects, at)


def wrong_guess(wired: Wired, *subjects: tuple[Slowed, str]) -> None:
    """One more failure, where a right secret passes even during a pause. Raises Malformed("rate_limited")."""
    if wired.settings.abuse_limits == "on":
        count_failure(wired, subjects, wired.clock().replace(microsecond=0))


def count_failure(wired: Wired, subjects: Sequence[tuple[Slowed, str]], at: datetime) -> None:
    with writing(wired.engine) as connection:
        left = [counted_pause(connection, slowed, subject, at) for slowed, subject in subjects]
        if max(left) > timedelta():
            raise Malformed("rate_limited", 429, minutes=str(ceil(max(left) / timedelta(minutes=1))))


def counted_pause(connection: Connection, slowed: Slowed, subject: str, at: datetime) -> timedelta:
    """What is left of the pause after the failures so far; one more is counted."""
    count(connection, slowed.name, subject, at)
    times = dict(times_between(connection, slowed.name, subject, at - REMEMBERED, at))
    times[at] -= 1
    before = [when for when, number in times.items() if number > 0]
    return max(before) + slowed.pause(sum(times.values())) - at if before else timedelta()


def take_back(wired: Wired, subjects: Sequence[tuple[Slowed, str]], at: datetime) -> None:
    with writing(wired.engine) as connection:
        for slowed, subject in subjects:
            count_back(connection, slowed.name, subject, at)
