"""How much has come of a file in pieces, on both databases: nothing is counted twice, nothing leaves a gap."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from processor.storage.dossiers.drafts import NewDraft, insert_draft
from processor.storage.dossiers.uploads import Upload, insert_upload
from processor.storage.engine import Engine, writing
from processor.storage.files.arriving import ArrivingFiles, PieceRow
from processor.storage.files.partial_files import OffsetMoved, PartGone
from tests.factories import NOW

FILE = "261101" + "0" * 26


@pytest.fixture
def arriving(engine: Engine) -> ArrivingFiles:
    made = ArrivingFiles(engine)
    made.begin(FILE)
    return made


def piece(start: int, size: int = 10, name: str = "a") -> PieceRow:
    return PieceRow(start, size, "0" * 64, f"incoming/{FILE}/{start}-{name}")


def at_once(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_pieces_follow_each_other_and_are_told_in_order(arriving: ArrivingFiles) -> None:
    for start in (0, 10, 20):
        arriving.add(FILE, piece(start))

    with pytest.raises(OffsetMoved):
        arriving.add(FILE, piece(20))
    with pytest.raises(OffsetMoved):
        arriving.add(FILE, piece(40))

    found = arriving.find(FILE)
    assert found and found.size == 30
    assert [one.start for one in arriving.pieces(FILE)] == [0, 10, 20]


def test_of_eight_that_bring_the_same_bytes_at_once_one_is_counted(arriving: ArrivingFiles) -> None:
    taken: list[str] = []

    def bring(name: str) -> Callable[[], None]:
        def work() -> None:
            with suppress(OffsetMoved):
                arriving.add(FILE, piece(0, name=name))
                taken.append(name)

        return work

    at_once(*(bring(str(number)) for number in range(8)))

    assert [one.object for one in arriving.pieces(FILE)] == [piece(0, name=taken[0]).object] and len(taken) == 1


def test_bytes_taken_back_while_more_come_leave_no_gap(arriving: ArrivingFiles) -> None:
    for start in (0, 10):
        arriving.add(FILE, piece(start))

    def take_back() -> None:
        with suppress(OffsetMoved):
            arriving.take_back(FILE, 20, 0)

    def bring() -> None:
        with suppress(OffsetMoved):
            arriving.add(FILE, piece(20))

    at_once(take_back, bring)

    found, starts = arriving.find(FILE), [one.start for one in arriving.pieces(FILE)]
    assert found and (found.size, starts) in ((0, []), (30, [0, 10, 20]))


def test_what_was_taken_back_names_its_objects(arriving: ArrivingFiles) -> None:
    for start in (0, 10, 20):
        arriving.add(FILE, piece(start))

    gone = arriving.take_back(FILE, 30, 10)

    assert gone == [piece(10).object, piece(20).object]
    assert [one.start for one in arriving.pieces(FILE)] == [0]


def test_a_file_in_its_place_takes_nothing_more_and_one_given_up_is_gone(arriving: ArrivingFiles) -> None:
    arriving.add(FILE, piece(0))

    kept = arriving.finish(FILE, "f" * 64)
    with pytest.raises(PartGone):
        arriving.add(FILE, piece(10))
    forgotten = [arriving.forget(FILE), arriving.forget(FILE)]

    assert kept and forgotten == [True, False]
    assert not arriving.finish(FILE, "f" * 64)
    with pytest.raises(PartGone):
        arriving.take_back(FILE, 10, 0)


def test_what_is_old_goes_unless_an_upload_still_names_it(arriving: ArrivingFiles, engine: Engine) -> None:
    whole, nobodys = FILE[:-1] + "1", FILE[:-1] + "2"
    for one in (whole, nobodys):
        arriving.begin(one)
        arriving.add(one, piece(0))
    arriving.finish(whole, "f" * 64)
    for one in (FILE, whole):
        name_upload(engine, one)

    arriving.forget_old(datetime.now(UTC) - timedelta(hours=1))
    young = [arriving.find(one) is not None for one in (FILE, whole, nobodys)]
    arriving.forget_old(datetime.now(UTC) + timedelta(hours=1))
    old = [arriving.find(one) is not None for one in (FILE, whole, nobodys)]

    assert (young, old) == ([True, True, True], [True, True, False])


def name_upload(engine: Engine, upload_id: str) -> None:
    with writing(engine) as connection:
        draft = NewDraft(f"{upload_id:0<64}", "f", "v", {}, NOW, NOW, "seed")
        draft_id = insert_draft(connection, draft)
        insert_upload(connection, Upload(upload_id, draft_id, "x", "x.pdf", 10, NOW, NOW))
