"""What deploy/install.sh does with the database around an upgrade, on SQLite and PostgreSQL."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from deploy.upgrade import bring_back, keep, state
from processor.domain.backup import BackupFault
from processor.settings import Settings
from processor.storage.engine import open_engine, reading, writing


def run(url: str, *statements: str) -> None:
    engine = open_engine(url)
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def marks_in(url: str) -> set[str]:
    engine = open_engine(url)
    with reading(engine) as connection:
        found = set(connection.execute(text("SELECT name FROM marks")).scalars())
    engine.dispose()
    return found


def tables_in(url: str) -> list[str]:
    engine = open_engine(url)
    with reading(engine) as connection:
        found = inspect(connection).get_table_names()
    engine.dispose()
    return found


MARK = "INSERT INTO marks (name, value) VALUES ('{}', 'x')"


def test_what_was_kept_comes_back_and_what_came_after_is_gone(database_url: str, tmp_path: Path) -> None:
    chosen = Settings(database_url=database_url)
    run(database_url, MARK.format("before"))
    keep(chosen, tmp_path / "kept")
    run(database_url, MARK.format("after"), "CREATE TABLE newer (a integer)")

    bring_back(chosen, tmp_path / "kept")

    assert "before" in marks_in(database_url) and "after" not in marks_in(database_url)
    assert "newer" not in tables_in(database_url)
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ("SELECT 1", "current"),
        ("UPDATE alembic_version SET version_num = '0001'", "older"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer"),
        ("DELETE FROM alembic_version", "missing"),
    ],
)
def test_how_old_the_database_is_for_this_program(change: str, seen: str, database_url: str) -> None:
    run(database_url, change)

    assert state(Settings(database_url=database_url)) == seen


def test_a_database_that_is_not_there_yet_is_missing_and_is_not_made(tmp_path: Path) -> None:
    assert state(Settings(data=tmp_path)) == "missing"
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_copy_is_refused_before_anything_is_lost(empty_database: Path, tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path)
    (tmp_path / "hotro.db").write_bytes(empty_database.read_bytes())
    (tmp_path / "kept").write_bytes(b"khong phai ban chep")

    with pytest.raises(BackupFault, match="Không chép được"):
        bring_back(chosen, tmp_path / "kept")

    assert state(chosen) == "current"
