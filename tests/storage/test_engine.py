"""SQLite as it must be set for a receipt to be true; what reading sees while others write, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from processor.storage.engine import Engine, open_engine, reading, snapshot, writing


def sqlite(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder / 'a.db'}")


def test_every_connection_has_full_sync_a_journal_ahead_and_foreign_keys(tmp_path: Path) -> None:
    engine = sqlite(tmp_path)
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete", "trusted_schema")

    with reading(engine) as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    engine.dispose()
    assert found == ["wal", 2, 1, 10_000, 1, 0]


def test_a_writing_transaction_takes_its_lock_before_it_reads(tmp_path: Path) -> None:
    engine = sqlite(tmp_path)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: statements.append(statement))

    with writing(engine) as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()

    assert statements == ["BEGIN IMMEDIATE", "SELECT 1"]


def test_a_snapshot_does_not_see_what_is_written_meanwhile(engine: Engine) -> None:
    with snapshot(engine) as before:
        first = before.execute(text("SELECT COUNT(*) FROM marks")).scalar_one()
        with writing(engine) as other:
            other.execute(text("INSERT INTO marks (name, value) VALUES ('vi-du', '1')"))
        again = before.execute(text("SELECT COUNT(*) FROM marks")).scalar_one()

    with reading(engine) as after:
        assert (first, again, after.execute(text("SELECT COUNT(*) FROM marks")).scalar_one()) == (0, 0, 1)


def test_an_error_of_the_database_names_no_value_of_its_statement(engine: Engine) -> None:
    asked = text("INSERT INTO there_is_no_such_table VALUES (:value)")

    with pytest.raises(DBAPIError) as refused, engine.connect() as connection:
        connection.execute(asked, {"value": "chữ của người gửi"})

    assert "there_is_no_such_table" in str(refused.value) and "người gửi" not in str(refused.value)
