"""The one door for intake: prepared rows in, one durable transaction, then the answer.

The files of the rows are already synced. Everything of a submission goes in together or not at all. Batching of
several submissions into one transaction can be added inside `Writer` without touching its callers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from processor.storage.engine import Connection, Engine, writing
from processor.storage.tables import attachments, dossiers, drafts, events, outbox, queue

Row = Mapping[str, Any]


class AlreadyWritten(Exception):
    """Another submission with the same key, or the same draft, was faster."""


@dataclass(frozen=True)
class Intake:
    """The rows of one submission, without the dossier's id. `draft_id` is the draft that becomes this dossier."""

    dossier: Row
    event: Row
    queue: Row
    notice: Row
    attachments: Sequence[Row] = field(default=())
    draft_id: int | None = None


class Writer:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def write(self, intake: Intake) -> int:
        """The id of the new dossier, once it is on the disk. Raises AlreadyWritten, Unavailable."""
        try:
            with writing(self.engine) as connection:
                return insert_intake(connection, intake)
        except IntegrityError as error:
            raise AlreadyWritten from error


def insert_intake(connection: Connection, intake: Intake) -> int:
    inserted = insert(dossiers).values(intake.dossier).returning(dossiers.c.id)
    dossier_id: int = connection.execute(inserted).scalar_one()
    if intake.draft_id is not None:
        turn_draft(connection, intake, dossier_id)
    if intake.attachments:
        connection.execute(insert(attachments), [{**row, "dossier_id": dossier_id} for row in intake.attachments])
    connection.execute(insert(events), {**intake.event, "dossier_id": dossier_id})
    connection.execute(insert(queue), {**intake.queue, "dossier_id": dossier_id})
    connection.execute(insert(outbox), {**intake.notice, "dossier_id": dossier_id})
    return dossier_id


def turn_draft(connection: Connection, intake: Intake, dossier_id: int) -> None:
    unsent = (drafts.c.id == intake.draft_id) & drafts.c.sent_reference.is_(None)
    # The dossier holds the answers now; a second copy would outlive its purpose.
    sent = connection.execute(update(drafts).where(unsent).values(sent_reference=intake.dossier["reference"], typed={}))
    if sent.rowcount != 1:
        raise AlreadyWritten
    of_draft = attachments.c.draft_id == intake.draft_id
    connection.execute(update(attachments).where(of_draft).values(dossier_id=dossier_id, draft_id=None))
