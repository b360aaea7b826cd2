"""Fixtures shared by all tests. `engine` is SQLite and PostgreSQL in turn."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import settings

from processor.console import LOG_STEPS
from processor.domain.catalogue import Catalogue
from processor.services.access import hashing
from processor.settings import ROOT
from processor.storage.at_rest.key import Seal
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.engine import Engine, open_engine
from processor.storage.files.arriving import ArrivingFiles
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.files.bucket import Bucket
from processor.storage.files.object_store import ObjectStore
from tests.postgres import Postgres, running_postgres

# A busy disk makes thousands of small transactions wait. What reaches the disk, and when, is seen by strace.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 8 * 1024**3:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

# Nothing in the suite is timed: a busy machine is no fault of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

structlog.configure(processors=[*LOG_STEPS, structlog.processors.JSONRenderer()])

# Nothing of what is read for the whole suite is garbage: see pytest_collection_finish.
gc.disable()

A_SEAL = Seal(bytes(range(32)))

pytest_plugins = [
    "tests.application",
    "tests.browser",
    "tests.clamd",
    "tests.mail",
    "tests.disks",
    "tests.backups",
    "tests.scanning",
    "tests.object_storage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first: at the end one worker would be busy with it and the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("minute") is None)


def pytest_collection_finish() -> None:
    """The thousands of tests stand till the end: looking for garbage among them took a third of the suite's time."""
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """In this process they are hashed at the least cost; the servers that tests start hash as shipped."""
    hashing.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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


@pytest.fixture(params=["in clear", "encrypted"])
def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "attachments", A_SEAL if request.param == "encrypted" else None)


@pytest.fixture(params=["files", "encrypted files", "objects", "encrypted objects"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AttachmentStore]:
    """Every kind of store; that of objects with its count on SQLite, which test_arriving has on both."""
    seal = A_SEAL if "encrypted" in request.param else None
    if "files" in request.param:
        yield FileStore(tmp_path / "attachments", seal)
        return
    bucket: Bucket = request.getfixturevalue("bucket")
    database = shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "arriving.db")
    engine = open_engine(f"sqlite:///{database}")
    yield ObjectStore(bucket, ArrivingFiles(engine), tmp_path / "spool", seal)
    engine.dispose()
