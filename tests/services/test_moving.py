"""Files move from one store to another while the service runs: each is compared, none is lost, none comes back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from processor.domain.errors import Unavailable
from processor.services.intake.drafts import open_draft
from processor.services.intake.resumable import begin_upload, finish
from processor.services.intake.reuse import reuse_file
from processor.services.moving import Moved, Places, move
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.storage.files.attachments import AttachmentStore, FileStore
from processor.storage.files.bucket import Bucket
from processor.storage.files.journal import NAME, MoveFault, opened_journal
from processor.storage.files.object_keys import key_of
from processor.storage.files.places import open_store
from processor.storage.files.two_places import TwoPlaces
from processor.storage.writer import Writer
from tests.backups import files_of, read
from tests.conftest import A_SEAL
from tests.desk import a_dossier
from tests.object_storage import ObjectServer
from tests.own_thread import in_own_thread
from tests.uploads import ITEM, new_draft, paper, received


@pytest.fixture
def folder(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "another place")


@pytest.fixture
def objects(wired: Wired, object_server: ObjectServer, bucket_url: str, tmp_path: Path) -> AttachmentStore:
    return open_store(bucket_url, wired.engine, tmp_path / "spool", object_server.access)


@pytest.fixture
def filled(wired: Wired) -> Wired:
    for _ in range(3):
        a_dossier(wired)
    return wired


def moved(wired: Wired, places: Places, to: str = "s3://nơi mới") -> Moved:
    with opened_journal(wired.settings.data, to) as journal:
        return move(wired, places, journal)


def using(wired: Wired, store: AttachmentStore) -> Wired:
    return replace(wired, store=store)


def test_files_move_to_a_bucket_and_back_to_a_folder(
    filled: Wired, objects: AttachmentStore, folder: FileStore
) -> None:
    before = files_of(filled)

    there = moved(filled, Places(filled.store, objects))
    back = moved(using(filled, objects), Places(objects, folder), "file:nơi khác")

    assert there == back == Moved(len(before), 0, [], [], 0)
    assert files_of(using(filled, objects)) == files_of(using(filled, folder)) == files_of(filled) == before
    assert verify(using(filled, objects)).problems == []


def test_files_in_clear_are_closed_on_their_way_when_there_is_a_key(filled: Wired, tmp_path: Path) -> None:
    sealed = FileStore(tmp_path / "sealed", A_SEAL)

    moved(filled, Places(filled.store, sealed))

    assert all(sealed.is_sealed(one) for one in sealed.ids())
    assert files_of(using(filled, sealed)) == files_of(filled)


def test_what_was_compared_before_is_counted_as_there(filled: Wired, objects: AttachmentStore) -> None:
    places = Places(filled.store, objects)
    files = moved(filled, places).moved
    a_dossier(filled)

    again = moved(filled, places)

    assert (again.there, again.moved) == (files, len(files_of(filled)) - files)


def test_a_journal_of_another_place_a_torn_line_and_an_object_that_is_gone_count_for_nothing(
    filled: Wired, objects: AttachmentStore, folder: FileStore
) -> None:
    places = Places(filled.store, objects)
    moved(filled, places)
    lost, *others = objects.ids()
    objects.remove(lost)
    journal = filled.settings.data / NAME
    journal.write_text(journal.read_text()[:-10])

    again, elsewhere = moved(filled, places), moved(filled, Places(filled.store, folder), "file:khác")

    assert (again.moved, again.there) == (1, len(others))
    assert (elsewhere.moved, elsewhere.there) == (len(others) + 1, 0)


def test_a_half_left_by_a_move_that_was_killed_is_no_hindrance(filled: Wired, folder: FileStore) -> None:
    (folder.incoming / next(filled.store.ids())).write_bytes(b"%PDF-1.7 n")

    assert moved(filled, Places(filled.store, folder)).whole
    assert files_of(using(filled, folder)) == files_of(filled)


def test_bytes_that_are_not_the_files_are_put_right_or_named(filled: Wired, objects: AttachmentStore) -> None:
    first, second, third, *_ = filled.store.ids()
    assert isinstance(filled.store, FileStore)
    (filled.store.folder / key_of(first)).write_bytes(b"changed")
    (filled.store.folder / key_of(second)).unlink()
    other = objects.receive(third)
    other.write(b"of another", 100)
    objects.keep([other])

    found = moved(filled, Places(filled.store, objects))

    assert (found.damaged, found.missing, found.whole) == ([first], [second], False)
    with objects.open(third) as kept, filled.store.open(third) as wanted:
        assert kept.read() == wanted.read()
    assert first not in objects.ids()


def test_the_old_place_is_emptied_of_what_the_new_one_has(filled: Wired, objects: AttachmentStore) -> None:
    both = using(filled, TwoPlaces(objects, filled.store))
    before = files_of(both)
    stray = filled.store.begin()

    moved(both, Places(filled.store, objects, remove=True))

    assert list(filled.store.ids()) == [] and filled.store.partial(stray).size == 0
    assert files_of(both) == before


class Erasing:
    """A store whose file is erased, row and all, when it is opened for the `turn`th time: compared, then copied."""

    def __init__(self, wired: Wired, file_id: str, turn: int) -> None:
        self.wired, self.file_id, self.turn = wired, file_id, turn

    def open(self, attachment_id: str) -> object:
        file = self.wired.store.open(attachment_id)
        self.turn -= attachment_id == self.file_id
        if attachment_id == self.file_id and self.turn == 0:
            with self.wired.engine.begin() as connection:
                connection.exec_driver_sql(f"DELETE FROM attachments WHERE id = '{attachment_id}'")
            self.wired.store.remove(attachment_id)
        return file

    def __getattr__(self, name: str) -> object:
        return getattr(self.wired.store, name)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_file_erased_while_it_is_carried_does_not_come_back(
    turn: int, filled: Wired, objects: AttachmentStore
) -> None:
    erased = next(filled.store.ids())
    source: AttachmentStore = Erasing(filled, erased, turn)  # type: ignore[assignment]

    found = moved(filled, Places(source, objects))

    assert found.whole and erased not in objects.ids()


def test_one_move_at_a_time(filled: Wired, folder: FileStore) -> None:
    with opened_journal(filled.settings.data, "x"), pytest.raises(MoveFault, match="khác đang chạy"):
        moved(filled, Places(filled.store, folder))


def test_a_store_that_goes_down_stops_the_move_which_goes_on_after(
    filled: Wired, objects: AttachmentStore, object_server: ObjectServer
) -> None:
    places = Places(filled.store, objects)

    with object_server.down(), pytest.raises(Unavailable):
        moved(filled, places)

    assert moved(filled, places).whole


@contextmanager
def between(wired: Wired, objects: AttachmentStore) -> Iterator[Wired]:
    """The server with the new place set, before anything was moved."""
    both = TwoPlaces(objects, wired.store)
    writer = Writer(wired.engine, both)
    yield replace(wired, store=both, writer=writer)
    writer.thread.shutdown()


def test_while_files_move_old_ones_are_read_new_ones_go_to_the_new_place_and_erased_ones_leave_both(
    filled: Wired, objects: AttachmentStore
) -> None:
    old = filled.store
    with between(filled, objects) as both:
        before = files_of(filled)
        moved_already, waiting, *_ = before
        put_at(objects, moved_already, before[moved_already])
        a_dossier(both)
        new = [one for one in objects.ids() if one != moved_already]

        assert read(both, waiting) == before[waiting]
        with both.store.readable(waiting) as path:
            assert path.read_bytes() == before[waiting]
        assert new and not any(old.has(one) for one in new)
        assert verify(both).problems == []

        for one in (moved_already, waiting):
            both.store.remove(one)
        assert not any(place.has(one) for place in (old, objects) for one in (moved_already, waiting))


def put_at(store: AttachmentStore, file_id: str, content: bytes) -> None:
    incoming = store.receive(file_id)
    incoming.write(content, len(content))
    store.keep([incoming])


def test_a_file_half_sent_before_goes_on_and_is_carried_afterwards(
    filled: Wired, objects: AttachmentStore, tmp_path: Path
) -> None:
    content, token = paper(tmp_path), new_draft(filled)
    upload = begin_upload(filled, open_draft(filled, token), ITEM, "dở.pdf", len(content))
    filled.store.partial(upload.id).append(0, content[:5000])
    with between(filled, objects) as both:
        first = moved(both, Places(filled.store, objects))
        both.store.partial(upload.id).append(5000, content[5000:])
        in_own_thread(anyio.run, finish, both, open_draft(both, token), upload)
        reused = reuse_file(both, open_draft(both, token), upload.id, "contracts")
        second = moved(both, Places(filled.store, objects))

    assert (first.half_sent, second.half_sent, second.moved) == (1, 0, 1)
    assert len(received(filled, token)) == 2
    assert objects.has(upload.id) and objects.has(reused.id) and not filled.store.has(reused.id)


def test_strays_are_swept_from_both_places(filled: Wired, objects: AttachmentStore, bucket: Bucket) -> None:
    for store in (filled.store, objects):
        put_at(store, f"261101{os.urandom(13).hex()}", b"nobody's")
    with between(filled, objects) as both:
        gone = sweep_orphans(both, -60)

        assert gone == 2 and list(bucket.objects()) == []
        assert verify(both).problems == []
