"""Machines are killed, restarted in turn and upgraded while senders write through nginx: nobody loses anything."""

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from bench.bodies import PATH, bodies
from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import add_officer
from processor.services.proof.verification import verify
from processor.settings import ROOT
from processor.storage.engine import open_engine, reading
from processor.storage.schema import current, newest
from tests.checkouts import a_checkout, with_addition
from tests.ledger import Ledger, lost
from tests.object_storage import ObjectServer
from tests.postgres import Postgres
from tests.replicas import Replicas, replicas
from tests.senders import MULTIPART, Keyed, SureDossiers, SurePages, SurePieces, Unfailing, at_work
from tests.served import Served
from tests.signing_in import PASSWORD, type_password
from tests.sockets import head, raw_client
from tests.uploads import paper
from tests.web.test_officer import step

ASKING = 16
WAITING = """
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%'
"""


class Loaded:
    """The office, what senders send, and what was acknowledged to them."""

    def __init__(self, office: Replicas, folder: Path) -> None:
        self.office, self.ledger = office, Ledger()
        self.made = bodies(6, folder, file_bytes=15_000)
        self.paper = paper(folder)

    @contextmanager
    def under(self, *kinds: type[Keyed] | type[Unfailing]) -> Iterator[None]:
        proxy = self.office.proxy
        with at_work([proxy.url], self.ledger, self.made, self.paper, kinds, proxy.trust):
            yield

    def await_receipts(self, more: int) -> None:
        wanted, until = len(self.ledger.receipts) + more, time.monotonic() + 120
        while len(self.ledger.receipts) < wanted:
            assert time.monotonic() < until and not self.ledger.refused, self.ledger.refused
            time.sleep(0.02)

    def dossiers(self) -> int:
        with self.office.opened() as wired:
            return verify(wired).dossiers

    def faults(self) -> list[str]:
        """Of the data, held against what was acknowledged."""
        with self.office.opened() as wired:
            return [*self.ledger.refused, *lost(self.ledger, wired)]


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, built_site: Path, postgres: Postgres, object_server: ObjectServer
) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("machines"), built_site, postgres, object_server) as running:
        yield running


@pytest.fixture
def loaded(office: Replicas, tmp_path: Path) -> Loaded:
    return Loaded(office, tmp_path)


def test_a_machine_is_killed_and_nothing_acknowledged_is_lost(loaded: Loaded) -> None:
    office, ledger = loaded.office, loaded.ledger
    struck = office.servers[0]
    before = loaded.dossiers()
    with loaded.under(Keyed, Keyed, Keyed, Keyed):
        office.await_requests(struck)
        loaded.await_receipts(3)
        struck.kill()
        loaded.await_receipts(8)
    with office.client() as client:
        repeated = [
            client.post(PATH, content=body, headers=MULTIPART | {"Idempotency-Key": key})
            for key, (body, _) in ledger.keyed.items()
        ]
    struck.start()

    assert [one.status_code for one in repeated] == [200] * len(ledger.keyed)
    assert [one.json() for one in repeated] == [receipt for _, receipt in ledger.keyed.values()]
    assert len({receipt["reference"] for receipt in ledger.receipts}) == len(ledger.keyed) == loaded.dossiers() - before
    assert loaded.faults() == []


def test_while_machines_restart_in_turn_no_request_fails(loaded: Loaded) -> None:
    office = loaded.office
    with loaded.under(SureDossiers, SureDossiers, SurePieces, SurePages):
        for server in office.servers:
            loaded.await_receipts(2)
            server.stop()
            server.start()
            office.await_requests(server)

    assert loaded.faults() == []
    assert len(loaded.ledger.receipts) >= 6 and loaded.ledger.files


