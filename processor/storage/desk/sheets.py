"""Appraisal sheets and proposals of a dossier."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from processor.domain.sheet import Proposal, SheetLine
from processor.storage.engine import Connection
from processor.storage.tables.core import officers
from processor.storage.tables.desk import proposals, sheet_lines


def sheet_of(connection: Connection, dossier_id: int) -> dict[str, SheetLine]:
    """By item."""
    source = sheet_lines.join(officers, officers.c.id == sheet_lines.c.officer_id)
    wanted = select(
        sheet_lines.c.item_id, sheet_lines.c.mark, sheet_lines.c.note, officers.c.name, sheet_lines.c.at
    ).select_from(source)
    rows = connection.execute(wanted.where(sheet_lines.c.dossier_id == dossier_id))
    return {row.item_id: SheetLine(row.item_id, row.mark, row.note or "", row.name, row.at) for row in rows}


def put_line(
    connection: Connection, dossier_id: int, item_id: str, mark: str, note: str, officer_id: int, now: datetime
) -> None:
    clear_line(connection, dossier_id, item_id)
    row = {"dossier_id": dossier_id, "item_id": item_id, "mark": mark, "note": note or None}
    connection.execute(insert(sheet_lines), {**row, "officer_id": officer_id, "at": now})


def clear_line(connection: Connection, dossier_id: int, item_id: str) -> None:
    this = (sheet_lines.c.dossier_id == dossier_id) & (sheet_lines.c.item_id == item_id)
    connection.execute(delete(sheet_lines).where(this))


def proposal_of(connection: Connection, dossier_id: int) -> Proposal | None:
    source = proposals.join(officers, officers.c.id == proposals.c.officer_id)
    wanted = select(proposals, officers.c.name).select_from(source).where(proposals.c.dossier_id == dossier_id)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        return None
    texts = (row["steps"] or "", row["reason"] or "")
    return Proposal(row["amount"], row["computed"], *texts, row["year"], row["name"], row["at"])


def put_proposal(connection: Connection, dossier_id: int, proposal: Proposal, officer_id: int) -> None:
    connection.execute(delete(proposals).where(proposals.c.dossier_id == dossier_id))
    row = {name: value for name, value in vars(proposal).items() if name != "officer"}
    connection.execute(insert(proposals), {**row, "dossier_id": dossier_id, "officer_id": officer_id})
