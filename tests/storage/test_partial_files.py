"""A file in pieces: its size is the truth, nothing is mixed, and it is in its place once, whole."""

import fcntl
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.errors import Unavailable
from processor.storage.files.attachments import AttachmentStore, FileStore, Partial
from processor.storage.files.partial_files import OffsetMoved, PartGone, PartialFile

CONTENT = os.urandom(100_000)
LONG_AGO = (0.0, 0.0)


@pytest.fixture
def store(either_store: FileStore) -> FileStore:
    """What is asked of the disk is asked of files in clear and encrypted; the rest of every store."""
    return either_store


@pytest.fixture
def partial(any_store: AttachmentStore) -> Partial:
    return any_store.partial(any_store.begin())


def content_of(partial: Partial) -> bytes:
    with partial.readable() as path:
        return path.read_bytes()


def content_at(partial: PartialFile, name: str) -> bytes:
    with partial.layout.open(partial.arriving.with_name(name), whole=False) as file:
        return file.read()


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_pieces_become_one_file_with_its_hash(any_store: AttachmentStore) -> None:
    name = any_store.begin()
    partial = any_store.partial(name)

    for start in range(0, len(CONTENT), 30_000):
        partial.append(start, CONTENT[start : start + 30_000])
    partial.sync()
    sha256 = partial.keep(len(CONTENT))

    with any_store.open(name) as kept:
        assert kept.read() == CONTENT
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert list(any_store.ids()) == [name]


def test_what_has_arrived_is_told_by_the_file_alone(store: FileStore) -> None:
    name = store.begin()
    store.partial(name).append(0, b"abc")

    another_process = FileStore(store.folder, store.seal).partial(name)

    assert another_process.size == 3
    another_process.append(3, b"de")
    assert store.partial(name).size == 5


@pytest.mark.parametrize("offset", [0, 2, 4, 1_000_000])
def test_a_piece_that_does_not_follow_changes_nothing(offset: int, partial: Partial) -> None:
    partial.append(0, b"abc")

    with pytest.raises(OffsetMoved):
        partial.append(offset, b"x")

    assert content_of(partial) == b"abc"


def test_of_many_that_bring_the_same_piece_at_once_one_is_taken(partial: Partial) -> None:
    barrier = threading.Barrier(8)
    taken: list[int] = []

    def bring(number: int) -> None:
        barrier.wait()
        for start in range(0, 8000, 1000):
            try:
                partial.append(start, bytes([number]) * 1000)
            except OffsetMoved:
                continue
            taken.append(start)

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    content = content_of(partial)
    assert sorted(taken) == list(range(0, len(content), 1000))
    assert all(len({*content[start : start + 1000]}) == 1 for start in taken)


@given(st.lists(st.tuples(st.integers(0, 12), st.binary(max_size=6)), max_size=30))
def test_only_pieces_that_follow_are_ever_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, bytes]]
) -> None:
    store = FileStore(tmp_path_factory.mktemp("pieces"))
    partial = store.partial(store.begin())
    expected = b""

    for offset, block in pieces:
        if offset == len(expected):
            partial.append(offset, block)
            expected += block
        else:
            with pytest.raises(OffsetMoved):
                partial.append(offset, block)

    assert content_of(partial) == expected


def test_what_one_connection_brought_is_taken_back_unless_more_has_come(partial: Partial) -> None:
    partial.append(0, b"abc")
    partial.append(3, b"def")

    partial.take_back(6, 3)
    partial.append(3, b"xyz")
    with pytest.raises(OffsetMoved):
        partial.take_back(3, 0)

    assert content_of(partial) == b"abcxyz"


def test_a_file_that_is_not_whole_is_not_kept(any_store: AttachmentStore) -> None:
    partial = any_store.partial(any_store.begin())
    partial.append(0, b"abc")

    with pytest.raises(OffsetMoved):
        partial.keep(4)

    assert partial.size == 3 and list(any_store.ids()) == []


def test_a_file_is_kept_once_however_often_that_is_asked(any_store: AttachmentStore) -> None:
    name = any_store.begin()
    any_store.partial(name).append(0, b"abc")

    hashes = {any_store.partial(name).keep(3) for _ in range(2)}

    assert hashes == {hashlib.sha256(b"abc").hexdigest()}
    assert any_store.partial(name).size == 3
    assert list(any_store.ids()) == [name]


