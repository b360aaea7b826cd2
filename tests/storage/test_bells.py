"""What is written on one machine is heard at once on another, over a connection that no request misses."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from processor.storage.bells import BELLS, EVENTS, FILES, MAIL
from processor.storage.engine import Engine, Pool, open_engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.listening import listen
from processor.storage.outbox import enqueue
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake
from tests.postgres import Postgres

END_LISTENER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'hotro listener'
"""


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    fresh = postgres.fresh()
    yield fresh
    postgres.give_back(fresh)


class Ear:
    """What was heard, each time."""

    def __init__(self) -> None:
        self.heard: list[Collection[str]] = []

    def __call__(self, bells: Collection[str]) -> None:
        self.heard.append(bells)

    def hears(self, wanted: Callable[[list[Collection[str]]], bool]) -> bool:
        """Within a minute."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends and not wanted(self.heard):
            time.sleep(0.02)
        return wanted(self.heard)

    def is_listening(self, times: int = 1) -> bool:
        return self.hears(lambda heard: heard.count(BELLS) >= times)


@contextmanager
def another_machine(url: str) -> Iterator[Ear]:
    """It listens. All connections of its pool are in use, so that it has none to spare."""
    engine, ear, stop = open_engine(url, pool=Pool(1, 0.1)), Ear(), threading.Event()
    thread = threading.Thread(target=listen, args=(engine, ear, stop))
    with reading(engine):
        thread.start()
        try:
            assert ear.is_listening()
            yield ear
        finally:
            stop.set()
            thread.join(60)
    engine.dispose()


@pytest.fixture
def here(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def write_a_letter(engine: Engine) -> None:
    with writing(engine) as connection:
        enqueue(connection, "withdrawn", NOW, address="lien-he@vi-du.example")


def test_a_letter_is_heard_of_on_another_machine_whose_pool_is_empty(url: str, here: Engine) -> None:
    with another_machine(url) as ear:
        write_a_letter(here)

        assert ear.hears(lambda heard: {MAIL} in heard)


def test_a_submission_rings_for_its_letter_its_event_and_its_files(url: str, here: Engine, store: FileStore) -> None:
    with another_machine(url) as ear:
        Writer(here, store).write(an_intake())

        assert ear.hears(lambda heard: {MAIL, EVENTS, FILES} in heard[1:])


def test_what_is_taken_back_rings_nothing(url: str, here: Engine) -> None:
    with another_machine(url) as ear:
        with pytest.raises(RuntimeError), writing(here) as connection:
            enqueue(connection, "withdrawn", NOW, address="lien-he@vi-du.example")
            raise RuntimeError
        with writing(here) as connection:
            connection.execute(text("SELECT pg_notify('hotro', 'files')"))

        assert ear.hears(lambda heard: len(heard) > 1)
        assert ear.heard[1:] == [{FILES}]


def test_a_listener_that_is_cut_off_comes_back_and_looks_at_everything(url: str, here: Engine) -> None:
    with another_machine(url) as ear:
        with writing(here) as connection:
            connection.execute(text(END_LISTENER))
        back = ear.is_listening(times=2)
        write_a_letter(here)

        assert back and ear.hears(lambda heard: heard[-1] == {MAIL})


def test_what_cannot_be_rung_is_written_all_the_same(here: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.storage.bells.CHANNEL", "x" * 100)  # longer than PostgreSQL takes

    write_a_letter(here)

    with reading(here) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM outbox")).scalar_one() == 1
