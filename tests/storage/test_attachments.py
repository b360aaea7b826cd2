"""Files in a store, on a disk or in a bucket: whole, hashed, kept for good, and gone when nobody took them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processor.domain.errors import Unavailable
from processor.settings import ROOT
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.files.incoming import SPOOL, Incoming


@pytest.fixture
def store(any_store: AttachmentStore) -> AttachmentStore:
    """Every test of this file on disk and bucket, in clear and encrypted."""
    return any_store


def arrived(store: AttachmentStore, content: bytes, most: int = 10**9) -> Incoming:
    incoming = store.receive()
    for start in range(0, len(content), 50_000):
        incoming.write(content[start : start + 50_000], most)
    return incoming


@pytest.mark.parametrize("size", [0, 1, SPOOL, SPOOL + 1, 3 * SPOOL])
def test_a_kept_file_has_its_bytes_its_size_and_its_hash(size: int, store: AttachmentStore) -> None:
    content = os.urandom(size)
    incoming = arrived(store, content)

    (kept,) = store.keep([incoming])

    with store.open(kept) as file:
        assert file.read() == content
    assert (incoming.size, incoming.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert list(store.ids()) == [kept]


def test_a_discarded_file_leaves_nothing(store: AttachmentStore) -> None:
    incoming = arrived(store, b"x" * (SPOOL + 1))
    arriving = incoming.arriving
    assert arriving.exists()

    incoming.discard()

    assert not arriving.exists() and list(store.ids()) == []


def test_discarding_after_keeping_keeps(store: AttachmentStore) -> None:
    incoming = arrived(store, b"abc")
    (kept,) = store.keep([incoming])

    incoming.discard()

    assert list(store.ids()) == [kept]


def test_bytes_over_the_limit_are_counted_but_not_stored(store: AttachmentStore) -> None:
    incoming = arrived(store, b"x" * 1_000_000, most=100_000)

    assert incoming.size == 1_000_000
    assert incoming.path.stat().st_size <= 100_000
    incoming.discard()


def test_the_sweep_takes_only_what_no_row_names_and_is_old(store: AttachmentStore) -> None:
    known, stray = store.keep([arrived(store, b"a"), arrived(store, b"b")])
    half = arrived(store, b"c")
    assert half.path.exists()

    young = store.sweep(3600, {known})
    old = store.sweep(-1, {known})

    half.discard()
    assert (young, old) == (0, 2)
    assert list(store.ids()) == [known]
    assert stray != known


def test_a_full_disk_is_named_and_frees_what_was_begun(tiny_disk: Path) -> None:
    store = FileStore(tiny_disk)
    incoming = store.receive()

    with pytest.raises(Unavailable) as refused:
        for _ in range(40):
            incoming.write(b"x" * 50_000, 10**9)
    incoming.discard()

    assert (refused.value.code, refused.value.status) == ("storage_full", 507)
    assert store.keep([arrived(store, b"small")])


def test_the_bytes_are_where_a_child_process_finds_them(store: AttachmentStore) -> None:
    content = os.urandom(SPOOL + 1)
    (kept,) = store.keep([arrived(store, content)])

    with store.readable(kept) as path:
        found = subprocess.run(["/bin/cat", path], capture_output=True, check=True).stdout

    assert found == content


def test_a_copy_outlives_its_source(store: AttachmentStore) -> None:
    (kept,) = store.keep([arrived(store, b"abc")])

    copy = store.copy(kept)
    store.remove(kept)

    assert list(store.ids()) == [copy] and copy != kept
    with store.open(copy) as file:
        assert file.read() == b"abc"


def test_a_file_that_is_gone_is_said_to_be_gone(store: AttachmentStore) -> None:
    (kept,) = store.keep([arrived(store, b"abc")])

    store.remove(kept)
    store.remove(kept)

    with pytest.raises(FileNotFoundError):
        store.open(kept)
    with pytest.raises(Unavailable):
        store.copy(kept)


def test_a_reader_may_go_to_any_place(store: AttachmentStore) -> None:
    content = os.urandom(3 * SPOOL)
    (kept,) = store.keep([arrived(store, content)])

    with store.open(kept) as file:
        file.seek(200_000)
        later = file.read(10)
        file.seek(0)
        first = file.read(10)

    assert (first, later) == (content[:10], content[200_000:200_010])


ALMOST_FULL = """
import resource, sys
from pathlib import Path
from processor.domain.errors import Unavailable
from processor.storage.files.attachments import FileStore

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
incoming = FileStore(Path(sys.argv[1])).receive()
try:
    incoming.write(b"x" * 120_000, 10**9)
    incoming.sha256
except Unavailable as error:
    print(error.code)
"""


def test_a_disk_that_takes_only_a_part_of_the_last_bytes_is_named_too(tmp_path: Path) -> None:
    program = [sys.executable, "-c", ALMOST_FULL, str(tmp_path)]

    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == "storage_full\n"
