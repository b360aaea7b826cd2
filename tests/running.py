"""The whole application on any folder and database, and what its answers say to programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.engine import open_engine
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import assemble, wire
from tests.application import URL

JSON = {"accept": "application/json"}


@contextmanager
def running(site: Path, data: Path, **more: Any) -> Iterator[tuple[Wired, TestClient]]:
    """As the command starts it, without a reserve of the disk unless told."""
    told: dict[str, Any] = {"disk_reserve": 0, "clamd_url": "none"} | more
    wired = wire(Settings(data=data, site=site, **told))
    with clients(wired, site) as client:
        yield wired, client
    wired.engine.dispose()


@contextmanager
def impatient(site: Path, data: Path, url: str, catalogue: Catalogue) -> Iterator[tuple[Wired, TestClient]]:
    """Waits a fifth of a second for a lock, not ten."""
    settings = Settings(clamd_url="none", data=data, site=site, database_url=url)
    settings.data.mkdir(exist_ok=True)
    wired = assemble(settings, catalogue, open_engine(url, 200), lambda: datetime.now(UTC))
    with clients(wired, site) as client:
        yield wired, client
    wired.engine.dispose()


@contextmanager
def clients(wired: Wired, site: Path) -> Iterator[TestClient]:
    app = create_app(wired, Site(site), lambda wired: wired.writer.attended())
    with TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def told(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal that says when to come again."""
    assert answer.headers["retry-after"] == "120", answer.text
    return answer.status_code, answer.json()["code"]
