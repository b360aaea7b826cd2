"""The same sending comes several times at once, at two servers on one database. On both databases."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.settings import Settings
from processor.storage.engine import open_engine
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import assemble
from tests.application import URL
from tests.desk import at_once
from tests.submissions import API, DOSSIER, answers, papers, stored_files

TIMES = 6


class Pair(NamedTuple):
    clients: list[TestClient]
    wired: Wired


@pytest.fixture
def servers(database_url: str, tmp_path: Path, catalogue: Catalogue, built_site: Path) -> Iterator[Pair]:
    settings = Settings(clamd_url="none", data=tmp_path / "var", site=built_site)
    settings.data.mkdir()
    with ExitStack() as running:
        parts = [assemble(settings, catalogue, open_engine(database_url), lambda: datetime.now(UTC)) for _ in range(2)]
        clients = [running.enter_context(TestClient(create_app(one, Site(built_site)), URL)) for one in parts]
        yield Pair(clients, parts[0])


def test_one_sending_that_comes_many_times_at_once_is_one_dossier_with_one_receipt(
    servers: Pair, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    told, files, key = answers(form), papers(form, tmp_path), {"Idempotency-Key": "may-tinh-1-lan-9"}

    sendings = [partial(at.post, API, data=told, files=files, headers=key) for at in servers.clients * (TIMES // 2)]
    replies = at_once(sendings)

    assert Counter(reply.status_code for reply in replies) == {201: 1, 200: TIMES - 1}
    assert len({reply.text for reply in replies}) == 1
    assert verify(servers.wired).dossiers == 1
    assert len(stored_files(servers.wired.settings.data)) == len(files)
