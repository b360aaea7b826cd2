"""A database with data from each earlier schema is brought to the newest, and read; or stays what it was."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.appraisal import open_dossier
from processor.services.following.tracking import track
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.settings import ROOT, Settings
from processor.storage.dossiers.dossiers import every_dossier
from processor.storage.engine import Engine, open_engine, reading
from processor.storage.files.attachments import FileStore
from processor.storage.officers.officers import officer_named
from processor.storage.schema import current, migrate
from processor.wiring import SystemClock, assemble
from tests.old_schemas import CODE, REVISIONS, TOKEN, Old, filled_at
from tests.schema_shape import is_current
from tests.submissions import DOSSIER

STATEMENTS = (12, 60)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that holds nothing at all."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    found: str = request.getfixturevalue("postgres").without_tables()
    return found


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def kept(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "var" / "attachments")


def opened(empty: Engine, url: str, tmp_path: Path, catalogue: Catalogue) -> Wired:
    return assemble(
        Settings(clamd_url="none", data=tmp_path / "var", database_url=url), catalogue, empty, SystemClock()
    )


def stands(engine: Engine) -> tuple[Any, list[str], list[Any]]:
    """Revision, tables and dossiers."""
    with reading(engine) as connection:
        tables = sorted(inspect(connection).get_table_names())
        rows = connection.exec_driver_sql("SELECT id, reference, answers, revision FROM dossiers").all()
        return current(connection), tables, [tuple(row) for row in rows]


@pytest.mark.parametrize("revision", REVISIONS)
def test_data_of_each_schema_is_read_by_this_program(
    revision: str, empty: Engine, url: str, kept: FileStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    old: Old = filled_at(empty, revision, kept, catalogue.form(DOSSIER))

    migrate(empty)

    wired = opened(empty, url, tmp_path, catalogue)
    verified, seen = verify(wired), track(wired, old.reference, CODE)
    assert is_current(empty)
    assert (verified.dossiers, verified.attachments, verified.problems) == (1, 1, [])
    assert seen.dossier.reference == old.reference and [one.id for one in seen.dossier.attachments] == [old.file_id]
    assert open_dossier(wired, old.reference).dossier.organisation_name == "Hợp tác xã Ví dụ"
    assert open_draft(wired, TOKEN).typed == {"organisation_name": ["Hợp tác xã Ví dụ"]}
    with reading(empty) as connection:
        assert officer_named(connection, "can-bo-cu") is not None
        assert len(list(every_dossier(connection))) == 1


@pytest.mark.parametrize("statements", STATEMENTS)
def test_a_migration_killed_in_the_middle_leaves_what_was_and_can_be_done_again(
    statements: int, empty: Engine, url: str, kept: FileStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled_at(empty, REVISIONS[0], kept, catalogue.form(DOSSIER))
    before = stands(empty)
    empty.dispose()

    killed = subprocess.run([sys.executable, "-m", "tests.old_schemas", url, str(statements)], cwd=ROOT, check=False)
    after = stands(empty)
    migrate(empty)

    assert killed.returncode == -9
    assert after == before and before[0] == REVISIONS[0]
    assert is_current(empty) and verify(opened(empty, url, tmp_path, catalogue)).problems == []
