"""The standing views of the queue: what each shows, and how many there are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from processor.domain.access.officer import Officer
from processor.domain.dossier import OPEN_STATUSES, QueueLine
from processor.domain.reference import readable_reference
from processor.domain.vietnamese import fold
from processor.services.parts import Wired
from processor.storage.desk.queue import QueueFilter, queue_count, queue_lines
from processor.storage.desk.search import Words
from processor.storage.engine import reading, writing
from processor.storage.officers.saved_views import drop_view, put_view, views_of

SOON_WORKING_DAYS = 3
DIGITS = re.compile(r"[0-9\s.-]{4,17}")


@dataclass(frozen=True)
class Counted:
    """Up to `most` are counted; one more means that there are more."""

    views: Mapping[str, int]
    here: int


def standing(wired: Wired, officer: Officer) -> dict[str, QueueFilter]:
    """By the name in the address, in the order of the desk."""
    today = wired.today()
    return {
        "cua-toi": QueueFilter(holder=officer.name, statuses=OPEN_STATUSES),
        "chua-ai-nhan": QueueFilter(holder="none", statuses=OPEN_STATUSES),
        "da-bo-sung": QueueFilter(answered=True, statuses=OPEN_STATUSES),
        "sap-den-han": QueueFilter(due_from=today, due_before=soon(wired) + timedelta(days=1)),
        "qua-han": QueueFilter(due_before=today),
        "cho-bo-sung": QueueFilter(statuses=("supplement_requested",)),
        "cho-quyet-dinh": QueueFilter(statuses=("proposed",)),
        "cho-chi": QueueFilter(statuses=("approved",), paid=False),
        "da-ket-thuc": QueueFilter(statuses=wired.catalogue.workflow.ends),
    }


def soon(wired: Wired) -> date:
    """The last of the next few working days."""
    day, left = wired.today(), SOON_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= wired.catalogue.calendar.is_working(day)
    return day


def search_words(typed: str) -> Words | None:
    """A reference in any writing, an official code, the beginning of a tax code, part of a name without its marks."""
    typed = typed.replace("\0", " ").strip()  # no database takes it
    if not typed:
        return None
    digits = re.sub(r"[\s.]", "", typed) if DIGITS.fullmatch(typed) else None
    return Words(fold(typed)[:100], readable_reference(typed), digits, typed[:60])


def show_queue(wired: Wired, officer: Officer, wanted: QueueFilter) -> tuple[list[QueueLine], Counted]:
    """One page, and the figures of every standing view."""
    with reading(wired.engine) as connection:
        lines = queue_lines(connection, wanted)
        views = {name: queue_count(connection, view) for name, view in standing(wired, officer).items()}
        return lines, Counted(views, queue_count(connection, replace(wanted, after=None)))


def saved_views(wired: Wired, officer: Officer) -> list[tuple[int, str, str]]:
    with reading(wired.engine) as connection:
        return views_of(connection, officer.id)


def save_view(wired: Wired, officer: Officer, name: str, query: str) -> None:
    with writing(wired.engine) as connection:
        put_view(connection, officer.id, name, query)


def drop_saved_view(wired: Wired, officer: Officer, view_id: int) -> None:
    """One of the officer's own; another's stays."""
    with writing(wired.engine) as connection:
        drop_view(connection, officer.id, view_id)
