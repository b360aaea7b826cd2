"""What the scanner says of each file: those that wait, one verdict put down, how many there are of each state.

Files are in two tables: what organisations sent, and the signed decisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, or_, select, union_all, update

from processor.domain.dossier import OPEN_STATUSES
from processor.domain.scanning import BLOCKED, STATES, UNSCANNABLE, UNSCANNED, ScanVerdict
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, dossiers
from processor.storage.tables.desk import decision_lines, decisions

PLACES: Mapping[str, tuple[Table, str]] = {"attachments": (attachments, ""), "decisions": (decisions, "file_")}
"""Each table, and what its columns about the file begin with."""


@dataclass(frozen=True)
class ScannedFile:
    """One file as the scanner needs it; `place` is its table, `hazards` None while nobody has looked."""

    place: str
    id: str
    name: str
    media_type: str
    hazards: Sequence[str] | None
    scan_state: str
    tries: int
    dossier_id: int | None


def waiting_files(connection: Connection, now: datetime, limit: int) -> list[ScannedFile]:
    """Those whose scan is due, the ones sent first at the front."""
    found = []
    for place, (table, prefix) in PLACES.items():
        column = columns_of(table, prefix)
        due = or_(column["next_scan_at"].is_(None), column["next_scan_at"] <= now)
        found += files_where(connection, place, (column["scan_state"] == UNSCANNED) & due, limit)
    return found[:limit]


def files_not_looked_at(connection: Connection, limit: int) -> list[ScannedFile]:
    found = []
    for place, (table, prefix) in PLACES.items():
        found += files_where(connection, place, columns_of(table, prefix)["hazards"].is_(None), limit)
    return found[:limit]


def files_of_dossier(connection: Connection, dossier_id: int) -> list[ScannedFile]:
    named = select(decision_lines.c.decision_id).where(decision_lines.c.dossier_id == dossier_id)
    sent = files_where(connection, "attachments", attachments.c.dossier_id == dossier_id)
    return [*sent, *files_where(connection, "decisions", decisions.c.id.in_(named))]


def every_file(connection: Connection) -> list[ScannedFile]:
    return [file for place in PLACES for file in files_where(connection, place, None)]


def files_without_verdict(connection: Connection) -> list[ScannedFile]:
    """Those that wait, and those that a scanner could not look into."""
    found = []
    for place, (table, prefix) in PLACES.items():
        open_still = columns_of(table, prefix)["scan_state"].in_((UNSCANNED, UNSCANNABLE))
        found += files_where(connection, place, open_still)
    return found


def files_where(connection: Connection, place: str, condition: Any, limit: int | None = None) -> list[ScannedFile]:
    table, prefix = PLACES[place]
    column = columns_of(table, prefix)
    wanted = select(
        column["id"],
        column["name"],
        column["media_type"],
        column["hazards"],
        column["scan_state"],
        column["scan_tries"],
        attachments.c.dossier_id if table is attachments else column["id"],
    ).where(column["id"].is_not(None))
    if condition is not None:
        wanted = wanted.where(condition)
    rows = connection.execute(wanted.order_by(column["id"]).limit(limit))
    return [ScannedFile(place, *row[:6], row[6] if table is attachments else None) for row in rows]


def columns_of(table: Table, prefix: str) -> Mapping[str, Any]:
    return {name.removeprefix(prefix): column for name, column in table.c.items() if name.startswith(prefix)}


def claim_scan(connection: Connection, file: ScannedFile, now: datetime, until: datetime) -> bool:
    """False when somebody else scans it, or has: nobody else begins before `until`."""
    table, prefix = PLACES[file.place]
    column = columns_of(table, prefix)
    due = or_(column["next_scan_at"].is_(None), column["next_scan_at"] <= now)
    mine = (column["id"] == file.id) & (column["scan_state"] == UNSCANNED) & due
    claimed = update(table).where(mine).values({column["next_scan_at"]: until})
    return connection.execute(claimed).rowcount == 1


def put_verdict(
    connection: Connection, file: ScannedFile, verdict: ScanVerdict, by: str | None, now: datetime | None
) -> bool:
    """False when the file is no longer there."""
    told = {"scan_state": verdict.state, "scan_found": verdict.found, "scanned_by": by, "scanned_at": now}
    return put(connection, file, {**told, "scan_tries": 0, "next_scan_at": None})


def put_next_try(connection: Connection, file: ScannedFile, tries: int, at: datetime | None) -> bool:
    return put(connection, file, {"scan_tries": tries, "next_scan_at": at})


def put_hazards(connection: Connection, file: ScannedFile, hazards: Sequence[str]) -> bool:
    return put(connection, file, {"hazards": list(hazards)})


def put(connection: Connection, file: ScannedFile, told: Mapping[str, Any]) -> bool:
    table, prefix = PLACES[file.place]
    column = columns_of(table, prefix)
    values = {column[name]: value for name, value in told.items()}
    return connection.execute(update(table).where(column["id"] == file.id).values(values)).rowcount == 1


def count_states(connection: Connection) -> dict[str, int]:
    """How many files there are of each state."""
    sent = select(attachments.c.scan_state.label("state"))
    signed = select(decisions.c.file_scan_state).where(decisions.c.file_id.is_not(None))
    both = union_all(sent, signed).subquery()
    rows = connection.execute(select(both.c.state, func.count()).group_by(both.c.state))
    return {row[0]: row[1] for row in rows}


def count_some(connection: Connection, most: int) -> dict[str, int]:
    """The same of every state, but at most `most` and one of each table: more than that is not counted."""
    return {state: sum(some_in(connection, place, state, most) for place in PLACES) for state in STATES}


def some_in(connection: Connection, place: str, state: str, most: int) -> int:
    table, prefix = PLACES[place]
    column = columns_of(table, prefix)
    some = (
        select(column["scan_state"]).where((column["scan_state"] == state) & column["id"].is_not(None)).limit(most + 1)
    )
    return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()


def dossiers_with_blocked(connection: Connection, limit: int) -> list[tuple[str, int]]:
    """Reference and number of blocked files of the dossiers that are still open, the oldest first."""
    source = attachments.join(dossiers, dossiers.c.id == attachments.c.dossier_id)
    blocked = (attachments.c.scan_state == BLOCKED) & dossiers.c.status.in_(OPEN_STATUSES)
    wanted = select(dossiers.c.reference, func.count()).select_from(source).where(blocked)
    rows = connection.execute(wanted.group_by(dossiers.c.id, dossiers.c.reference).order_by(dossiers.c.id).limit(limit))
    return [(row[0], row[1]) for row in rows]
