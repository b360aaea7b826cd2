"""The register of dossiers of a year, as slip 07 asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers
from processor.storage.tables.desk import clocks


@dataclass(frozen=True)
class Registered:
    reference: str
    official_code: str | None
    form_id: str
    organisation_name: str
    answers: dict[str, Any]
    received_at: datetime
    due_on: date | None
    handed_over_at: datetime | None


def registered(connection: Connection, since: datetime, until: datetime) -> Iterator[Registered]:
    """Dossiers received within the time, in order of filing."""
    source = dossiers.outerjoin(clocks, clocks.c.dossier_id == dossiers.c.id)
    wanted = select(
        dossiers.c.reference,
        dossiers.c.official_code,
        dossiers.c.form_id,
        dossiers.c.organisation_name,
        dossiers.c.answers,
        dossiers.c.received_at,
        clocks.c.due_on,
        dossiers.c.handed_over_at,
    ).select_from(source)
    within = (dossiers.c.kind == "dossier") & (dossiers.c.received_at >= since) & (dossiers.c.received_at < until)
    for row in connection.execute(wanted.where(within).order_by(dossiers.c.received_at, dossiers.c.id)):
        yield Registered(*row)
