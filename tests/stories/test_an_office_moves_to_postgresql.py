"""An office moves to PostgreSQL under its running server; the mover is killed twice. Nobody's receipt is lost."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from processor.domain.catalogue import Catalogue
from processor.storage.engine import Engine, open_engine, writing
from processor.storage.schema import migrate
from tests.office import open_office
from tests.postgres import Postgres
from tests.served import HOTRO, Served, served
from tests.submissions import API, DOSSIER, answers, papers

WAITS = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{name}' AND wait_event_type = 'Lock'"
pytestmark = pytest.mark.long


@dataclass
class Sender:
    """Sends to whoever serves, and keeps what was acknowledged."""

    catalogue: Catalogue
    folder: Path
    receipts: list[dict[str, str]] = field(default_factory=list)

    def send(self, server: Served) -> tuple[int, str]:
        form = self.catalogue.form(DOSSIER)
        files = papers(form, self.folder)
        answer = httpx2.post(f"{server.url}{API}", data=answers(form), files=files, timeout=60)
        if answer.status_code == 201:
            self.receipts.append(answer.json())
        return answer.status_code, answer.json().get("code", "")

    def all_there(self, server: Served) -> bool:
        return all(
            httpx2.get(
                f"{server.url}/api/v1/dossiers/{receipt['reference']}",
                headers={"authorization": f"Bearer {receipt['access_code']}"},
                timeout=60,
            ).is_success
            for receipt in self.receipts
        )


@pytest.fixture
def data(tmp_path: Path, built_site: Path, catalogue: Catalogue, empty_database: Path) -> Path:
    with open_office(tmp_path, built_site, catalogue, empty_database) as office:
        return office.wired.settings.data


@contextmanager
def stuck(server: Served, postgres: Postgres, there: Engine, obstacle: str) -> Iterator[None]:
    """`hotro migrate` waits for what somebody else does in the new place; then it is killed by kill -9."""
    url = there.url.set(drivername="postgresql").render_as_string()
    with there.connect() as other:
        other.execute(text(obstacle))
        command = [HOTRO, "migrate", "--to", url]
        mover = subprocess.Popen(command, env=server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_it_waits(postgres, str(there.url.database))
            yield
        finally:
            os.kill(mover.pid, signal.SIGKILL)
            assert mover.wait(60) == -signal.SIGKILL
        other.rollback()


def wait_until_it_waits(postgres: Postgres, name: str) -> None:
    for _ in range(1200):
        if postgres.ask(WAITS.format(name=name)) != [(0,)]:
            return
        time.sleep(0.1)
    raise AssertionError("the mover never came so far")


def test_under_a_running_server_killed_twice_and_nothing_acknowledged_is_lost(
    data: Path, built_site: Path, catalogue: Catalogue, postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.without_tables()
    there = open_engine(url)
    migrate(there)
    sender = Sender(catalogue, tmp_path)
    with served(data, built_site) as server:
        (key,) = httpx2.get(f"{server.url}/.well-known/hotro-keys.json", timeout=60).json()["keys"]
        # Somebody writes the same key: the copy waits for him, half-way through the tables.
        half_way = f"INSERT INTO signing_keys VALUES ('{key['key_id']}', 's', 'p', now(), NULL)"
        with stuck(server, postgres, there, half_way):
            while_copying = sender.send(server)
        after_first = sender.send(server)
        with writing(there) as connection:
            connection.execute(text("UPDATE dossiers SET organisation_name = 'Đã đổi (ví dụ)' WHERE id = 1"))
        # References can only be set once this is over: the last step waits.
        with stuck(server, postgres, there, "LOCK TABLE uploads IN ROW EXCLUSIVE MODE"):
            at_the_end = sender.send(server)
        after_second = sender.send(server)
        moved = server.run("migrate", "--to", url)
        closed = sender.send(server)
        old = server.run("verify")
    with served(data, built_site, HOTRO_DATABASE_URL=url) as server:
        verified = server.run("verify")
        all_there = sender.all_there(server)
        goes_on = sender.send(server)

    there.dispose()
    assert [while_copying, after_first, after_second, goes_on] == [(201, "")] * 4
    assert [at_the_end, closed] == [(503, "moving")] * 2
    assert moved.returncode == 0 and "chạy tiếp" in moved.stdout, moved.stderr
    assert old.returncode == 1 and "database_moved" in old.stderr
    assert verified.returncode == 0, verified.stderr
    assert all_there and len(sender.receipts) == 4
