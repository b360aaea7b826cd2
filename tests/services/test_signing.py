"""The keys of an installation: the first, the next, and what happens when the server's key is another one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from processor.services.parts import Wired
from processor.services.proof.server_key import OtherServerKey
from processor.services.proof.signing import published_keys, rotate, signer_at
from processor.settings import Settings
from processor.storage.engine import Engine
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from processor.wiring import wire
from tests.application import MovedClock
from tests.factories import an_intake
from tests.receipts import holds
from tests.served import HOTRO

SECOND = timedelta(seconds=1)


@contextmanager
def wired_on(database_url: str, folder: Path, clock: MovedClock) -> Iterator[Wired]:
    parts = wire(Settings(clamd_url="none", data=folder, database_url=database_url), clock)
    yield parts
    parts.engine.dispose()


def test_the_first_key_is_made_at_first_need_and_kept(wired: Wired) -> None:
    first = published_keys(wired)

    assert len(first) == 1 and first[0].valid_to is None
    assert published_keys(wired) == first
    assert signer_at(wired, wired.clock()).key == first[0]


def test_a_rotation_takes_over_at_a_full_second_and_the_old_key_stays_published(
    wired: Wired, moved_clock: MovedClock
) -> None:
    (old,) = published_keys(wired)
    before = wired.clock().replace(microsecond=0)
    moved_clock.move(seconds=5)

    new = rotate(wired)

    closed, current = published_keys(wired)
    assert (closed.key_id, current) == (old.key_id, new)
    assert closed.valid_to == new.valid_from and new.valid_from.microsecond == 0
    assert signer_at(wired, before).key_id == old.key_id
    assert signer_at(wired, new.valid_from - SECOND).key_id == old.key_id
    assert signer_at(wired, new.valid_from).key_id == new.key_id


def test_another_server_key_signs_nothing(wired: Wired) -> None:
    keys = published_keys(wired)
    elsewhere = replace(wired, server_key=b"another" * 5)

    with pytest.raises(OtherServerKey, match="mã server_key_other"):
        signer_at(elsewhere, wired.clock())

    assert published_keys(wired) == keys


def test_a_rotation_after_the_server_key_was_lost_closes_the_key_and_says_so(
    wired: Wired, moved_clock: MovedClock
) -> None:
    (lost,) = published_keys(wired)
    received_at = wired.clock()
    moved_clock.move(days=1)
    elsewhere = replace(wired, server_key=b"another" * 5)

    with capture_logs() as said:
        made = rotate(elsewhere)

    closed, current = published_keys(elsewhere)
    signer = signer_at(elsewhere, received_at)
    assert (closed.key_id, closed.valid_to, current) == (lost.key_id, made.valid_from, made)
    assert signer.key == current and holds(current.public_key, signer.sign(b"content"), b"content")
    assert [(line["event"], line["key_id"]) for line in said] == [("signing_key_lost", lost.key_id)]


@pytest.mark.parametrize("processes", [4])
def test_of_several_processes_that_need_a_key_one_makes_it(database_url: str, tmp_path: Path, processes: int) -> None:
    told = {**os.environ, "HOTRO_DATA": str(tmp_path / "var"), "HOTRO_DATABASE_URL": database_url}
    command = [HOTRO, "keys", "list"]

    started = [subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    printed = [one.communicate()[0] for one in started]

    assert [one.returncode for one in started] == [0] * processes
    assert len(set(printed)) == 1 and printed[0].count("đang dùng") == 1


def test_what_came_before_there_were_keys_belongs_to_the_first(
    database_url: str, engine: Engine, tmp_path: Path, moved_clock: MovedClock
) -> None:
    moved_clock.move(days=-30)
    received_at = moved_clock().replace(microsecond=0)
    Writer(engine, FileStore(tmp_path / "attachments")).write(an_intake(received_at=received_at))
    moved_clock.move(days=30)

    with wired_on(database_url, tmp_path / "var", moved_clock) as wired:
        (key,) = published_keys(wired)

    assert key.valid_from == received_at
