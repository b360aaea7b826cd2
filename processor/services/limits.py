"""How often something may be done within an hour, counted in the database for all processes together."""

from asyncio import wrap_future
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from processor.domain.access.credentials import derived_token
from processor.domain.errors import Malformed
from processor.services.parts import Wired
from processor.storage.counters import counted, forget_counts
from processor.storage.engine import writing
from processor.storage.glance import glancing

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    name: str
    most_an_hour: int


def spend(wired: Wired, *wanted: tuple[Limit, str]) -> None:
    """One more of each limit for its subject. Raises Malformed("rate_limited") with status 429 when one is over.

    The count stands even then, so it is no part of the transaction of what is done. HOTRO_ABUSE_LIMITS=off counts
    nothing.
    """
    if wired.settings.abuse_limits == "on":
        now = wired.clock()
        refuse_over(now, wanted, begun(wired, now, wanted).result())


async def spend_meanwhile(wired: Wired, *wanted: tuple[Limit, str]) -> None:
    """The same on the event loop, which goes on."""
    if wired.settings.abuse_limits == "on":
        now = wired.clock()
        refuse_over(now, wanted, await wrap_future(begun(wired, now, wanted)))


def begun(wired: Wired, now: datetime, wanted: Sequence[tuple[Limit, str]]) -> Future[list[int]]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return wired.meter.begin(hour, [(limit.name, subject) for limit, subject in wanted])


def refuse_over(now: datetime, wanted: Sequence[tuple[Limit, str]], times: list[int]) -> None:
    if any(number > limit.most_an_hour for number, (limit, _) in zip(times, wanted, strict=True)):
        raise Malformed("rate_limited", 429, minutes=str(minutes_left(now)))


def spent(wired: Wired, limit: Limit, subject: str) -> int:
    """How often in this hour so far, without counting one more."""
    hour = wired.clock().replace(minute=0, second=0, microsecond=0)
    with glancing(wired.engine) as connection:
        return counted(connection, limit.name, subject, hour)


def refuse_spent(wired: Wired, limit: Limit, subject: str) -> None:
    """Raises Malformed("rate_limited") with status 429 when the limit has been reached."""
    if wired.settings.abuse_limits == "on" and spent(wired, limit, subject) >= limit.most_an_hour:
        raise Malformed("rate_limited", 429, minutes=str(minutes_left(wired.clock())))


def visitor_hash(wired: Wired, address: str) -> str:
    """Of an address only what cannot be turned back is counted."""
    return visitor_token(wired.server_key, address)


@lru_cache(1024)
def visitor_token(server_key: bytes, address: str) -> str:
    return derived_token(server_key, "visitor", address)


def minutes_left(now: datetime) -> int:
    return 60 - now.minute


def forget_old_counts(wired: Wired) -> int:
    with writing(wired.engine) as connection:
        return forget_counts(connection, wired.clock() - KEPT)
