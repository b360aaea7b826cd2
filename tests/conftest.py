"""Fixtures shared by all tests. `engine` is SQLite and PostgreSQL in turn."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from processor.domain.catalogue import Catalogue
from processor.settings import ROOT
from processor.storage.attachments import FileStore
from processor.storage.definition_files import load_catalogue
from processor.storage.engine import Engine, open_engine
from tests.postgres import Postgres, running_postgres

# Nothing in the suite is timed: a busy machine is no fault of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

pytest_plugins = ["tests.application", "tests.browser", "tests.mail", "tests.disks"]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "forms")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[str]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(empty_database, tmp_path / 'test.db')}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.give_back(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "attachments")
