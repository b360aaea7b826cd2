"""Answers that are replaced, and those that stood before: nothing that was sent is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, revisions


def replace_answers(
    connection: Connection,
    dossier_id: int,
    seen_revision: int,
    answers: Mapping[str, Any],
    answers_hash: str,
    now: datetime,
    **columns: Any,
) -> bool:
    """Keep the answers that stood and put new ones; False when the dossier is no longer at `seen_revision`.

    `columns` are further columns of the dossier that follow from the answers. The caller's event must carry
    `answers_hash` as "answers", for `hotro verify` compares them.
    """
    still = (dossiers.c.id == dossier_id) & (dossiers.c.revision == seen_revision)
    stood = connection.execute(select(dossiers.c.answers).where(still)).scalar_one_or_none()
    values = {"answers": dict(answers), "answers_hash": answers_hash, "revision": seen_revision + 1, **columns}
    if stood is None or connection.execute(update(dossiers).where(still).values(values)).rowcount != 1:
        return False
    row = {"dossier_id": dossier_id, "revision": seen_revision, "answers": stood, "replaced_at": now}
    connection.execute(insert(revisions), row)
    return True


def earlier_answers(connection: Connection, dossier_id: int) -> list[tuple[int, dict[str, Any]]]:
    """Revision and answers of what stood before, oldest first."""
    of_dossier = revisions.c.dossier_id == dossier_id
    wanted = select(revisions.c.revision, revisions.c.answers).where(of_dossier).order_by(revisions.c.revision)
    return [(row[0], row[1]) for row in connection.execute(wanted)]
