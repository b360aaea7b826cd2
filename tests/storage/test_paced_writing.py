"""What the process that writes does with several at once: one transaction, and as many threads as the disk is slow."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from processor.domain.errors import Unavailable
from processor.storage.apart.child import QUICK, Paced, gathered
from processor.storage.engine import Engine, open_engine
from processor.storage.files.attachments import FileStore
from processor.storage.files.incoming import Incoming
from processor.storage.writer import Waiting
from tests.factories import an_attachment, an_intake


class Disk(FileStore):
    """Takes `seconds` for a submission's files, and has no room for `refused`; `threads` are those that waited."""

    seconds = 0.0
    refused = ""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.threads = set[str]()

    def ready(self, incoming: Sequence[Incoming]) -> None:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.seconds)
        if self.refused in [file.name for file in incoming]:
            raise Unavailable("storage_full", 507)
        super().ready(incoming)


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    place = tmp_path / "test.db"
    place.write_bytes(empty_database.read_bytes())
    engine = open_engine(f"sqlite:///{place}")
    yield engine
    engine.dispose()


@pytest.fixture
def writer(tmp_path: Path, engine: Engine) -> Iterator[Paced]:
    made = Paced(engine, Disk(tmp_path / "attachments"))
    yield made
    made.close()


@pytest.fixture
def disk(writer: Paced) -> Disk:
    assert isinstance(writer.store, Disk)
    return writer.store


def waiting(disk: Disk) -> Waiting:
    file = disk.receive()
    file.write(b"giay", 4)
    file.hand_over()
    row = an_attachment(id=file.name, size=file.size, sha256=file.sha256)
    return Waiting(replace(an_intake(row), files=[disk.received(file.name)]))


def test_those_who_wait_share_one_transaction_in_the_thread_that_reads(writer: Paced, disk: Disk) -> None:
    commits: list[object] = []
    event.listen(writer.engine, "commit", commits.append)
    together = [waiting(disk) for _ in range(8)]

    writer.write_all(together)

    assert len({one.written.result(0) for one in together}) == 8
    assert len(commits) == 1 and disk.threads == {threading.current_thread().name}


def test_one_whose_files_find_no_room_takes_nobody_with_it(writer: Paced, disk: Disk) -> None:
    together = [waiting(disk) for _ in range(3)]
    disk.refused = together[1].intake.files[0].name

    writer.write_all(together)

    assert isinstance(together[1].written.exception(0), Unavailable)
    assert together[0].written.result(0) != together[2].written.result(0)
    assert sorted(disk.ids()) == sorted(one.intake.files[0].name for one in (together[0], together[2]))


def test_a_disk_that_becomes_slow_is_waited_for_by_several_and_a_quick_one_by_one_again(
    writer: Paced, disk: Disk
) -> None:
    assert writer.is_quick
    disk.seconds = QUICK * 8

    writer.write_all([waiting(disk) for _ in range(8)])
    assert not writer.is_quick
    for one in [writer.begin(waiting(disk).intake) for _ in range(8)]:
        one.result(10)
    assert len(disk.threads) > 2

    disk.seconds = 0.0
    for _ in range(2000):  # on a busy machine it takes longer to be sure
        if not writer.is_quick:
            writer.begin(waiting(disk).intake).result(10)
    assert writer.is_quick


def test_who_comes_soon_after_another_is_taken_along_and_the_end_is_heard() -> None:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, its:
        its.send(b"first")
        later = threading.Timer(0.05, its.send, [b"second"])
        later.start()

        assert gathered(ours, seconds=1.0) == [b"first", b"second"]

        later.join()
        its.shutdown(socket.SHUT_WR)
        assert gathered(ours, seconds=1.0) == []
