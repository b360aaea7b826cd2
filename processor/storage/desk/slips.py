"""Slips as they were made: circular, form number, name, and what they were filled with."""

from typing import Any

from sqlalchemy import insert, select

from processor.domain.slips.made_slip import MadeSlip
from processor.storage.engine import Connection
from processor.storage.tables.core import officers
from processor.storage.tables.desk import slips

COLUMNS = (
    slips.c.id,
    slips.c.kind,
    slips.c.circular,
    slips.c.form_no,
    slips.c.name,
    slips.c.content,
    slips.c.made_at,
    officers.c.name,
)


def slips_of(connection: Connection, dossier_id: int) -> list[MadeSlip]:
    """Oldest first."""
    source = slips.join(officers, officers.c.id == slips.c.officer_id)
    wanted = select(*COLUMNS).select_from(source).where(slips.c.dossier_id == dossier_id).order_by(slips.c.id)
    return [MadeSlip(*row) for row in connection.execute(wanted)]


def insert_slip(connection: Connection, dossier_id: int, officer_id: int, **filled: Any) -> int:
    """Its id. `filled` are the other columns."""
    row = {**filled, "dossier_id": dossier_id, "officer_id": officer_id}
    number: int = connection.execute(insert(slips).values(row).returning(slips.c.id)).scalar_one()
    return number


def slip_numbered(connection: Connection, dossier_id: int, slip_id: int) -> MadeSlip | None:
    """Only of this dossier."""
    return next((one for one in slips_of(connection, dossier_id) if one.id == slip_id), None)
