"""What is asked without end is asked of SQLite's driver, and tells what SQLAlchemy would."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, event, select

from processor.domain.errors import Unavailable
from processor.storage.engine import Engine, open_engine, reading
from processor.storage.files.attachments import FileStore
from processor.storage.question import Question
from processor.storage.tables.core import dossiers, outbox
from processor.storage.writer import Writer
from tests.conftest import A_SEAL
from tests.factories import NOW, an_intake

WANTED = (dossiers.c.id, dossiers.c.received_at, dossiers.c.answers, dossiers.c.official_code)
BY_REFERENCE = Question(
    select(*WANTED).where(dossiers.c.reference == bindparam("reference"), dossiers.c.kind == bindparam("kind")),
    lambda *columns: columns,
)


@pytest.fixture(params=["in clear", "encrypted"])
def either_engine(request: pytest.FixtureRequest, database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url, seal=A_SEAL if request.param == "encrypted" else None)
    yield engine
    engine.dispose()


def test_a_row_comes_as_python_holds_it(either_engine: Engine, store: FileStore) -> None:
    intake = an_intake()
    number = Writer(either_engine, store).write(intake)

    with reading(either_engine) as connection:
        found = BY_REFERENCE.first(connection, kind="dossier", reference=intake.dossier["reference"])
        none = BY_REFERENCE.first(connection, reference="HT-2222-2222-2222", kind="dossier")

    assert found == (number, NOW, intake.dossier["answers"], None)
    assert none is None


@pytest.fixture
def file_engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    """SQLite alone."""
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'test.db')}", busy_milliseconds=100)
    yield engine
    engine.dispose()


def test_questions_of_one_reading_see_one_moment(file_engine: Engine, store: FileStore) -> None:
    engine = file_engine
    every = Question(select(outbox.c.id), int)
    with reading(engine) as connection:
        before = every.all(connection)
        Writer(engine, store).write(an_intake())
        after = every.all(connection)

    assert before == after == []


def test_whoever_listens_hears_what_is_asked(engine: Engine) -> None:
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda connection, cursor, text, *rest: heard.append(text))

    with reading(engine) as connection:
        BY_REFERENCE.first(connection, reference="HT-2222-2222-2222", kind="dossier")

    assert any("WHERE dossiers.reference" in text for text in heard)


def test_a_database_that_fails_is_named_as_such(file_engine: Engine) -> None:
    with sqlite3.connect(str(file_engine.url.database)) as other:
        other.execute("DROP TABLE outbox")
    other.close()

    with pytest.raises(Unavailable), reading(file_engine) as connection:
        Question(select(outbox.c.id), int).all(connection)
