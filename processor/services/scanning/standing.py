"""How the scanner stands, as the worker saw it last: no page asks the scanner itself."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from processor.domain.scanning import Standing
from processor.domain.vietnamese import moment
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.files.scans import count_states, dossiers_with_blocked
from processor.storage.marks import marked_value, put_mark

MARK = "scanner"
OLD = timedelta(minutes=10)
"""After so long without a word from the worker nothing is known."""
MOST_NAMED = 5


@dataclass(frozen=True)
class Seen:
    """`since` the present state holds; `by` is the version of the scanner, or why it is down."""

    state: Standing
    since: datetime | None = None
    by: str = ""


def note_up(wired: Wired, by: str) -> None:
    note(wired, "up", by)


def note_down(wired: Wired, why: str) -> None:
    note(wired, "down", why)


def note(wired: Wired, state: Standing, words: str) -> None:
    now = wired.clock()
    before = standing(wired)
    since = before.since if before.state == state and before.since else now
    told = {"state": state, "since": since.isoformat(), "seen": now.isoformat(), "words": words}
    with writing(wired.engine) as connection:
        put_mark(connection, MARK, json.dumps(told, ensure_ascii=False))


def standing(wired: Wired) -> Seen:
    if wired.settings.scanner is None:
        return Seen("none" if wired.settings.clamd_url else "missing")
    with reading(wired.engine) as connection:
        written = marked_value(connection, MARK)
    return Seen("unknown") if written is None else from_mark(json.loads(written), wired.clock())


def from_mark(told: dict[str, str], now: datetime) -> Seen:
    if now - datetime.fromisoformat(told["seen"]) > OLD:
        return Seen("unknown")
    state: Standing = "up" if told["state"] == "up" else "down"
    return Seen(state, datetime.fromisoformat(told["since"]), told["words"])


def file_figures(wired: Wired) -> dict[str, int]:
    """How many files there are of each state."""
    with reading(wired.engine) as connection:
        return count_states(connection)


def blocked_dossiers(wired: Wired) -> list[tuple[str, int]]:
    """Open dossiers with blocked files, and how many each has."""
    with reading(wired.engine) as connection:
        return dossiers_with_blocked(connection, MOST_NAMED + 1)


def desk_notice(wired: Wired) -> str:
    """What every page of the desk says of it; nothing while all is well."""
    now = standing(wired)
    return wired.catalogue.texts.scanner[now.state].format(time=moment(now.since) if now.since else "")
