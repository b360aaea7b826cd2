"""The budget of a year as a report: what was given, is held, decided, paid and left, and what the queue asks for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from processor.domain.figures.budget import Envelope
from processor.domain.figures.report import Row
from processor.domain.vietnamese import VIETNAM
from processor.services.parts import Wired
from processor.services.reports.tabled import Made
from processor.storage.desk.budgets import envelope_of
from processor.storage.engine import Connection
from processor.storage.figures.budget_figures import Asked, Movement, asked_by_open_dossiers, movements

# What each movement does to what is held, decided and paid.
EFFECTS = {
    "reserve": {"reserved": 1},
    "release": {"reserved": -1},
    "commit": {"reserved": -1, "committed": 1},
    "pay": {"paid": 1},
}
MONTHS = range(1, 13)
PARTS = ("reserved", "committed", "paid")
Amounts = tuple[str, int, int, int]
K = TypeVar("K", int, str)


def budget_tables(wired: Wired, connection: Connection, year: int) -> Made:
    envelope = envelope_of(connection, year)
    by_type, by_month = added_up(movements(connection, year))
    asked = asked_by_open_dossiers(connection)
    titles = {id: one.title for id, one in wired.catalogue.support_types.items()}
    words = wired.catalogue.reports["budget"].words
    typed: list[Amounts] = [(title, *amounts(by_type, kind)) for kind, title in titles.items() if moved(by_type, kind)]
    monthly: list[Amounts] = [(f"{month:02}/{year}", *amounts(by_month, month)) for month in MONTHS]
    queue = [(titles[one.support_type], one.dossiers, one.requested) for one in asked]
    return Made(
        rows={
            "summary": summary(words, envelope, asked),
            "by_support_type": typed,
            "by_month": monthly if by_month else (),
            "queue": queue,
        },
        totals={
            "by_support_type": totalled(words["total"], typed),
            "by_month": totalled(words["total"], monthly),
            "queue": (words["total"], sum(one.dossiers for one in asked), sum(one.requested for one in asked)),
        },
        empty=envelope is None and not by_type,
        values={"document": envelope.document if envelope else words["not_set"]},
    )


def added_up(moves: Iterable[Movement]) -> tuple[Counter[tuple[str, str]], Counter[tuple[int, str]]]:
    """By support type and part, and by month and part. In a month a decision does not take from what was held in it."""
    by_type: Counter[tuple[str, str]] = Counter()
    by_month: Counter[tuple[int, str]] = Counter()
    for move in moves:
        month = move.at.astimezone(VIETNAM).month
        for part, sign in EFFECTS[move.kind].items():
            by_type[move.support_type, part] += sign * move.amount
            if (move.kind, part) != ("commit", "reserved"):
                by_month[month, part] += sign * move.amount
    return by_type, by_month


def moved(by_type: Counter[tuple[str, str]], kind: str) -> bool:
    return any((kind, part) in by_type for part in PARTS)


def amounts(sums: Counter[tuple[K, str]], key: K) -> tuple[int, int, int]:
    reserved, committed, paid = (sums[key, part] for part in PARTS)
    return reserved, committed, paid


def totalled(word: str, rows: Sequence[Amounts]) -> Amounts:
    return word, sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)


def summary(words: dict[str, str], envelope: Envelope | None, asked: Iterable[Asked]) -> list[Row]:
    """Without an envelope nobody has told what was given: unknown, not nothing."""
    known = {part: getattr(envelope, part) if envelope else None for part in ("amount", *PARTS, "left")}
    return [(words[part], amount) for part, amount in (known | {"needed": sum(one.requested for one in asked)}).items()]
