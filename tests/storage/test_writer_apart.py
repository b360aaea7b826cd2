"""Under load the rows are written in a process of their own, and everything holds that holds without it."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from pydantic_core import to_json
from sqlalchemy import func, select

from processor.domain.errors import Unavailable
from processor.storage.apart.child import outcome, settle
from processor.storage.apart.messages import LARGEST
from processor.storage.apart.writer import WriterApart
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import CommitUnclear, Engine, open_engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.files.incoming import Incoming
from processor.storage.line import MOST_TOGETHER
from processor.storage.tables.core import dossiers
from processor.storage.writer import AlreadyWritten, Intake
from tests.conftest import A_SEAL
from tests.factories import an_attachment, an_intake
from tests.own_thread import in_own_thread


@pytest.fixture(params=["in clear", "encrypted"])
def apart(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[WriterApart]:
    """Its process begins with the server."""
    seal = A_SEAL if request.param == "encrypted" else None
    place = tmp_path / "test.db"
    place.write_bytes(empty_database.read_bytes())
    engine = open_engine(f"sqlite:///{place}", seal=seal)
    yield WriterApart(engine, FileStore(tmp_path / "attachments", seal), several=1)
    engine.dispose()


def run(writer: WriterApart, work: Callable[[], Awaitable[None]]) -> None:
    """`work` while a server runs."""

    async def attended() -> None:
        async with writer.attended():
            await work()

    in_own_thread(asyncio.run, attended())


def a_file(writer: WriterApart, size: int = 7) -> Incoming:
    file = writer.store.receive()
    file.write(b"c" * size, size)
    return file


def sent(writer: WriterApart, key: str | None = None) -> Intake:
    """With a file in memory and one on the disk."""
    files = [a_file(writer), a_file(writer, 300_000)]
    rows = [an_attachment(id=file.name, size=file.size, sha256=file.sha256) for file in files]
    return replace(an_intake(*rows, idempotency_hash=key), files=files)


def kept(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(dossiers)).scalar_one()


def children() -> set[str]:
    """Whichever thread has begun them."""
    return {child for told in Path("/proc/self/task").glob("*/children") for child in told.read_text().split()}


def test_what_the_process_wrote_is_there_with_its_files(apart: WriterApart) -> None:
    intakes = [sent(apart) for _ in range(40)]

    async def work() -> None:
        begun = [apart.begin(intake) for intake in intakes]
        assert not any(one.cancel() for one in begun)  # handed over, all of them
        numbers = [await asyncio.wrap_future(one) for one in begun]
        assert len(set(numbers)) == 40

    run(apart, work)

    with reading(apart.engine) as connection:
        for intake in intakes:
            found = find_dossier(connection, str(intake.dossier["reference"]))
            assert found is not None and found.answers == intake.dossier["answers"]
            for attachment in found.attachments:
                with apart.store.open(attachment.id) as file:
                    assert file.read() == b"c" * attachment.size
    assert not list(Path(apart.place.files / "incoming").iterdir())


def test_it_begins_only_once_several_wait_at_the_same_time(apart: WriterApart) -> None:
    before = children()
    apart.several = 8

    async def work() -> None:
        for _ in range(9):
            await asyncio.wrap_future(apart.begin(sent(apart)))
        assert apart.hand is None and children() == before
        with writing(apart.engine):  # whoever comes now waits for this one
            begun = [apart.begin(an_intake()) for _ in range(20)]
            await asyncio.sleep(0.1)
        await asyncio.gather(*map(asyncio.wrap_future, begun))
        await asyncio.sleep(0)
        await apart.is_ready()
        await asyncio.wrap_future(apart.begin(sent(apart)))
        assert len(children() - before) == 1

    run(apart, work)

    assert kept(apart.engine) == 30
    assert children() == before


def test_a_key_used_twice_is_told_as_such(apart: WriterApart) -> None:
    async def work() -> None:
        await asyncio.wrap_future(apart.begin(sent(apart, "k" * 64)))
        with pytest.raises(AlreadyWritten):
            await asyncio.wrap_future(apart.begin(sent(apart, "k" * 64)))

    run(apart, work)

    assert kept(apart.engine) == 1
    assert len(list(apart.store.ids())) == 2


def test_who_sends_while_it_dies_is_told_that_it_is_not_known_and_the_next_is_written(apart: WriterApart) -> None:
    async def work() -> None:
        assert apart.hand
        os.kill(apart.hand.process.pid, signal.SIGSTOP)
        intake = sent(apart)
        begun = apart.begin(intake)
        os.kill(apart.hand.process.pid, signal.SIGKILL)
        with pytest.raises(CommitUnclear):
            await asyncio.wrap_future(begun)
        for file in intake.files:
            file.discard()
            assert file.arriving.exists()  # it may be named by a row: the sweep finds out
        assert apart.hand is None
        await asyncio.wrap_future(apart.begin(sent(apart)))

    run(apart, work)

    assert kept(apart.engine) == 1


def test_one_that_dies_is_followed_by_another_but_not_at_once(
    apart: WriterApart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        assert apart.hand
        first = apart.hand.process.pid
        os.kill(first, signal.SIGKILL)
        while apart.hand:
            await asyncio.sleep(0.01)
        await asyncio.wrap_future(apart.begin(sent(apart)))
        await asyncio.sleep(0.1)
        assert apart.hand is None

        monkeypatch.setattr("processor.storage.apart.writer.PAUSE", 0.0)
        await asyncio.wrap_future(apart.begin(sent(apart)))
        while not apart.hand:
            await asyncio.sleep(0.01)
        await apart.is_ready()
        assert apart.hand.process.pid != first

    run(apart, work)


def test_more_than_its_socket_holds_waits_and_what_is_too_large_is_written_here(apart: WriterApart) -> None:
    async def work() -> None:
        assert apart.hand
        os.kill(apart.hand.process.pid, signal.SIGSTOP)
        large = apart.begin(an_intake(absences={"contracts": "x" * LARGEST}))
        begun = [apart.begin(an_intake()) for _ in range(400)]
        await asyncio.wrap_future(large)
        assert apart.hand.unsent and kept(apart.engine) == 1
        os.kill(apart.hand.process.pid, signal.SIGCONT)
        await asyncio.gather(*map(asyncio.wrap_future, begun))
        assert not apart.hand.unsent

    run(apart, work)

    assert kept(apart.engine) == 401


def test_a_stop_waits_for_what_the_process_has_in_hand_and_signals_do_not_end_it(apart: WriterApart) -> None:
    begun: list[Future[int]] = []

    async def work() -> None:
        assert apart.hand
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(apart.hand.process.pid, number)
        begun.extend(apart.begin(sent(apart)) for _ in range(30))

    run(apart, work)

    assert kept(apart.engine) == 30


def test_a_stop_hands_over_what_had_no_room_yet(apart: WriterApart) -> None:
    async def work() -> None:
        assert apart.hand
        process = apart.hand.process.pid
        os.kill(process, signal.SIGSTOP)
        for _ in range(300):
            apart.begin(an_intake())
        assert apart.hand.unsent
        Timer(0.2, os.kill, (process, signal.SIGCONT)).start()

    run(apart, work)

    assert kept(apart.engine) == 300


def test_a_file_that_is_gone_is_told_and_nothing_is_kept(apart: WriterApart) -> None:
    async def work() -> None:
        intake = sent(apart)
        for file in intake.files:
            file.arriving.unlink(missing_ok=True)
        with pytest.raises(Unavailable):
            await asyncio.wrap_future(apart.begin(intake))
        await asyncio.wrap_future(apart.begin(sent(apart)))

    run(apart, work)

    assert kept(apart.engine) == 1


@pytest.mark.parametrize(
    "error",
    [
        AlreadyWritten("UNIQUE"),
        CommitUnclear(because="cut"),
        Unavailable("storage_full", 507, "No space left on device"),
        Unavailable("moving", because="the database is being moved"),
        ZeroDivisionError("whatever"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_each_end_comes_through_as_it_was(error: Exception) -> None:
    there, here = Future[int](), Future[int]()
    there.set_exception(error)

    settle({7: here}, to_json([outcome(7, there)]))

    come = here.exception()
    if isinstance(error, Unavailable):
        assert type(come) is type(error) and vars(come) == vars(error)
    elif isinstance(error, AlreadyWritten):
        assert isinstance(come, AlreadyWritten)
    else:
        assert isinstance(come, RuntimeError) and "whatever" in str(come)


def test_the_faults_of_all_who_were_written_together_fit_into_one_message() -> None:
    there = Future[int]()
    there.set_exception(ValueError("x" * LARGEST))

    told = to_json([outcome(number, there) for number in range(MOST_TOGETHER)])

    assert len(told) < LARGEST
