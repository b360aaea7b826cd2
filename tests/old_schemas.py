"""A database as an earlier version left it: its schema, with invented rows in the tables and columns it had then."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, insert, inspect, text

from processor.domain.access.credentials import new_access_code, secret_hash
from processor.domain.forms.definition import FormDefinition
from processor.storage.dossiers.definitions import Definitions
from processor.storage.engine import Engine, open_engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.schema import alembic_config, in_order, migrate
from processor.storage.tables.columns import metadata
from tests.factories import NOW, a_new_draft, an_attachment, an_intake

REVISIONS = sorted(
    (script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()), key=in_order
)
TOKEN, CODE = "duong-dan-vi-du", new_access_code()
OFFICER = {"name": "can-bo-cu", "role": "intake", "password_hash": "h", "disabled": False, "created_at": NOW}


@dataclass(frozen=True)
class Old:
    """The reference of its dossier and the id of that one's file."""

    reference: str
    file_id: str


def made_at(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def put_at(engine: Engine, revision: str) -> None:
    """As if a program of that age had been here."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def filled_at(engine: Engine, revision: str, store: FileStore, form: FormDefinition) -> Old:
    """A dossier with its file, log, place in the queue and notice; a draft; an officer."""
    made_at(engine, revision)
    Definitions(engine).register([form], NOW)
    incoming = store.receive()
    incoming.write(b"abc", 1000)
    digest = incoming.sha256
    (file_id,) = store.keep([incoming])
    file = an_attachment(id=file_id, sha256=digest)
    intake = an_intake(file, form_version=form.version, access_code_hash=secret_hash(CODE))
    draft = a_new_draft({"organisation_name": ["Hợp tác xã Ví dụ"]}, secret_hash(TOKEN), days=3650)
    row = {**vars(draft), "form_id": form.id, "form_version": form.version, "updated_at": NOW}
    with writing(engine) as connection:
        put(connection, "officers", OFFICER)
        put(connection, "drafts", row)
        put(connection, "dossiers", {"id": 1, **intake.dossier})
        for name, rows in rows_of(intake.attachments, intake.event, intake.queue, intake.notice):
            put(connection, name, {"dossier_id": 1, **rows})
    return Old(intake.dossier["reference"], file_id)


def rows_of(files: Any, event: Any, queue: Any, notice: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("attachments", file) for file in files)
    yield from (("events", event), ("queue", queue), ("outbox", notice))


def put(connection: Connection, name: str, row: Mapping[str, Any]) -> None:
    """What of it the table had at that time."""
    known = {column["name"] for column in inspect(connection).get_columns(name)}
    told = {column: value for column, value in row.items() if column in known}
    connection.execute(insert(metadata.tables[name]).values(told))


def migrate_until_killed(url: str, statements: int) -> None:
    """kill -9 of this process after so many statements of the migration."""
    engine, done = open_engine(url), 0

    @event.listens_for(engine, "after_cursor_execute")
    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    migrate(engine)


if __name__ == "__main__":
    migrate_until_killed(sys.argv[1], int(sys.argv[2]))
