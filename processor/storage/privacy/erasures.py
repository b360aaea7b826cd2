"""The rows of an erasure: which go, which lose their text, and the tombstone. Inside the caller's transaction."""

import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, or_, select, update

from processor.domain.events import LOOKS
from processor.domain.retention import Erasure
from processor.storage.desk.search import forget_names, take_names
from processor.storage.dossiers.drafts import delete_draft
from processor.storage.engine import Connection, Engine
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import (
    attachments,
    code_renewals,
    dossiers,
    drafts,
    events,
    outbox,
    queue,
    revisions,
    supplements,
)
from processor.storage.tables.desk import clocks, comments, decision_lines, payees, proposals, sheet_lines, slips
from processor.storage.tables.exchange import exports, imports
from processor.storage.tables.plan import replies
from processor.storage.tables.privacy import erasures

ALWAYS_DELETED: tuple[Table, ...] = (revisions, code_renewals, outbox, comments, slips, payees)
"""Rows that name people or hold free text, whatever is erased."""
WITH_THE_DOSSIER: tuple[Table, ...] = (attachments, queue, supplements, sheet_lines, replies)
ALWAYS_BLANKED: tuple[tuple[Table, Mapping[str, Any]], ...] = (
    (events, {"note": None}),
    (supplements, {"note": None}),
    (sheet_lines, {"note": None}),
    (proposals, {"steps": None, "reason": None}),
    (decision_lines, {"reason": None}),
    (replies, {"public_question": None, "published_at": None}),
    (imports, {"receipt": "", "receipt_seal": "", "receipt_pdf": b""}),
)
"""Free text of rows that stay. The hash of a note stays in its event: without the salt nobody can try words on it."""
COLUMNS = tuple(erasures.c[name] for name in Erasure.__dataclass_fields__)


def erase_rows(connection: Connection, dossier_id: int, reference: str, whole: bool) -> list[str]:
    """Everything but the dossier's own row and its log. The ids of files that may go once this is committed."""
    gone = [file for draft in drafts_of(connection, dossier_id, reference) for file in delete_draft(connection, draft)]
    if whole:
        of_dossier = select(attachments.c.id).where(attachments.c.dossier_id == dossier_id)
        gone += connection.execute(of_dossier).scalars()
        take_names(connection, [dossier_id])
    for table in (*ALWAYS_DELETED, *(WITH_THE_DOSSIER if whole else ())):
        connection.execute(delete(table).where(table.c.dossier_id == dossier_id))
    for table, blank in ALWAYS_BLANKED:
        connection.execute(update(table).where(table.c.dossier_id == dossier_id).values(**blank))
    blank_extensions(connection, dossier_id)
    return gone


def drafts_of(connection: Connection, dossier_id: int, reference: str) -> list[int]:
    """What became this dossier, and what answers or changes it."""
    mine = or_(drafts.c.dossier_id == dossier_id, drafts.c.sent_reference == reference)
    return list(connection.execute(select(drafts.c.id).where(mine)).scalars())


def blank_extensions(connection: Connection, dossier_id: int) -> None:
    """Their days stay: the due day follows from them."""
    of_dossier = clocks.c.dossier_id == dossier_id
    told = connection.execute(select(clocks.c.extensions).where(of_dossier)).scalar()
    if told:
        blank = [{**one, "reason": ""} for one in told]
        connection.execute(update(clocks).where(of_dossier).values(extensions=blank))


def put_what_is_left(
    connection: Connection, dossier_id: int, answers: Mapping[str, Any], answers_hash: str, salt: str
) -> None:
    """Under a new salt: what was hashed with the old one cannot be found by trying."""
    values = {"answers": dict(answers), "answers_hash": answers_hash, "salt": salt, "content_hash": ""}
    left = {**values, "idempotency_hash": None, "revision": dossiers.c.revision + 1}
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(**left))


