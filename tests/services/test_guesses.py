"""Guessing gets slower and slower, for all processes together, and never stops anybody for good. On both databases."""

import pytest

from processor.domain.errors import Forbidden, Malformed
from processor.services.guesses import Slowed, guess, officers_secret, wrong_guess
from processor.services.parts import Wired
from tests.desk import DeskClock, at_once

SECRET = officers_secret("test_secret")


def tried(wired: Wired, right: bool = False, subject: str = "lan", slowed: Slowed = SECRET) -> str:
    try:
        with guess(wired, (slowed, subject)):
            if not right:
                raise Forbidden("sign_in_failed")
    except (Forbidden, Malformed) as refusal:
        return refusal.values.get("minutes") or refusal.code
    return "right"


def test_five_failures_a_minute_then_every_five_more_pause_longer_up_to_a_quarter_of_an_hour(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    five = [tried(either_desk) for _ in range(5)]
    pauses = [int(tried(either_desk))]
    for _ in range(25):
        desk_clock.move(minutes=pauses[-1])
        assert tried(either_desk) == "sign_in_failed"
        pauses.append(int(tried(either_desk)))

    assert five == ["sign_in_failed"] * 5
    assert pauses[:10] == [1] * 5 + [2] * 5
    assert max(pauses) == 8, "what is an hour old counts no more, so a steady guesser stays here"


def test_a_pause_ends_by_itself_and_asking_during_it_does_not_lengthen_it(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    for _ in range(5):
        tried(either_desk)
    for _ in range(59):
        desk_clock.move(seconds=1)
        assert tried(either_desk, right=True) == "1"

    desk_clock.move(seconds=1)

    assert tried(either_desk, right=True) == "right"


def test_right_secrets_are_not_counted_and_others_are_not_slowed(either_desk: Wired) -> None:
    rights = [tried(either_desk, right=True) for _ in range(8)]
    for _ in range(5):
        tried(either_desk)

    assert rights == ["right"] * 8
    assert tried(either_desk, subject="binh") == "sign_in_failed"


def test_guesses_that_come_at_once_do_not_slip_through_together(either_desk: Wired) -> None:
    outcomes = at_once([lambda: tried(either_desk)] * 12)

    assert sorted(outcomes) == ["1"] * 7 + ["sign_in_failed"] * 5


def test_what_breaks_during_the_check_is_no_failure(either_desk: Wired) -> None:
    for _ in range(6):
        with pytest.raises(ValueError), guess(either_desk, (SECRET, "lan")):
            raise ValueError

    assert tried(either_desk) == "sign_in_failed"


def test_a_clock_that_was_ahead_for_a_while_locks_nobody_out(either_desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.move(days=400)
    for _ in range(5):
        tried(either_desk)

    desk_clock.move(days=-400)

    assert tried(either_desk) == "sign_in_failed"


def test_ten_wrong_codes_of_a_dossier_are_followed_by_a_quarter_of_an_hour(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    code = Slowed("a_code", 10, (15,))
    for _ in range(10):
        wrong_guess(either_desk, (code, "HT-1"))

    desk_clock.move(minutes=14, seconds=59)
    with pytest.raises(Malformed, match="rate_limited"):
        wrong_guess(either_desk, (code, "HT-1"))
    desk_clock.move(seconds=1)

    wrong_guess(either_desk, (code, "HT-1"))
