"""What was asked for in addition, one row for each time of asking."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update

from processor.domain.supplement import Supplement, asked_items
from processor.storage.bells import FILES, ring
from processor.storage.engine import Connection
from processor.storage.tables.core import attachments, supplements


def open_supplement(connection: Connection, dossier_id: int) -> Supplement | None:
    """The newest one, as long as it waits for an answer."""
    of_dossier = supplements.c.dossier_id == dossier_id
    newest = select(supplements).where(of_dossier).order_by(supplements.c.number.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    return None if row is None or row["answered_at"] is not None else supplement_from(row)


def supplement_by(connection: Connection, dossier_id: int, moment: datetime) -> Supplement | None:
    """The newest one asked for by then."""
    asked = (supplements.c.dossier_id == dossier_id) & (supplements.c.asked_at <= moment)
    newest = select(supplements).where(asked).order_by(supplements.c.number.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    return None if row is None else supplement_from(row)


def insert_supplement(
    connection: Connection,
    dossier_id: int,
    asked: Sequence[Mapping[str, Any]],
    now: datetime,
    answer_by: datetime | None = None,
) -> int:
    """Its number, counted from 1 within the dossier."""
    earlier = select(func.count()).select_from(supplements).where(supplements.c.dossier_id == dossier_id)
    number: int = connection.execute(earlier).scalar_one() + 1
    row = {"dossier_id": dossier_id, "number": number, "asked": [dict(one) for one in asked], "asked_at": now}
    connection.execute(insert(supplements), {**row, "answer_by": answer_by})
    return number


def put_asked(connection: Connection, dossier_id: int, number: int, asked: Sequence[Mapping[str, Any]]) -> None:
    """What has come by now."""
    this = (supplements.c.dossier_id == dossier_id) & (supplements.c.number == number)
    connection.execute(update(supplements).where(this).values(asked=[dict(one) for one in asked]))


def supplements_of(connection: Connection, dossier_id: int) -> list[Supplement]:
    """Every one, the oldest first."""
    wanted = select(supplements).where(supplements.c.dossier_id == dossier_id).order_by(supplements.c.number)
    return [supplement_from(row) for row in connection.execute(wanted).mappings()]


def close_supplement(connection: Connection, dossier_id: int, number: int, now: datetime) -> None:
    this = (supplements.c.dossier_id == dossier_id) & (supplements.c.number == number)
    connection.execute(update(supplements).where(this).values(answered_at=now))


def add_files(connection: Connection, dossier_id: int, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Files that come with the answer, without a draft."""
    if rows:
        connection.execute(
            insert(attachments), [{**row, "dossier_id": dossier_id, "supplement": number} for row in rows]
        )
        ring(connection, FILES)


def supplement_from(row: RowMapping) -> Supplement:
    return Supplement(
        row["number"], asked_items(row["asked"]), row["asked_at"], row["answer_by"], row["answered_at"], row["note"]
    )
