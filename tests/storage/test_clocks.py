"""A clock is kept as it stands; the queue sorts by its due day. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from processor.domain.days.clock import Pause
from processor.domain.days.running_clock import RunningClock
from processor.storage.desk.clocks import clock_of, put_clock, running_clocks
from processor.storage.desk.queue import QueueFilter, queue_lines
from processor.storage.dossiers.dossiers import dossier_numbered
from processor.storage.engine import Connection, Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

DUE = date(2026, 12, 15)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def dossier_id(engine: Engine, store: FileStore) -> int:
    return Writer(engine, store).write(an_intake())


def a_clock(dossier_id: int) -> RunningClock:
    return RunningClock(dossier_id, NOW, 15, (), (), None, "v" * 16, DUE, None)


def due_in_queue(connection: Connection) -> date | None:
    (line,) = queue_lines(connection, QueueFilter())
    return line.due_on


def test_a_clock_comes_back_as_it_was_put(dossier_id: int, connection: Connection) -> None:
    pauses = (Pause(NOW, NOW + timedelta(days=2)), Pause(NOW + timedelta(days=3), None))
    extended = {"days": 5, "at": "2026-12-01T00:00:00+00:00", "reason": "lý do ví dụ"}
    whole = replace(a_clock(dossier_id), pauses=pauses, extensions=(extended,), due_on=None, printed_at=NOW)

    put_clock(connection, whole)

    found = clock_of(connection, dossier_id)
    assert found == whole
    assert found.all_days == 20 and found.paused_since == pauses[1].since


def test_a_dossier_that_was_not_accepted_has_no_clock(dossier_id: int, connection: Connection) -> None:
    assert clock_of(connection, dossier_id) is None
    assert due_in_queue(connection) is None


def test_the_queue_follows_until_the_clock_stops(dossier_id: int, connection: Connection) -> None:
    running = a_clock(dossier_id)
    later, paused, stopped = date(2026, 12, 22), replace(running, due_on=None), replace(running, stopped_at=NOW)

    followed = []
    for clock in (running, replace(running, due_on=later), paused, running, stopped):
        put_clock(connection, clock)
        followed.append(due_in_queue(connection))

    assert followed == [DUE, later, None, DUE, None]


def test_only_clocks_that_run_are_reckoned_anew(engine: Engine, store: FileStore, dossier_id: int) -> None:
    other = Writer(engine, store).write(an_intake())
    with writing(engine) as connection:
        put_clock(connection, a_clock(other))
        put_clock(connection, replace(a_clock(dossier_id), stopped_at=NOW))

        found = list(running_clocks(connection))

        assert found == [(dossier_numbered(connection, other).reference, a_clock(other))]
