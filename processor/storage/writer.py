"""The one door for intake: prepared rows in, one durable transaction, then the answer.

The files of the rows are already synced. Everything of a submission goes in together or not at all. Submissions that
wait at the same time share one transaction, and so one sync of the disk; each is answered only after its commit.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from processor.storage.engine import Connection, Engine, writing
from processor.storage.tables import attachments, dossiers, drafts, events, outbox, queue

Row = Mapping[str, Any]
MOST_TOGETHER = 64
INSERT_DOSSIERS = insert(dossiers).returning(dossiers.c.id, sort_by_parameter_order=True)
INSERT_ATTACHMENTS = insert(attachments)
INSERT_EVENTS = insert(events)
INSERT_QUEUE = insert(queue)
INSERT_OUTBOX = insert(outbox)


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


@dataclass
class Waiting:
    """One submission at the door, and what became of it."""

    intake: Intake
    dossier_id: int | None = None
    error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.dossier_id is not None or self.error is not None


class Writer:
    """Whoever gets the turn writes for all who wait; the others find their submission done."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turn = threading.Lock()
        self.door = threading.Lock()
        self.waiting: list[Waiting] = []

    def write(self, intake: Intake) -> int:
        """The id of the new dossier, once it is on the disk. Raises AlreadyWritten, Unavailable."""
        mine = Waiting(intake)
        with self.door:
            self.waiting.append(mine)
        with self.turn:
            while not mine.done:
                self._write_together(self._next())
        if mine.error:
            raise mine.error
        assert mine.dossier_id is not None
        return mine.dossier_id

    def _next(self) -> list[Waiting]:
        with self.door:
            together, self.waiting = self.waiting[:MOST_TOGETHER], self.waiting[MOST_TOGETHER:]
        return together

    def _write_together(self, together: Sequence[Waiting]) -> None:
        """In one transaction; when one of them cannot be written, each gets its own."""
        try:
            with writing(self.engine) as connection:
                ids = insert_intakes(connection, [waiting.intake for waiting in together])
        except (IntegrityError, AlreadyWritten) as error:
            if len(together) == 1:
                together[0].error = AlreadyWritten()
                together[0].error.__cause__ = error
                return
            for waiting in together:
                self._write_together([waiting])
        except BaseException as error:
            for waiting in together:
                waiting.error = error
        else:
            for waiting, dossier_id in zip(together, ids, strict=True):
                waiting.dossier_id = dossier_id


def insert_intakes(connection: Connection, intakes: Sequence[Intake]) -> list[int]:
    ids = list(connection.execute(INSERT_DOSSIERS, [intake.dossier for intake in intakes]).scalars())
    numbered = list(zip(ids, intakes, strict=True))
    for number, intake in numbered:
        if intake.draft_id is not None:
            turn_draft(connection, intake, number)
    files = [{**row, "dossier_id": number} for number, intake in numbered for row in intake.attachments]
    if files:
        connection.execute(INSERT_ATTACHMENTS, files)
    connection.execute(INSERT_EVENTS, [{**intake.event, "dossier_id": number} for number, intake in numbered])
    connection.execute(INSERT_QUEUE, [{**intake.queue, "dossier_id": number} for number, intake in numbered])
    connection.execute(INSERT_OUTBOX, [{**intake.notice, "dossier_id": number} for number, intake in numbered])
    return ids


def turn_draft(connection: Connection, intake: Intake, dossier_id: int) -> None:
    unsent = (drafts.c.id == intake.draft_id) & drafts.c.sent_reference.is_(None)
    # The dossier holds the answers now; a second copy would outlive its purpose.
    sent = connection.execute(update(drafts).where(unsent).values(sent_reference=intake.dossier["reference"], typed={}))
    if sent.rowcount != 1:
        raise AlreadyWritten
    of_draft = attachments.c.draft_id == intake.draft_id
    connection.execute(update(attachments).where(of_draft).values(dossier_id=dossier_id, draft_id=None))
