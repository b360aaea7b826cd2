"""Fixtures of the whole application: the site built once, the parts wired on a fresh folder, a client."""

import shutil
from collections.abc import Iterator
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
    folder = tmp_path_factory.mktemp("built") / "site"
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
    settings = Settings(data=tmp_path / "var", site=built_site)
    settings.data.mkdir()
    shutil.copy(empty_database, settings.data / "hotro.db")
    parts = assemble(settings, catalogue, open_engine(settings.database), moved_clock)
    yield parts
    parts.engine.dispose()


@pytest.fixture
def client(wired: Wired, built_site: Path) -> Iterator[TestClient]:
    app = create_app(wired, Site(built_site))
    with TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made
