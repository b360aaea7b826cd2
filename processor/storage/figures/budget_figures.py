"""What the budget report adds up: movements of a year by support type and day, and what the open dossiers ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from processor.storage.engine import Connection
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import dossiers
from processor.storage.tables.desk import budget_entries

MOVEMENTS = ("reserve", "release", "commit", "pay")
UNPROPOSED = ("submitted", "accepted", "under_appraisal", "supplement_requested")


@dataclass(frozen=True)
class Movement:
    """`amount` in đồng, always positive; `kind` is one of MOVEMENTS."""

    kind: str
    amount: int
    at: datetime
    support_type: str


@dataclass(frozen=True)
class Asked:
    """Dossiers before their proposal and what they ask for together, in đồng."""

    support_type: str
    dossiers: int
    requested: int


def movements(connection: Connection, year: int) -> Iterator[Movement]:
    source = budget_entries.join(dossiers, dossiers.c.id == budget_entries.c.dossier_id)
    wanted = select(
        budget_entries.c.kind, budget_entries.c.amount, budget_entries.c.at, dossiers.c.support_type
    ).select_from(source)
    of_year = (budget_entries.c.year == year) & budget_entries.c.kind.in_(MOVEMENTS)
    for row in streamed(connection, wanted.where(of_year)):
        yield Movement(*row)


def asked_by_open_dossiers(connection: Connection) -> list[Asked]:
    wanted = select(
        dossiers.c.support_type, func.count(), func.coalesce(func.sum(dossiers.c.requested_amount), 0)
    ).where((dossiers.c.kind == "dossier") & dossiers.c.status.in_(UNPROPOSED))
    return [
        Asked(kind, count, int(asked))
        for kind, count, asked in connection.execute(wanted.group_by(dossiers.c.support_type))
    ]
