"""The one door for intake: files and prepared rows in, files first, one durable transaction, then the answer.

Everything of a submission goes in together or not at all. Its files come synced by the sender's own thread, many at
the same time. One thread writes: submissions that wait at the same time share the sync of the folder and the
transaction; each is answered only after its commit.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from processor.storage.bells import EVENTS, FILES, MAIL, ring
from processor.storage.desk.queue import put_in_queue
from processor.storage.engine import CommitUnclear, Connection, Engine, writing
from processor.storage.files.attachments import AttachmentStore
from processor.storage.files.incoming import Incoming
from processor.storage.files.named import make_ready, remove_all
from processor.storage.line import Line
from processor.storage.rows import insert_rows
from processor.storage.tables.core import attachments, dossiers, drafts, events, outbox

Row = Mapping[str, Any]
INSERT_DOSSIERS = insert(dossiers).returning(dossiers.c.id, sort_by_parameter_order=True)
SENDERS = 12
"""Threads in which files are synced, each those of one submission."""
LAST_DOSSIER = "SELECT seq FROM sqlite_sequence WHERE name = 'dossiers'"


class AlreadyWritten(Exception):
    """Another submission with the same key, or the same draft, was faster; or the draft was saved meanwhile."""


@dataclass(frozen=True)
class Intake:
    """The rows and files of one submission, without the dossier's id.

    `draft_id` is the draft that becomes this dossier, as it stood at `draft_updated_at`; its files are in their places.
    """

    dossier: Row
    event: Row
    queue: Row
    notice: Row
    attachments: Sequence[Row] = field(default=())
    files: Sequence[Incoming] = field(default=())
    draft_id: int | None = None
    draft_updated_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """One submission at the door, and what becomes of it."""

    intake: Intake
    written: Future[int] = field(default_factory=Future)


class Writer:
    def __init__(self, engine: Engine, store: AttachmentStore, gathering: float = 0) -> None:
        self.engine = engine
        self.store = store
        self.line = Line("writer", self._write_waiting, gathering)
        self.thread = self.line.thread
        self.senders = ThreadPoolExecutor(SENDERS, "sender")

    def begin(self, intake: Intake) -> Future[int]:
        """The id of the new dossier, once it is on the disk. Cancelled before its turn, nothing is written.

        Ends in AlreadyWritten or Unavailable; then its files are gone too.
        """
        mine = Waiting(intake)
        if intake.files:
            self.senders.submit(self._send, mine)
        else:
            self.line.join(mine)
        return mine.written

    def write(self, intake: Intake) -> int:
        return self.begin(intake).result()

    @asynccontextmanager
    async def attended(self) -> AsyncIterator[None]:
        """As long as a server runs, in its event loop. Raises Unavailable."""
        yield

    def close(self) -> None:
        """Once all that has begun is written."""
        self.senders.shutdown()
        self.thread.shutdown()

    def _send(self, waiting: Waiting) -> None:
        if self._make_ready(waiting):
            self.line.join(waiting)

    def _make_ready(self, waiting: Waiting) -> bool:
        """False where it ends here."""
        try:
            make_ready(self.store, waiting.intake.files)
        except BaseException as error:
            if waiting.written.set_running_or_notify_cancel():
                waiting.written.set_exception(error)
            return False
        return True

    def _write_waiting(self, together: list[Waiting]) -> None:
        ready = [waiting for waiting in together if waiting.written.set_running_or_notify_cancel()]
        for waiting in together:
            if waiting.written.cancelled():
                self._let_go(waiting)
        if ready:
            self._write_together(ready)

    def _write_together(self, together: Sequence[Waiting]) -> None:
        """When one of them cannot be written, each is written alone."""
        try:
            self.store.keep([file for waiting in together for file in waiting.intake.files])
            ids = self._commit(together)
        except CommitUnclear as unclear:
            for waiting in together:
                waiting.written.set_exception(unclear)
        except BaseException as error:
            if len(together) > 1:
                for waiting in together:
                    self._write_together([waiting])
            else:
                self._refuse(together[0], error)
        else:
            for waiting, dossier_id in zip(together, ids, strict=True):
                waiting.written.set_result(dossier_id)

    def _commit(self, together: Sequence[Waiting]) -> list[int]:
        with writing(self.engine) as connection:
            return insert_intakes(connection, [waiting.intake for waiting in together])

    def _refuse(self, waiting: Waiting, error: BaseException) -> None:
        self._let_go(waiting)
        if isinstance(error, IntegrityError):
            error = AlreadyWritten(str(error.orig))
        waiting.written.set_exception(error)

    def _let_go(self, waiting: Waiting) -> None:
        remove_all(self.store, [file.name for file in waiting.intake.files])


def insert_intakes(connection: Connection, intakes: Sequence[Intake]) -> list[int]:
    ids = insert_dossiers(connection, [intake.dossier for intake in intakes])
    numbered = list(zip(ids, intakes, strict=True))
    for number, intake in numbered:
        if intake.draft_id is not None:
            turn_draft(connection, intake, number)
    files = [{**row, "dossier_id": number} for number, intake in numbered for row in intake.attachments]
    insert_rows(connection, attachments, files)
    insert_rows(connection, events, [{**intake.event, "dossier_id": number} for number, intake in numbered])
    put_in_queue(connection, [{**intake.queue, "dossier_id": number} for number, intake in numbered])
    insert_rows(connection, outbox, [{**intake.notice, "dossier_id": number} for number, intake in numbered])
    ring(connection, MAIL, EVENTS, FILES)
    return ids


def insert_dossiers(connection: Connection, rows: Sequence[Row]) -> list[int]:
    """Their ids, in their order."""
    if connection.dialect.name != "sqlite":
        return list(connection.execute(INSERT_DOSSIERS, rows).scalars())
    # Nobody else numbers any as long as this transaction writes.
    last = connection.exec_driver_sql(LAST_DOSSIER).scalar() or 0
    ids = [last + place for place in range(1, len(rows) + 1)]
    insert_rows(connection, dossiers, [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])
    return ids


def turn_draft(connection: Connection, intake: Intake, dossier_id: int) -> None:
    as_read = (drafts.c.id == intake.draft_id) & (drafts.c.updated_at == intake.draft_updated_at)
    unsent = as_read & drafts.c.sent_reference.is_(None)
    # The dossier holds the answers now; a second copy would outlive its purpose.
    sent = connection.execute(update(drafts).where(unsent).values(sent_reference=intake.dossier["reference"], typed={}))
    if sent.rowcount != 1:
        raise AlreadyWritten
    of_draft = attachments.c.draft_id == intake.draft_id
    connection.execute(update(attachments).where(of_draft).values(dossier_id=dossier_id, draft_id=None))
