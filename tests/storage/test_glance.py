"""A connection that stays open for a few rows by key: one moment each time, and nobody is held up by it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from processor.domain.errors import NotFound, Unavailable
from processor.storage.engine import Connection, Engine, open_engine
from processor.storage.files.attachments import FileStore
from processor.storage.glance import glancing
from processor.storage.question import Question
from processor.storage.tables.core import dossiers
from processor.storage.writer import Writer
from tests.factories import an_intake

COUNT = Question(select(func.count()).select_from(dossiers), int)


@pytest.fixture
def file_engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'test.db')}")
    yield engine
    engine.dispose()


def kept(connection: Connection) -> tuple[int | None, int]:
    """Asked of the driver, and through SQLAlchemy."""
    return COUNT.first(connection), connection.execute(select(func.count()).select_from(dossiers)).scalar_one()


def seen(engine: Engine) -> tuple[int | None, int]:
    with glancing(engine) as connection:
        return kept(connection)


def open_files() -> list[str]:
    found = list[str]()
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with suppress(FileNotFoundError):  # that of the listing itself
            found.append(str(Path("/proc/self/fd", number).readlink()))
    return found


def test_a_glance_sees_one_moment_and_the_next_one_what_was_written_since(
    file_engine: Engine, store: FileStore
) -> None:
    writer = Writer(file_engine, store)
    with glancing(file_engine) as connection:
        first = kept(connection)
        writer.write(an_intake())
        assert kept(connection) == first == (0, 0)

    assert seen(file_engine) == (1, 1)
    with glancing(file_engine) as again:
        assert COUNT.first(again) == 1 and again is connection


def test_who_comes_while_another_looks_does_not_wait(file_engine: Engine) -> None:
    found: list[tuple[int | None, int]] = []
    with glancing(file_engine):
        other = threading.Thread(target=lambda: found.append(seen(file_engine)))
        other.start()
        other.join(10)

    assert found == [(0, 0)]


def test_a_refusal_or_a_fault_costs_only_its_own_glance(file_engine: Engine, store: FileStore) -> None:
    for fault in (NotFound("status_not_found"), ZeroDivisionError()):
        with pytest.raises(type(fault)), glancing(file_engine) as connection:
            kept(connection)
            raise fault
    Writer(file_engine, store).write(an_intake())

    assert seen(file_engine) == (1, 1)


def test_connections_that_are_let_go_meanwhile_are_renewed_by_the_next(file_engine: Engine, store: FileStore) -> None:
    with glancing(file_engine) as connection:
        file_engine.dispose()  # a job does, once it has counted what the planner wants to know
        assert kept(connection) == (0, 0)
    Writer(file_engine, store).write(an_intake())

    assert seen(file_engine) == (1, 1)
    with glancing(file_engine) as renewed:
        assert renewed is not connection


def test_of_an_engine_that_is_let_go_no_file_stays_open(file_engine: Engine) -> None:
    seen(file_engine)

    file_engine.dispose()

    assert not [place for place in open_files() if place.startswith(str(file_engine.url.database))]


def test_after_trouble_of_the_database_another_connection_is_taken(file_engine: Engine) -> None:
    with glancing(file_engine) as before:
        kept(before)
    missing = Question(select(func.no_such_function()), int)
    with pytest.raises(Unavailable, match="unavailable"), glancing(file_engine) as connection:
        missing.first(connection)

    with glancing(file_engine) as after:
        assert COUNT.first(after) == 0 and after is not before
