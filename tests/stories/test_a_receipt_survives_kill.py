"""`kill -9` under load, round after round: what was acknowledged is there, with all its files, and nothing else is."""

import random
import time
from collections.abc import Sequence, Sized
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.bodies import bodies
from processor.domain.access.officer import Officer
from processor.domain.catalogue import Catalogue
from processor.domain.supplement import AskedItem
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import ask
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.engine import open_engine
from processor.storage.schema import migrate
from processor.wiring import SystemClock, assemble
from tests.factories import an_officer
from tests.ledger import Ledger, lost
from tests.object_storage import ObjectServer
from tests.postgres import Postgres
from tests.senders import at_work
from tests.served import Served
from tests.uploads import paper

ASKED = (AskedItem("contracts", "Không rõ", "Thiếu trang ký (ví dụ)"),)


class Killed:
    """Two servers on one database and one folder or bucket, the organisations that write to them, and the ledger of
    these."""

    def __init__(self, folder: Path, site: Path, url: str, catalogue: Catalogue, objects: ObjectServer | None) -> None:
        self.objects = objects
        given: dict[str, Any] = {"database_url": url, "secret_key": "chung" * 8}
        if objects:
            given |= {"attachments_url": objects.fresh(), **objects.settings}
        self.settings = Settings(clamd_url="none", data=folder / "data", site=site, abuse_limits="off", **given)
        self.settings.data.mkdir()
        self.catalogue = catalogue
        environment = {f"HOTRO_{name.upper()}": value for name, value in given.items()}
        # The first writes in a process of its own, where there is such a thing.
        self.servers = [
            Served(self.settings.data, site, **environment, HOTRO_WRITER_APART_FROM=apart) for apart in ("1", "0")
        ]
        self.ledger, self.seen = Ledger(), 0
        self.made = bodies(8, folder, file_bytes=15_000)
        self.paper = paper(folder)
        self.chance = random.Random(date.today().toordinal())
        with self.opened() as wired:
            self.officer: Officer = an_officer(wired.engine)

    def opened(self) -> "Opened":
        return Opened(self)

    def round(self, number: int, postgres: Postgres | None) -> None:
        """Every other with two servers; on PostgreSQL the database is struck too, now one process, now all."""
        running = self.servers[: 1 + number % 2]
        for server in running:
            server.begin()
        for server in running:
            server.wait()
        with at_work([server.url for server in running], self.ledger, self.made, self.paper):
            self.wait_for(self.ledger.receipts, *self.rarer(number))
            time.sleep(self.chance.uniform(0.0, 0.4))
            if postgres and number % 3:
                self.strike(postgres, number)
            if self.objects and number % 3 == 0:
                self.objects.stop()
                time.sleep(self.chance.uniform(0.0, 0.4))
            for server in running:
                server.kill()
        if postgres:
            self.mend(postgres, number)
        if self.objects and number % 3 == 0:
            self.objects.start()

    def strike(self, postgres: Postgres, number: int) -> None:
        if number % 3 == 2:
            postgres.stop()
        else:
            postgres.kill_a_backend(urlsplit(self.settings.database).path[1:])
            time.sleep(self.chance.uniform(0.0, 0.4))

    def mend(self, postgres: Postgres, number: int) -> None:
        if number % 3 == 2:
            postgres.start()
        postgres.wait()

    def rarer(self, number: int) -> Sequence[Sized]:
        """What a slow machine would not get done in any round: some rounds wait for it."""
        return {1: [self.ledger.files], 3: [self.ledger.answers]}.get(number % 5, [])

    def wait_for(self, *kinds: Sized) -> None:
        """Until one more of each is acknowledged."""
        before, until = [len(kind) for kind in kinds], time.monotonic() + 60
        while any(len(kind) == count for kind, count in zip(kinds, before, strict=True)):
            assert time.monotonic() < until, self.servers[0].log.read_text()
            time.sleep(0.01)

    def ask_the_newest(self, wired: Wired) -> None:
        """Two dossiers of this round, so that the next has something to answer."""
        self.ledger.asked[:] = self.ledger.receipts[self.seen :][-2:]
        self.seen = len(self.ledger.receipts)
        for receipt in self.ledger.asked:
            claim_dossier(wired, self.officer, receipt["reference"])
            take_step(wired, self.officer, receipt["reference"], "accept", Given())
            ask(wired, self.officer, receipt["reference"], ASKED)


class Opened:
    """The data in the test's own process, let go at the end: the next server finds what the killed one left."""

    def __init__(self, killed: Killed) -> None:
        engine = open_engine(killed.settings.database)
        migrate(engine)
        self.wired = assemble(killed.settings, killed.catalogue, engine, SystemClock())

    def __enter__(self) -> Wired:
        return self.wired

    def __exit__(self, *_: object) -> None:
        self.wired.engine.dispose()


ROUNDS: Sequence[object] = (
    ("sqlite", "files", 20),
    ("postgresql", "files", 10),
    pytest.param("sqlite", "files", 100, marks=pytest.mark.long),
    pytest.param("postgresql", "files", 100, marks=pytest.mark.long),
    pytest.param("sqlite", "objects", 20, marks=pytest.mark.long),
    pytest.param("postgresql", "objects", 20, marks=pytest.mark.long),
)


@pytest.mark.minute
@pytest.mark.parametrize(("database", "kept_in", "rounds"), ROUNDS)
def test_after_each_kill_all_that_was_acknowledged_is_there_and_nothing_else(
    database: str,
    kept_in: str,
    rounds: int,
    tmp_path: Path,
    built_site: Path,
    catalogue: Catalogue,
    request: pytest.FixtureRequest,
) -> None:
    postgres: Postgres | None = request.getfixturevalue("postgres") if database == "postgresql" else None
    url = postgres.fresh() if postgres else f"sqlite:///{tmp_path / 'data' / 'hotro.db'}"
    objects: ObjectServer | None = request.getfixturevalue("object_server") if kept_in == "objects" else None
    killed = Killed(tmp_path, built_site, url, catalogue, objects)

    missing = []
    for number in range(rounds):
        killed.round(number, postgres)
        with killed.opened() as wired:
            missing += [f"round {number}: {one}" for one in lost(killed.ledger, wired)]
            killed.ask_the_newest(wired)

    ledger = killed.ledger
    assert missing == ledger.refused == []
    assert len(ledger.receipts) >= rounds and ledger.drafts and ledger.pieces and ledger.files and ledger.answers