def test_a_kept_file_is_synced_before_it_moves_and_its_folder_after(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = store.begin()
    partial = store.partial(name)
    partial.append(0, b"abc")
    synced: list[tuple[str, bool]] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        where = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((where.name, partial.place.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)

    partial.keep(3)

    assert synced[0] == (name, False)
    assert synced[-1] == (partial.place.parent.name, True)


def test_nothing_is_added_to_a_file_in_its_place(any_store: AttachmentStore) -> None:
    name = any_store.begin()
    partial = any_store.partial(name)
    partial.append(0, b"abc")
    partial.keep(3)

    with pytest.raises(PartGone):
        partial.append(3, b"d")
    with pytest.raises(PartGone):
        partial.take_back(3, 0)
    with pytest.raises(PartGone):
        partial.sync()

    with any_store.open(name) as kept:
        assert kept.read() == b"abc"


def test_a_file_that_was_given_up_does_not_come_back(any_store: AttachmentStore) -> None:
    name = any_store.begin()
    partial = any_store.partial(name)
    partial.append(0, b"abc")

    any_store.remove(name)

    for offset in (0, 3):
        with pytest.raises(PartGone):
            partial.append(offset, b"d")
    with pytest.raises(PartGone):
        partial.keep(3)
    with pytest.raises(PartGone):
        _ = partial.size
    assert list(any_store.ids()) == []


def test_a_connection_that_waited_for_the_lock_while_the_file_moved_adds_nothing(store: FileStore) -> None:
    name = store.begin()
    partial = store.partial(name)
    partial.append(0, b"abc")
    late = ThreadPoolExecutor(1)

    with partial.arriving.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = late.submit(partial.append, 3, b"d")
        time.sleep(0.1)
        partial.arriving.rename(partial.arriving.with_name("moved"))

    with pytest.raises(PartGone):
        waiting.result()
    assert content_at(partial, "moved") == b"abc"


def test_while_it_is_read_it_keeps_a_name_of_its_own(any_store: AttachmentStore) -> None:
    name = any_store.begin()
    partial = any_store.partial(name)
    partial.append(0, b"abc")

    with partial.readable() as path:
        partial.keep(3)
        during = path.read_bytes()
    with partial.readable() as path:
        after = path.read_bytes()

    assert (during, after) == (b"abc", b"abc")
    assert list(any_store.ids()) == [name]


def test_a_full_disk_takes_none_of_the_block(tiny_disk: Path) -> None:
    store = FileStore(tiny_disk)
    partial = store.partial(store.begin())
    partial.append(0, b"x" * 500_000)

    with pytest.raises(Unavailable) as refused:
        partial.append(500_000, b"y" * 900_000)

    assert (refused.value.code, refused.value.status) == ("storage_full", 507)
    assert partial.size == 500_000


def test_the_sweep_leaves_what_is_known_to_be_under_way_however_old(store: FileStore) -> None:
    going, forgotten = store.begin(), store.begin()
    for name in (going, forgotten):
        store.partial(name).append(0, b"abc")
        os.utime(store.incoming / name, LONG_AGO)

    with store.partial(going).readable():
        removed = store.sweep(24 * 3600, {going})
        read = files_in(store.folder)

    assert removed == 1
    assert [name.partition(".")[0] for name in read] == [going, going]


def test_the_sweep_takes_the_name_under_which_a_killed_server_read(store: FileStore) -> None:
    going = store.begin()
    store.partial(going).append(0, b"abc")
    reading = store.partial(going).readable()
    reading.__enter__()  # and nobody ever leaves
    (left,) = (path for path in store.incoming.iterdir() if path.name != going)
    os.utime(left, LONG_AGO)

    removed = store.sweep(24 * 3600, {going})

    assert removed == 1 and not left.exists()
    assert store.partial(going).size == 3


def test_a_copy_outlives_its_source_and_is_young_for_the_sweep(store: FileStore) -> None:
    name = store.begin()
    store.partial(name).append(0, b"abc")
    store.partial(name).keep(3)
    os.utime(store.partial(name).place, LONG_AGO)

    copy = store.copy(name)
    swept = store.sweep(24 * 3600, {name})
    store.remove(name)

    assert swept == 0 and copy != name
    with store.open(copy) as kept:
        assert kept.read() == b"abc"
