"""Whatever workers of several machines take, each thing is taken by one of them. On both databases."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Barrier

import pytest

from processor.domain.scanning import UNSCANNED
from processor.storage.engine import Connection, Engine, open_engine, writing
from processor.storage.exchange.dossier_lists import claim_list, insert_list, waiting_lists
from processor.storage.exchange.feed import place_events
from processor.storage.exchange.webhooks import announce, claim_delivery, insert_webhook
from processor.storage.files.attachments import FileStore
from processor.storage.files.scans import claim_scan, waiting_files
from processor.storage.outbox import claim_next, enqueue
from processor.storage.writer import Writer
from tests.factories import NOW, an_attachment, an_intake, an_officer
from tests.postgres import Postgres

MACHINES = 4
THINGS = 12
LEASE = timedelta(minutes=3)
Take = Callable[[Connection], object]


@pytest.fixture
def machines(database_url: str) -> Iterator[Sequence[Engine]]:
    with ExitStack() as opened:
        engines = [open_engine(database_url) for _ in range(MACHINES)]
        for engine in engines:
            opened.callback(engine.dispose)
        yield engines


def all_taken(machines: Sequence[Engine], take: Take) -> list[object]:
    """By everybody at once, until nothing is left."""
    together = Barrier(len(machines))

    def take_all(engine: Engine) -> list[object]:
        together.wait(60)
        taken = []
        while found := taken_once(engine, take):
            taken.append(found)
        return taken

    with ThreadPoolExecutor(len(machines)) as pool:
        return [one for each in pool.map(take_all, machines) for one in each]


def taken_once(engine: Engine, take: Take) -> object:
    with writing(engine) as connection:
        return take(connection)


def once_each(taken: Sequence[object]) -> bool:
    return len(taken) == len(set(taken)) == THINGS


def test_each_letter_is_taken_by_one_worker(machines: Sequence[Engine]) -> None:
    with writing(machines[0]) as connection:
        for _ in range(THINGS):
            enqueue(connection, "withdrawn", NOW, address="lien-he@vi-du.example")

    def take(connection: Connection) -> object:
        due = claim_next(connection, ["withdrawn"], NOW, NOW + LEASE)
        return due and due.id

    assert once_each(all_taken(machines, take))


def test_each_word_for_another_system_is_taken_by_one_worker(machines: Sequence[Engine], store: FileStore) -> None:
    with writing(machines[0]) as connection:
        webhook = insert_webhook(connection, "http://127.0.0.1/nghe", "Hệ thống ví dụ", "seed", NOW)
    writer = Writer(machines[0], store)
    for _ in range(THINGS):
        writer.write(an_intake())
    with writing(machines[0]) as connection:
        place_events(connection)
        announce(connection, NOW)

    def take(connection: Connection) -> object:
        due = claim_delivery(connection, webhook, NOW, NOW + LEASE)
        return due and due.id

    assert once_each(all_taken(machines, take))


def test_each_list_is_made_by_one_process(machines: Sequence[Engine]) -> None:
    officer = an_officer(machines[0])
    with writing(machines[0]) as connection:
        for number in range(THINGS):
            insert_list(connection, f"{number:032}", officer.id, "", "csv", NOW)

    def take(connection: Connection) -> object:
        waiting = waiting_lists(connection, NOW)
        return next((one for one in waiting if claim_list(connection, one, NOW, NOW + LEASE)), None)

    assert once_each(all_taken(machines, take))


def test_each_file_is_scanned_by_one_worker(machines: Sequence[Engine], store: FileStore) -> None:
    Writer(machines[0], store).write(an_intake(*(an_attachment() for _ in range(THINGS))))

    def take(connection: Connection) -> object:
        waiting = waiting_files(connection, NOW, THINGS)
        mine = (file for file in waiting if claim_scan(connection, file, NOW, NOW + LEASE))
        return next((file.id for file in mine if file.scan_state == UNSCANNED), None)

    assert once_each(all_taken(machines, take))


def test_a_letter_that_is_just_being_taken_is_passed_by_not_waited_for(postgres: Postgres) -> None:
    url = postgres.fresh()
    here, there = open_engine(url), open_engine(url, busy_milliseconds=100)
    with writing(here) as connection:
        for _ in range(2):
            enqueue(connection, "withdrawn", NOW, address="lien-he@vi-du.example")

    with writing(here) as slow, writing(there) as quick:
        first = claim_next(slow, ["withdrawn"], NOW, NOW + LEASE)
        second = claim_next(quick, ["withdrawn"], NOW, NOW + LEASE)
        third = claim_next(quick, ["withdrawn"], NOW, NOW + LEASE)

    for engine in (here, there):
        engine.dispose()
    postgres.give_back(url)
    assert first and second and first.id != second.id and third is None
