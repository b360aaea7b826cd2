"""Decisions over a dossier and its movements of money, as plain JSON and back again.

A decision may name several dossiers; a package tells of its own line alone. Packages of one decision find each other
again by the signed scan or, as long as there is none, by the moment and the officer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from processor.domain.slips.decision import SignedScan
from processor.storage.desk.decisions import add_line, scan_from
from processor.storage.engine import Connection
from processor.storage.exchange.portable import Row, RowFault, moment, officer_names, plain_row, put_row, values_of
from processor.storage.tables.desk import budget_entries, decision_lines, decisions

MOVES = ("reserve", "release", "commit", "pay")


def decision_rows(connection: Connection, dossier_id: int) -> list[dict[str, Any]]:
    """Oldest first; the officer by name."""
    names = officer_names(connection)
    wanted = (
        select(decisions, decision_lines.c.amount, decision_lines.c.reason)
        .join(decision_lines, decision_lines.c.decision_id == decisions.c.id)
        .where(decision_lines.c.dossier_id == dossier_id)
        .order_by(decisions.c.made_at, decisions.c.id)
    )
    return [
        {**plain_row(decisions, row, names), "amount": row["amount"], "reason": row["reason"]}
        for row in connection.execute(wanted).mappings()
    ]


def scans_of(connection: Connection, dossier_id: int) -> list[SignedScan]:
    named = select(decision_lines.c.decision_id).where(decision_lines.c.dossier_id == dossier_id)
    filed = decisions.c.id.in_(named) & decisions.c.file_id.is_not(None)
    rows = connection.execute(select(decisions).where(filed).order_by(decisions.c.made_at, decisions.c.id)).mappings()
    return [scan for row in rows if (scan := scan_from(row))]


def check_decision(told: Row) -> tuple[dict[str, Any], dict[str, Any]]:
    """The decision without its officer, and its line for the dossier. Raises RowFault."""
    line = values_of(decision_lines, {"amount": told.get("amount"), "reason": told.get("reason")})
    row = {name: value for name, value in told.items() if name not in ("amount", "reason", "officer_id")}
    values_of(decisions, row)
    moment(row.get("made_at"), "decisions.made_at")
    if not isinstance(told.get("officer_id"), str):
        raise RowFault("decisions.officer_id")
    return row, line


def put_decision(connection: Connection, dossier_id: int, told: Row, officer_ids: Mapping[str, int]) -> None:
    """What was checked."""
    row, line = check_decision(told)
    officer_id = officer_ids[told["officer_id"]]
    number = known_decision(connection, row, officer_id)
    if number is None:
        number = put_row(connection, decisions, row, officer_id=officer_id)
    assert number is not None
    add_line(connection, number, dossier_id, line["amount"], line["reason"] or "")


def known_decision(connection: Connection, row: Row, officer_id: int) -> int | None:
    """That another package has brought."""
    if row.get("file_id"):
        same = decisions.c.file_id == row["file_id"]
    else:
        made = (decisions.c.made_at == moment(row.get("made_at"), "decisions.made_at")) & decisions.c.file_id.is_(None)
        same = made & (decisions.c.officer_id == officer_id) & (decisions.c.outcome == row.get("outcome"))
    found: int | None = connection.execute(select(decisions.c.id).where(same)).scalar()
    return found


def budget_rows(connection: Connection, dossier_id: int) -> list[dict[str, Any]]:
    """Every movement for the dossier, oldest first."""
    wanted = select(budget_entries).where(budget_entries.c.dossier_id == dossier_id).order_by(budget_entries.c.id)
    rows = connection.execute(wanted).mappings()
    return [{"year": row["year"], **plain_row(budget_entries, row, {})} for row in rows]


def read_moves(told: list[Any]) -> Iterator[dict[str, Any]]:
    """Raises RowFault."""
    for row in told:
        values = values_of(budget_entries, row)
        if values.get("kind") not in MOVES or values.get("amount", -1) < 0 or not isinstance(values.get("year"), int):
            raise RowFault("budget_entries")
        yield values
