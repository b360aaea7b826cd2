"""The event feed for programs: events get their places, a program reads on from its cursor."""

from processor.domain.errors import Malformed
from processor.domain.feed import MOST, FeedPage, read_cursor
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.exchange.feed import AT_ONCE, events_after, hash_at, place_events, unplaced


def place_new_events(wired: Wired) -> int:
    """Every committed event has a place afterwards. How many got one."""
    with reading(wired.engine) as connection:
        if not unplaced(connection):
            return 0
    placed = 0
    while True:
        with writing(wired.engine) as connection:
            now = place_events(connection)
        placed += now
        if now < AT_ONCE:
            return placed


def read_feed(wired: Wired, after: str, limit: int) -> FeedPage:
    """From the beginning when `after` is empty. Raises Malformed for a cursor that is not of this feed."""
    if not 1 <= limit <= MOST:
        raise Malformed("limit_wrong", min="1", max=str(MOST))
    place_new_events(wired)
    with reading(wired.engine) as connection:
        found = events_after(connection, place_of(connection, after), limit + 1)
    told = found[:limit]
    return FeedPage(told, told[-1].cursor if told else after or None, len(found) > limit)


def place_of(connection: Connection, after: str) -> int:
    if not after:
        return 0
    told = read_cursor(after)
    known = hash_at(connection, told[0]) if told else None
    if told is None or known is None or not known.startswith(told[1]):
        raise Malformed("cursor_unknown", 410 if told else 400, value=after[:40])
    return told[0]
