"""Fixtures of the whole application: the site built once, the parts wired on a fresh folder, a client."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.publish.build import build_site
from processor.services.parts import Wired
from processor.settings import ROOT, Settings
from processor.storage.engine import open_engine
from processor.storage.schema import migrate
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import assemble

URL = "http://127.0.0.1:8000"


class MovedClock:
    """The real time, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all processes of the suite."""
    of_all = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_all = of_all.parent
    folder = of_all / "built-site"
    with (of_all / "built-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            build_site(ROOT, folder)
    return folder


@pytest.fixture
def moved_clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated, to be copied: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty")
    engine = open_engine(f"sqlite:///{folder / 'hotro.db'}")
    migrate(engine)
    engine.dispose()
    return folder / "hotro.db"


@pytest.fixture
def wired(
    tmp_path: Path, built_site: Path, moved_clock: MovedClock, catalogue: Catalogue, empty_database: Path
) -> Iterator[Wired]:
    with wired_in(tmp_path, built_site, catalogue, empty_database, moved_clock) as parts:
        yield parts


@contextmanager
def wired_in(
    folder: Path, built_site: Path, catalogue: Catalogue, empty_database: Path, clock: MovedClock
) -> Iterator[Wired]:
    """The parts on a migrated database of their own."""
    settings = Settings(clamd_url="none", data=folder / "var", site=built_site)
    settings.data.mkdir()
    shutil.copy(empty_database, settings.data / "hotro.db")
    parts = assemble(settings, catalogue, open_engine(settings.database), clock)
    yield parts
    parts.engine.dispose()


@pytest.fixture
def client(wired: Wired, built_site: Path) -> Iterator[TestClient]:
    app = create_app(wired, Site(built_site))
    with TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made
