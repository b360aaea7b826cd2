"""While a store answers nobody, one tries at a time; the others are refused without waiting."""

import pytest

from processor.storage.files.attachments import StoreDown
from processor.storage.files.breaker import PAUSE, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("s3://tep", 20, clock)


def fails(breaker: Breaker, clock: Clock, after: float, reason: str = "store_unreachable") -> bool:
    """Whether it was tried at all."""
    tried = False
    with pytest.raises(StoreDown), breaker.guarding():
        tried = True
        clock.now += after
        raise StoreDown(reason, "s3://tep")
    return tried


def works(breaker: Breaker) -> bool:
    try:
        with breaker.guarding():
            return True
    except StoreDown:
        return False


def test_after_one_that_waited_in_vain_the_next_is_refused_until_a_moment_has_passed(
    breaker: Breaker, clock: Clock
) -> None:
    first = fails(breaker, clock, after=20)
    at_once = works(breaker)
    clock.now += PAUSE

    assert (first, at_once, works(breaker), works(breaker)) == (True, False, True, True)


def test_while_one_tries_again_the_others_are_refused(breaker: Breaker, clock: Clock) -> None:
    fails(breaker, clock, after=20)
    clock.now += PAUSE

    with breaker.guarding():
        others = [works(breaker), works(breaker)]

    assert others == [False, False] and works(breaker)


def test_a_trial_that_nobody_ends_does_not_lock_the_others_out(breaker: Breaker, clock: Clock) -> None:
    fails(breaker, clock, after=20)
    clock.now += PAUSE
    trial = breaker.guarding()
    trial.__enter__()
    clock.now += 20

    assert works(breaker)


@pytest.mark.parametrize(
    ("after", "reason"), [(0.1, "store_unreachable"), (20, "store_failed"), (20, "store_forbidden")]
)
def test_a_store_that_says_no_is_asked_again_at_once(after: float, reason: str, breaker: Breaker, clock: Clock) -> None:
    assert [fails(breaker, clock, after, reason) for _ in range(3)] == [True] * 3


def test_an_object_that_is_not_there_is_an_answer(breaker: Breaker, clock: Clock) -> None:
    fails(breaker, clock, after=20)
    clock.now += PAUSE

    with pytest.raises(FileNotFoundError), breaker.guarding():
        raise FileNotFoundError

    assert works(breaker)
