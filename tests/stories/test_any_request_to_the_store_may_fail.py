"""Whichever request to the object store fails, before it was done or after: nothing acknowledged is lost, no row lacks
its object, nothing stays on the machine, and the same again succeeds. Each request in turn, until one run meets none.
"""

import dataclasses
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.settings import Settings
from processor.storage.engine import open_engine, reading
from processor.storage.figures.tallier import Tallier
from processor.storage.files.attachments import StoreDown
from processor.storage.files.bucket import Bucket
from processor.storage.files.object_keys import owner_of
from processor.storage.tables.core import attachments, uploads
from processor.wiring import assemble
from tests.object_storage import ObjectServer
from tests.running import clients
from tests.stories.test_any_step_may_fail import AsSupplement, FromPage, FromProgram, InPieces, Intake, count

REQUESTS = ("put", "digest", "fetch", "copy", "remove", "objects", "size")


class Requests:
    """Of every bucket; one of them fails when the test says so."""

    def __init__(self, patch: pytest.MonkeyPatch, done_all_the_same: bool) -> None:
        self.done_all_the_same = done_all_the_same
        self.fails = 0
        self.taken: list[str] = []
        self.counting = False
        self.lock = threading.Lock()
        for name in REQUESTS:
            patch.setattr(Bucket, name, self._watched(getattr(Bucket, name), name))

    @contextmanager
    def failing(self, number: int) -> Iterator[None]:
        """The request of that number, counted from 1."""
        self.fails, self.taken, self.counting = number, [], True
        try:
            yield
        finally:
            self.counting = False

    @property
    def failed(self) -> str:
        return self.taken[self.fails - 1] if len(self.taken) >= self.fails else ""

    def _is_turn(self, name: str) -> bool:
        with self.lock:
            if self.counting:
                self.taken.append(name)
            return self.counting and len(self.taken) == self.fails

    def _watched(self, act: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watched(bucket: Bucket, *given: Any) -> Any:
            if not self._is_turn(name):
                return act(bucket, *given)
            if self.done_all_the_same:
                act(bucket, *given)
            raise StoreDown("store_failed", bucket.where, name)

        return watched


@pytest.fixture
def application(
    database_url: str, tmp_path: Path, built_site: Path, catalogue: Catalogue, object_server: ObjectServer
) -> Iterator[Wired]:
    engine = open_engine(database_url)
    given: dict[str, Any] = {"attachments_url": object_server.fresh(), **object_server.settings}
    settings = Settings(clamd_url="none", data=tmp_path / "var", site=built_site, abuse_limits="off", **given)
    settings.data.mkdir()
    wired = assemble(settings, catalogue, engine, lambda: datetime.now(UTC))
    yield dataclasses.replace(wired, tallier=Tallier(engine, 3600))
    engine.dispose()


WAYS: list[object] = [
    ("postgresql", InPieces, True),
    *(
        pytest.param(database, way, done, marks=pytest.mark.long)
        for database, way, done in itertools.product(
            ("sqlite", "postgresql"), (FromProgram, FromPage, InPieces, AsSupplement), (False, True)
        )
        if (database, way, done) != ("postgresql", InPieces, True)
    ),
]


@pytest.mark.parametrize(("database_url", "way", "done_all_the_same"), WAYS, indirect=["database_url"])
def test_whichever_request_fails_nothing_is_half_done_and_the_same_again_succeeds(
    way: type[Intake],
    done_all_the_same: bool,
    application: Wired,
    built_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    requests = Requests(monkeypatch, done_all_the_same)
    with clients(application, built_site) as client:
        intake = way(application, client, tmp_path)
        for number in itertools.count(1):
            given = intake.prepare(number)
            before = count(application, intake)
            with requests.failing(number):
                last = intake.act(given)[-1]
            assert last.status_code < 300 or (last.status_code, last.headers["retry-after"]) == (503, "120")
            assert last.status_code < 300 or requests.failed, last.text
            assert_nothing_half_done(application, requests)
            if not requests.failed:
                break
            assert all(one.status_code < 300 for one in intake.again(given)), requests.failed
            assert count(application, intake) - before == intake.rows_each

        assert number > 2
        assert verify(application).problems == []


def assert_nothing_half_done(wired: Wired, requests: Requests) -> None:
    """What could not be removed is left to the sweep."""
    assert list(wired.settings.spool.iterdir()) == [], requests.failed
    sweep_orphans(wired, -1)
    with reading(wired.engine) as connection:
        named = set(connection.execute(select(attachments.c.id)).scalars())
        arriving = set(connection.execute(select(uploads.c.id)).scalars())
    objects = Bucket(wired.settings.attachments, wired.settings.object_access).objects()
    stored = {owner_of(one.key) for one in objects}
    assert named <= stored <= named | arriving, requests.failed
