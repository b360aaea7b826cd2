"""The machine is lost while businesses send. Everything acknowledged before the last backup began is there again."""

import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.bodies import bodies
from processor.domain.events import canonical
from processor.services.backup.keeping import list_backups
from processor.settings import ROOT
from processor.storage.engine import open_engine, reading
from processor.storage.tables.core import attachments, dossiers
from tests.backups import KeyPair
from tests.ledger import Ledger
from tests.receipts import signature_holds
from tests.senders import Dossiers, at_work
from tests.served import HOTRO, Served
from tests.test_cli import hotro_here as hotro

Receipts = list[dict[str, Any]]
NEW_ONES = 3
"""Acknowledged before each backup begins."""
LOOKED_AT = 8
"""On the new server, by its pages; rows and files are compared for all."""


class Office:
    """A server that businesses send to."""

    def __init__(self) -> None:
        self.ledger = Ledger()

    def more_are_sent(self) -> Receipts:
        """All that was acknowledged by then."""
        before = len(self.ledger.receipts)
        for _ in range(600):
            if len(now := list(self.ledger.receipts)) >= before + NEW_ONES:
                return now
            time.sleep(0.1)
        raise AssertionError("nothing more was acknowledged within a minute")


@contextmanager
def office_at_work(server: Served, made: list[bytes]) -> Iterator[Office]:
    """Lost at the end, with everything in it still running."""
    office = Office()
    server.start()
    with at_work([server.url], office.ledger, made, b"", [Dossiers]):
        try:
            yield office
        finally:
            server.kill()


def on_machine_of(server: Served, *command: str) -> subprocess.CompletedProcess[str]:
    """A command on the data of a server."""
    told = {name: value for name, value in server.environment.items() if name.startswith("HOTRO_")}
    return hotro(*command, data=server.data, **told)


class Backups:
    """Where the backups of a server go, and to whom they are encrypted."""

    def __init__(self, server: Served, folder: Path, key: KeyPair) -> None:
        self.server = server
        self.folder = folder
        self.arguments = ("backup", "run", str(folder), "--recipient", key.public)

    def run(self) -> None:
        ran = on_machine_of(self.server, *self.arguments)
        assert ran.returncode == 0, ran.stderr

    def run_and_be_killed(self) -> None:
        """As soon as something new is written. One that was faster than its kill is whole: then the next."""
        while not list_backups(self.folder).unfinished:
            stored = len(self.objects())
            with subprocess.Popen([HOTRO, *self.arguments], env=self.server.environment, cwd=ROOT) as process:
                while len(self.objects()) == stored and process.poll() is None:
                    pass
                process.send_signal(signal.SIGKILL)

    def objects(self) -> list[Path]:
        return list(self.folder.glob("objects/*/*"))


def read(url: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        found: bytes = answer.read()
        return found


def reference_told(server: Served, receipt: dict[str, Any]) -> Any:
    """By the status under both codes."""
    address = f"{server.url}/api/v1/dossiers/{receipt['reference']}"
    return json.loads(read(address, Authorization=f"Bearer {receipt['access_code']}"))["reference"]


def receipt_on(server: Served, receipt: dict[str, Any]) -> bytes:
    return read(f"{server.url}/bien-nhan/{receipt['receipt_url'].rpartition('/')[2]}.json")


def kept_on(server: Served, wanted: set[str] | None = None) -> dict[str, tuple[str, list[tuple[str, str, bytes]]]]:
    """Of each dossier its answers, and its files with name and bytes."""
    engine = open_engine(server.environment.get("HOTRO_DATABASE_URL", f"sqlite:///{server.data / 'hotro.db'}"))
    joined = dossiers.join(attachments, attachments.c.dossier_id == dossiers.c.id)
    told = select(dossiers.c.reference, dossiers.c.answers, attachments.c.id, attachments.c.name).select_from(joined)
    found: dict[str, tuple[str, list[tuple[str, str, bytes]]]] = {}
    with reading(engine) as connection:
        for reference, answers, file_id, name in connection.execute(told.order_by(attachments.c.id)):
            if wanted is None or reference in wanted:
                content = (server.data / "attachments" / file_id[:6] / file_id).read_bytes()
                found.setdefault(reference, (canonical(answers), []))[1].append((file_id, name, content))
    engine.dispose()
    return found


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> tuple[dict[str, str], dict[str, str]]:
    """The settings of the office, and those of the machine it is restored to."""
    if request.param == "sqlite":
        return {}, {}
    server = request.getfixturevalue("postgres")
    return {"HOTRO_DATABASE_URL": server.fresh()}, {"HOTRO_DATABASE_URL": server.without_tables()}


@pytest.mark.parametrize("databases", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_every_dossier_acknowledged_before_a_backup_began_is_there_byte_for_byte(
    databases: tuple[dict[str, str], dict[str, str]], tmp_path: Path, built_site: Path, key: KeyPair
) -> None:
    of_the_office, of_the_new = databases
    lost = Served(tmp_path / "lost", built_site, **of_the_office)
    backups = Backups(lost, tmp_path / "backups", key)
    with office_at_work(lost, bodies(4, tmp_path)) as office:
        first = office.more_are_sent()
        backups.run()
        backups.run_and_be_killed()
        halfway = list_backups(backups.folder)
        promised = office.more_are_sent()
        backups.run()
        looked_at = promised[-LOOKED_AT:]
        receipts = [receipt_on(lost, one) for one in looked_at]
        keys = read(f"{lost.url}/.well-known/hotro-keys.json")
    kept = kept_on(lost)

    new = Served(tmp_path / "new", built_site, **of_the_new)
    database = [argument for url in of_the_new.values() for argument in ("--database-url", url)]
    command = ("restore", str(tmp_path / "backups"), "--identity", str(key.secret))
    restored = on_machine_of(new, *command, "--into", str(new.data), *database)

    whole = [one.sequence for one in halfway.complete]
    assert sorted(whole) == list(range(1, len(whole) + 1)) and halfway.unfinished == [len(whole) + 1]
    assert restored.returncode == 0 and "mọi tệp và chuỗi nhật ký khớp" in restored.stdout, restored.stderr
    assert len(promised) >= len(first) + NEW_ONES
    there = kept_on(new)
    assert {one["reference"]: there.get(one["reference"]) for one in promised} == {
        one["reference"]: kept[one["reference"]] for one in promised
    }
    new.start()
    statuses = [reference_told(new, one) for one in looked_at]
    again = [receipt_on(new, one) for one in looked_at]
    new.stop()
    assert statuses == [one["reference"] for one in looked_at]
    assert again == receipts
    assert all(signature_holds(one, keys) for one in receipts)
