"""Whoever waits is served, and served once, however many come at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from processor.storage.line import MOST_TOGETHER, Line


def test_those_who_come_while_others_are_served_are_served_next_in_their_order() -> None:
    served, going, last = list[list[int]](), Event(), Event()

    def serve(together: list[int]) -> None:
        going.wait(30)
        served.append(together)
        if together[-1] == MOST_TOGETHER + 1:
            last.set()

    line = Line("line", serve)
    line.join(0)
    while line.waiting:
        """Until the first is being served."""
    for number in range(1, MOST_TOGETHER + 2):
        line.join(number)
    going.set()

    assert last.wait(30)
    assert served == [[0], [*range(1, MOST_TOGETHER + 1)], [MOST_TOGETHER + 1]]


def test_nobody_is_left_waiting_when_many_come_at_once() -> None:
    served = list[int]()
    everybody = Event()

    def serve(together: list[int]) -> None:
        served.extend(together)
        if len(served) == 4000:
            everybody.set()

    line = Line("line", serve)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(line.join, range(4000)))

    assert everybody.wait(30) and sorted(served) == list(range(4000))


def test_who_comes_soon_after_the_others_waits_a_moment_for_more() -> None:
    served, twice = list[list[int]](), Event()

    def serve(together: list[int]) -> None:
        served.append(together)
        if len(served) == 2:
            twice.set()

    line = Line("line", serve, gathering=0.5)
    line.join(0)
    while not served:
        """Until the first is served."""
    for number in (1, 2, 3):
        line.join(number)

    assert twice.wait(30)
    assert served == [[0], [1, 2, 3]]