def put_tombstone_name(connection: Connection, dossier_id: int, name: str, at: datetime) -> None:
    """No name, no code, no way in; reference, kind, days, status and what was decided stay."""
    values = {"organisation_name": name, "tax_code": None, "commune_code": None, "absences": None}
    closed = {"matter_hash": None, "access_code_hash": "", "receipt_token_hash": secrets.token_hex(32)}
    connection.execute(
        update(dossiers).where(dossiers.c.id == dossier_id).values(**values, **closed, erased_at=at, consents=[])
    )


def insert_erasure(connection: Connection, dossier_id: int, erasure: Erasure) -> None:
    connection.execute(insert(erasures), {**vars(erasure), "dossier_id": dossier_id})


def every_erasure(connection: Connection, limit: int = 500) -> list[tuple[str, str, str, datetime, Erasure]]:
    """Reference, kind, status and day of receipt beside each tombstone, newest first."""
    source = erasures.join(dossiers, dossiers.c.id == erasures.c.dossier_id)
    told = (dossiers.c.reference, dossiers.c.kind, dossiers.c.status, dossiers.c.received_at)
    wanted = select(*told, *COLUMNS).select_from(source).order_by(erasures.c.id.desc()).limit(limit)
    return [(*row[:4], Erasure(*row[4:])) for row in connection.execute(wanted)]


def references_of_person(connection: Connection, field: str, value: str) -> list[str]:
    """Dossiers whose answers, now or earlier, have this value. Read one by one: the database may have them closed."""
    earlier = select(revisions.c.dossier_id, revisions.c.answers)
    before = {number for number, answers in streamed(connection, earlier) if answers.get(field) == value}
    now = select(dossiers.c.id, dossiers.c.reference, dossiers.c.answers).order_by(dossiers.c.id)
    return [
        reference
        for number, reference, answers in streamed(connection, now)
        if number in before or answers.get(field) == value
    ]


def drafts_of_person(connection: Connection, fields: Collection[str], value: str) -> list[int]:
    """Drafts not sent yet, with this value as typed or as the address of their letters."""
    unsent = select(drafts.c.id, drafts.c.address, drafts.c.typed).where(drafts.c.sent_reference.is_(None))
    return [
        number
        for number, address, typed in streamed(connection, unsent.order_by(drafts.c.id))
        if address == value or any(typed.get(field, [])[:1] == [value] for field in fields)
    ]


def unchanged_since(connection: Connection, kind: str, statuses: Collection[str], before: datetime) -> Iterator[str]:
    """References of dossiers not erased yet whose last event, looks apart, is older."""
    changed = (events.c.dossier_id == dossiers.c.id) & events.c.kind.not_in(LOOKS)
    last: ColumnElement[Any] = select(func.max(events.c.at)).where(changed).scalar_subquery()
    due = (dossiers.c.kind == kind) & dossiers.c.status.in_(statuses) & dossiers.c.erased_at.is_(None)
    wanted = select(dossiers.c.reference).where(due & (last < before)).order_by(dossiers.c.id)
    yield from connection.execute(wanted).scalars()


def drop_lists(connection: Connection) -> list[str]:
    """Ready lists for officers may name what was erased: their files, which may go once this is committed."""
    made = exports.c.file_id.is_not(None)
    gone = list(connection.execute(select(exports.c.file_id).where(made)).scalars())
    connection.execute(update(exports).where(made).values(file_id=None))
    return gone


def overwrite_traces(engine: Engine, names: bool = False) -> None:
    """What SQLite's log still holds of pages as they were goes now; PostgreSQL's own vacuum frees its old rows.

    With `names` also what the index of the search keeps of names that were taken out of it.
    """
    if names:
        forget_names(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint does not run inside a transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {', '.join(table.name for table in VACUUMED)}")


VACUUMED = (dossiers, drafts, attachments, events, outbox, queue, *ALWAYS_DELETED[:1], supplements, payees, slips)
