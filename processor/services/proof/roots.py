"""The daily roots of the event log: made once a day is over, published, checked."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from processor.domain.root import BEGINNING, Root, root_hash
from processor.domain.vietnamese import VIETNAM, day
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.roots import chain_ends, every_root, first_event_at, insert_root, last_root

ONE_DAY = timedelta(days=1)
SETTLED = timedelta(minutes=10)
"""After midnight, transactions that began before it still add to the day."""


def make_roots(wired: Wired) -> int:
    """Of every day that has settled and has none yet. How many were made."""
    with writing(wired.engine) as connection:
        last = last_root(connection)
        first = first_event_at(connection)
        if last is None and first is None:
            return 0
        start = last.day + ONE_DAY if last else first.astimezone(VIETNAM).date() if first else wired.today()
        made = 0
        settled = (wired.clock() - SETTLED).astimezone(VIETNAM).date()
        for one in days_from(start, settled):
            previous = last.root if last else BEGINNING
            root, count = root_hash(previous, one, chain_ends(connection, *bounds(one)))
            last = Root(one, root, previous, count, wired.clock().replace(microsecond=0))
            if not insert_root(connection, last):
                break
            made += 1
        return made


def days_from(start: date, today: date) -> Iterator[date]:
    while start < today:
        yield start
        start += ONE_DAY


def bounds(one: date) -> tuple[datetime, datetime]:
    """A day in Viet Nam."""
    begins = datetime.combine(one, time(), VIETNAM)
    return begins, begins + ONE_DAY


def published(wired: Wired) -> list[Root]:
    with reading(wired.engine) as connection:
        return every_root(connection)


def first_wrong_root(connection: Connection) -> str | None:
    """What is wrong with the first root that the log does not give any more; None when all hold."""
    previous = BEGINNING
    for root in every_root(connection):
        again, count = root_hash(previous, root.day, chain_ends(connection, *bounds(root.day)))
        if root.previous != previous or again != root.root or count != root.dossiers:
            return f"Gốc nhật ký ngày {day(root.day)} không khớp: nhật ký của ngày đó đã bị sửa hoặc thiếu."
        previous = root.root
    return None
