"""Counts within a window, shared by all processes. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from processor.storage.counters import count, forget_counts
from processor.storage.engine import Engine, writing
from tests.factories import NOW


def test_each_name_subject_and_window_is_counted_by_itself(engine: Engine) -> None:
    told = [
        ("mail", "a", NOW),
        ("mail", "a", NOW),
        ("mail", "b", NOW),
        ("code", "a", NOW),
        ("mail", "a", NOW + timedelta(hours=1)),
        ("mail", "a", NOW),
    ]

    with writing(engine) as connection:
        counted = [count(connection, *each) for each in told]

    assert counted == [1, 2, 1, 1, 1, 3]


def test_none_is_lost_when_many_count_at_once(engine: Engine) -> None:
    def once(_: int) -> int:
        with writing(engine) as connection:
            return count(connection, "mail", "a", NOW)

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(once, range(40)))

    assert sorted(counted) == list(range(1, 41))


def test_old_windows_are_forgotten_and_newer_ones_go_on(engine: Engine) -> None:
    with writing(engine) as connection:
        count(connection, "mail", "a", NOW - timedelta(hours=1))
        count(connection, "mail", "a", NOW)

        forgotten = forget_counts(connection, NOW)

        assert forgotten == 1
        assert count(connection, "mail", "a", NOW) == 2
