"""Litestream beside a writing server, with the configuration that is shipped: the machine is lost, no minute is."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect

from bench.bodies import bodies
from processor.settings import ROOT
from tests.served import BIN, Served
from tests.stories.test_a_lost_machine_is_restored import (
    LOOKED_AT,
    kept_on,
    office_at_work,
    on_machine_of,
    reference_told,
)

PRAGMAS = ("journal_mode", "auto_vacuum", "page_size", "user_version", "application_id", "encoding")
MOST_LOG_BYTES = 64 * 1024 * 1024


class Replica:
    """Litestream's own process and the folder that it fills."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.data = data
        self.folder = folder
        self.environment = {**os.environ, "HOTRO_DATA": str(data), "LITESTREAM_REPLICA": f"file://{folder}"}

    def command(self, *arguments: str) -> list[str]:
        return [str(BIN / "litestream"), arguments[0], "-config", str(ROOT / "deploy/litestream.yml"), *arguments[1:]]

    def parts(self) -> set[Path]:
        return set(self.folder.glob("ltx/0/*.ltx"))

    def has_synced(self) -> None:
        """Whatever was committed before this is in the replica: the second part from now began after it."""
        before = self.parts()
        for _ in range(600):
            if len(self.parts() - before) >= 2:
                return
            time.sleep(0.1)
        raise AssertionError("Litestream wrote nothing within a minute")

    def restore(self, place: Path) -> None:
        command = self.command("restore", "-o", str(place), str(self.data / "hotro.db"))
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


@contextmanager
def replicated(data: Path, folder: Path) -> Iterator[Replica]:
    """Killed at the end."""
    replica = Replica(data, folder)
    log = folder.with_suffix(".log")
    with log.open("wb") as told:
        process = subprocess.Popen(replica.command("replicate"), env=replica.environment, stdout=told, stderr=told)
    try:
        yield replica
        assert process.poll() is None, log.read_text()
    finally:
        process.kill()
        process.wait(30)


def carry_files(data: Path, place: Path) -> None:
    """As rsync would each minute: what is whole and not there yet."""
    shutil.copytree(data / "attachments", place / "attachments", ignore=shutil.ignore_patterns("incoming"))
    shutil.copy(data / "server.key", place / "server.key")


def pragmas_of(data: Path) -> dict[str, object]:
    with closing(connect(data / "hotro.db")) as connection:
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}


def test_every_row_acknowledged_before_the_last_sync_is_there_and_the_chains_verify(
    tmp_path: Path, built_site: Path
) -> None:
    lost, new = Served(tmp_path / "lost", built_site), Served(tmp_path / "new", built_site)
    new.data.mkdir()
    with office_at_work(lost, bodies(4, tmp_path)) as office:
        before = pragmas_of(lost.data)
        with replicated(lost.data, tmp_path / "replica") as replica:
            replica.has_synced()
            promised = office.more_are_sent()
            replica.has_synced()
            carry_files(lost.data, new.data)
            log_bytes = (lost.data / "hotro.db-wal").stat().st_size
            after = pragmas_of(lost.data)
    kept = kept_on(lost)

    replica.restore(new.data / "hotro.db")
    verified = on_machine_of(new, "verify")

    named = {one["reference"] for one in promised}
    there = kept_on(new, named)
    assert {reference: there.get(reference) for reference in named} == {one: kept[one] for one in named}
    assert all("không có ở nơi giữ tệp" in line for line in verified.stderr.splitlines()[:-1])
    assert before == after
    assert log_bytes < MOST_LOG_BYTES
    new.start()
    statuses = [reference_told(new, one) for one in promised[-LOOKED_AT:]]
    new.stop()
    assert statuses == [one["reference"] for one in promised[-LOOKED_AT:]]
