"""What stands in the table of tallies, read by plain SQL."""

from sqlalchemy import text

from processor.services.parts import Wired
from processor.storage.engine import reading

ASKED = (
    "SELECT kind, place, detail, other, SUM(count) FROM tallies WHERE kind = :kind GROUP BY kind, place, detail, other"
)
Told = dict[tuple[str, ...], int]


def told(wired: Wired, kind: str) -> Told:
    """By place, detail and other, without those that are empty."""
    wired.tallier.flush()
    with reading(wired.engine) as connection:
        rows = connection.execute(text(ASKED), {"kind": kind}).all()
    return {tuple(part for part in row[1:4] if part): int(row[4]) for row in rows}


def everything_counted(wired: Wired) -> str:
    """All that is kept of checks, as one text."""
    wired.tallier.flush()
    with reading(wired.engine) as connection:
        rows = [*connection.execute(text("SELECT * FROM tallies"))]
        rows += connection.execute(text("SELECT standing_faults FROM drafts"))
    return repr(rows)
