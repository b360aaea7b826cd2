"""The index of names follows the rows of the queue, and forgets."""

from pathlib import Path

import pytest

from processor.domain.vietnamese import fold
from processor.services.appraisal.views import search_words
from processor.storage.desk import search
from processor.storage.desk.queue import QueueFilter, queue_lines, rename
from processor.storage.desk.search import forget_names, not_found, take_names
from processor.storage.engine import Engine, open_engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.schema import migrate
from processor.storage.writer import Writer
from tests.factories import an_intake

RARE = "Xvjq Wkzp"
CHECK = "INSERT INTO queue_names (queue_names, rank) VALUES ('integrity-check', 1)"


def named(engine: Engine, store: FileStore, name: str) -> int:
    number = Writer(engine, store).write(an_intake(organisation_name=name))
    with writing(engine) as connection:
        rename(connection, number, fold(name))
    return number


def found(engine: Engine, typed: str) -> list[int]:
    with reading(engine) as connection:
        return [line.dossier_id for line in queue_lines(connection, QueueFilter(words=search_words(typed)))]


def test_a_new_name_is_found_and_the_one_before_is_not(engine: Engine, store: FileStore) -> None:
    number = named(engine, store, "HTX Vải thiều")

    with writing(engine) as connection:
        rename(connection, number, fold("HTX Bưởi ngọt"))

    assert found(engine, "buoi ngot") == [number]
    assert found(engine, "vai thieu") == []


def test_a_transaction_that_fails_leaves_the_name_as_it_was(engine: Engine, store: FileStore) -> None:
    number = named(engine, store, "HTX Vải thiều")

    with pytest.raises(RuntimeError), writing(engine) as connection:
        rename(connection, number, fold("HTX Bưởi ngọt"))
        raise RuntimeError

    assert (found(engine, "vai thieu"), found(engine, "buoi ngot")) == ([number], [])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hotro.db"


@pytest.fixture
def on_sqlite(file: Path) -> Engine:
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    return engine


def test_of_a_name_that_was_taken_no_sign_is_left_in_the_index(on_sqlite: Engine, store: FileStore) -> None:
    number = named(on_sqlite, store, RARE)
    for other in range(20):
        named(on_sqlite, store, f"HTX {other}")
    with writing(on_sqlite) as connection:
        take_names(connection, [number])
        connection.exec_driver_sql("DELETE FROM queue WHERE dossier_id = ?", (number,))
    before = blocks_with(on_sqlite, b"xvj", b"wkz")

    forget_names(on_sqlite)

    assert before and blocks_with(on_sqlite, b"xvj", b"wkz") == 0
    with writing(on_sqlite) as connection:
        connection.exec_driver_sql(CHECK)


def blocks_with(engine: Engine, *parts: bytes) -> int:
    with reading(engine) as connection:
        blocks = connection.exec_driver_sql("SELECT block FROM queue_names_data").scalars()
        return sum(any(part in block for part in parts) for block in blocks)


def test_forgetting_goes_on_a_part_at_a_time_until_nothing_is_left_to_do(
    on_sqlite: Engine, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGES_AT_ONCE", 1)
    for other in range(300):
        named(on_sqlite, store, f"HTX {fold(chr(97 + other % 26) * 5)} {other * 7919}")
    gone = named(on_sqlite, store, RARE)
    with writing(on_sqlite) as connection:
        take_names(connection, [gone])

    forget_names(on_sqlite)

    assert blocks_with(on_sqlite, b"xvj", b"wkz") == 0


def test_a_name_that_the_index_does_not_have_is_told(on_sqlite: Engine, store: FileStore) -> None:
    named(on_sqlite, store, 'HTX "Vải" 100% *')
    number = named(on_sqlite, store, RARE)

    with writing(on_sqlite) as connection:
        whole = not_found(connection)
        take_names(connection, [number])

        assert (whole, not_found(connection)) == (0, 1)
