"""The desk on a fresh database, with money: `desk` on SQLite, `either_desk` on SQLite and PostgreSQL in turn."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.storage.engine import open_engine
from processor.storage.schema import migrate
from tests.desk import DeskClock, desk_on, with_envelope


@pytest.fixture
def desk_clock() -> DeskClock:
    return DeskClock()


@pytest.fixture(scope="session")
def prepared_desk(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """A database that is migrated and has its envelope, to be copied."""
    folder = tmp_path_factory.mktemp("desk")
    migrated(f"sqlite:///{folder / 'desk.db'}")
    with desk_on(f"sqlite:///{folder / 'desk.db'}", folder, catalogue, DeskClock()) as wired:
        with_envelope(wired)
    return folder / "desk.db"


@pytest.fixture
def desk(prepared_desk: Path, tmp_path: Path, catalogue: Catalogue, desk_clock: DeskClock) -> Iterator[Wired]:
    copy = shutil.copy(prepared_desk, tmp_path / "desk.db")
    with desk_on(f"sqlite:///{copy}", tmp_path, catalogue, desk_clock) as wired:
        yield wired


@pytest.fixture
def either_desk(database_url: str, tmp_path: Path, catalogue: Catalogue, desk_clock: DeskClock) -> Iterator[Wired]:
    with desk_on(database_url, tmp_path, catalogue, desk_clock) as wired:
        yield with_envelope(wired)


def migrated(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
