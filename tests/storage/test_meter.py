"""Counts against limits that are asked for at the same time share a transaction. On both databases."""

from concurrent.futures import Future
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event

from processor.domain.errors import Unavailable
from processor.storage.counters import counted
from processor.storage.engine import Engine, reading
from processor.storage.meter import Meter
from tests.factories import NOW


def a_thread_held_up(meter: Meter) -> Event:
    """Until the event is set, whoever asks has to wait."""
    going = Event()
    meter.line.thread.submit(going.wait)
    return going


def test_those_who_wait_together_are_counted_in_one_transaction_each_by_himself(engine: Engine) -> None:
    meter, commits = Meter(engine), list[object]()
    event.listen(engine, "commit", commits.append)
    going = a_thread_held_up(meter)

    begun = [meter.begin(NOW, [("mail", "a"), ("code", str(number))]) for number in range(20)]
    later = meter.begin(NOW + timedelta(hours=1), [("mail", "a")])
    going.set()

    assert [one.result(30) for one in begun] == [[number + 1, 1] for number in range(20)]
    assert later.result(30) == [1]
    assert len(commits) == 1


def test_who_gave_up_waiting_is_not_counted(engine: Engine) -> None:
    meter = Meter(engine)
    going = a_thread_held_up(meter)

    given_up, other = meter.begin(NOW, [("mail", "a")]), meter.begin(NOW, [("mail", "b")])
    given_up.cancel()
    going.set()

    assert other.result(30) == [1]
    with reading(engine) as connection:
        assert counted(connection, "mail", "a", NOW) == 0


def test_all_are_told_when_nothing_could_be_written_and_the_next_are_counted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter(engine)

    def went_away(*_: Any) -> int:
        raise Unavailable()

    with monkeypatch.context() as gone:
        gone.setattr("processor.storage.meter.count", went_away)
        begun: list[Future[list[int]]] = [meter.begin(NOW, [("mail", "a")]) for _ in range(3)]
        told = [type(one.exception(30)) for one in begun]

    assert told == [Unavailable] * 3
    assert meter.begin(NOW, [("mail", "a")]).result(30) == [1]
