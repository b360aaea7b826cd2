"""What a receipt tells: the dossier and its files as they came, whatever was changed or added since."""

import json
from datetime import datetime

from sqlalchemy import RowMapping, func, select

from processor.domain.receipt import Received
from processor.storage.dossiers.answers import earlier_answers
from processor.storage.dossiers.dossiers import events_of
from processor.storage.dossiers.drafts import attachments_of
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, dossiers


def received_with(connection: Connection, token_hash: str) -> Received | None:
    """The dossier whose receipt has this token. Files of later supplements are not part of it."""
    row = connection.execute(select(dossiers).where(dossiers.c.receipt_token_hash == token_hash)).mappings().first()
    return None if row is None else received_from(connection, row)


def received_of(connection: Connection, dossier_id: int) -> Received:
    return received_from(
        connection, connection.execute(select(dossiers).where(dossiers.c.id == dossier_id)).mappings().one()
    )


def received_from(connection: Connection, row: RowMapping) -> Received:
    versions = [json.loads(event.data).get("version") for event in events_of(connection, row["id"])[:1]]
    first = next((answers for _, answers in earlier_answers(connection, row["id"])), row["answers"])
    came_along = (attachments.c.dossier_id == row["id"]) & attachments.c.supplement.is_(None)
    return Received(
        row["reference"],
        row["form_id"],
        next(iter(versions), row["form_version"]),
        first.get("organisation_name", ""),
        row["received_at"],
        attachments_of(connection, came_along),
        row["absences"] or {},
    )


def first_received(connection: Connection) -> datetime | None:
    moment: datetime | None = connection.execute(select(func.min(dossiers.c.received_at))).scalar_one()
    return moment