def test_whoever_has_connected_before_the_end_is_answered(office: Replicas) -> None:
    server = office.servers[1]
    with raw_client(server.port) as early, ThreadPoolExecutor(ASKING) as pool:
        asking = [pool.submit(asked_until_refused, server.port) for _ in range(ASKING)]
        assert server.process
        server.process.send_signal(signal.SIGTERM)
        told = [status for one in asking for status in one.result(60)]
        early.send(head("/healthz", method="GET"))
        answered = early.reply().status
        server.process.wait(60)
    server.start()

    assert answered == 200 and set(told) == {200}


def asked_until_refused(port: int) -> list[int]:
    """What a new connection each time was answered; 0 is one that was taken and cut."""
    told = list[int]()
    while True:
        try:
            with raw_client(port) as client:
                client.send(head("/healthz", method="GET"))
                told.append(client.reply().status)
        except ConnectionRefusedError:
            return told


@pytest.mark.long
def test_a_newer_version_adds_to_the_schema_while_the_older_one_serves(
    loaded: Loaded, catalogue: Catalogue, tmp_path: Path
) -> None:
    office = loaded.office
    newer = Newer(office, with_addition(a_checkout(tmp_path / "newer")))
    engine = open_engine(office.database)
    with loaded.under(SureDossiers, SurePages), claiming(loaded) as claims:
        loaded.await_receipts(2)
        with engine.connect() as reader, newer.served.begun("migrate") as migrating:
            # A report that takes long: the step cannot have the table, and nobody may wait behind it.
            reader.execute(text("SELECT COUNT(*) FROM dossiers"))
            await_waiting(engine.url.render_as_string(hide_password=False), migrating)
            loaded.await_receipts(6)
            reader.rollback()
            assert migrating.wait(60) == 0
        with reading(engine) as connection:
            schema = current(connection)
        loaded.await_receipts(4)
        office.servers[2].stop()
        office.servers[2].start()
        office.servers[0].stop()
        newer.served.start()
        office.await_requests(newer.served)
        loaded.await_receipts(4)
    newer.served.stop()
    office.servers[0].start()
    engine.dispose()

    assert schema == newer.revision != newest()
    assert loaded.faults() == [] and claims and set(claims) == {303}
    assert httpx2.get(f"{office.servers[1].url}/readyz").status_code == 200


class Newer:
    """The program of another checkout, in the place of the first machine."""

    def __init__(self, office: Replicas, checkout: Path) -> None:
        old = office.servers[0]
        for compiled in (ROOT / "processor").rglob("__pycache__"):
            shutil.copytree(compiled, checkout / compiled.relative_to(ROOT))
        site = shutil.copytree(office.site, checkout / "site")
        (site / "csp.txt").touch()  # built after the sources of the checkout
        self.served = Served(old.data, site)
        self.served.environment = {**old.environment, "HOTRO_SITE": str(site)}
        self.served.port, self.served.url, self.served.root = old.port, old.url, checkout
        (added,) = (checkout / "processor/storage/migrations/versions").glob("*_later.py")
        self.revision = added.name.partition("_")[0]


def await_waiting(url: str, migrating: "subprocess.Popen[bytes]") -> None:
    """Until the step stands before the table."""
    engine = open_engine(url)
    until = time.monotonic() + 60
    while True:
        with reading(engine) as connection:
            if connection.execute(text(WAITING)).scalar_one():
                break
        assert time.monotonic() < until and migrating.poll() is None
        time.sleep(0.05)
    engine.dispose()


@contextmanager
def claiming(loaded: Loaded) -> Iterator[list[int]]:
    """An officer at the second machine who takes whatever comes, and what that was answered."""
    told, stopping = list[int](), threading.Event()
    with loaded.office.opened() as wired:
        add_officer(wired, "nhan-khi-nang-cap", "intake", PASSWORD)
    server = loaded.office.servers[1]

    def take() -> None:
        with httpx2.Client(base_url=server.url, timeout=60) as client:
            type_password(client, "nhan-khi-nang-cap")
            while not stopping.wait(0.05):
                for receipt in loaded.ledger.receipts[len(told) :][:1]:
                    told.append(step(client, receipt["reference"], "nhan").status_code)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield told
    finally:
        stopping.set()
        thread.join(60)
