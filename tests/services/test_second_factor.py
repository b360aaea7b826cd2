"""The second factor: set up by its first code, opened once by each code, helped by recovery codes, taken away again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp import TOTP

from processor.domain.access.officer import Officer
from processor.domain.errors import Conflict, Forbidden, Malformed
from processor.services.access.accounts import add_officer, known_officer, reset_password, reset_second_factor
from processor.services.access.second_factor import codes_left, confirm, offered_secret, remove, renew_recovery_codes
from processor.services.access.sign_in import (
    Caller,
    HalfOpened,
    Opened,
    finish_sign_in,
    living_sessions,
    session_of,
    sign_in,
)
from processor.services.parts import Wired
from processor.storage.engine import reading
from processor.storage.officers.authenticators import app_secret
from tests.application import MovedClock
from tests.signing_in import PASSWORD, to_a_new_hour

HERE = Caller("192.0.2.1")


@pytest.fixture
def officer(wired: Wired) -> Officer:
    add_officer(wired, "lan", "intake", PASSWORD)
    return known_officer(wired, "lan")


def code(wired: Wired, secret: str) -> str:
    return TOTP(secret).at(wired.clock())


def wrong(wired: Wired, secret: str) -> str:
    return f"{(int(code(wired, secret)) + 500_000) % 1_000_000:06}"


def with_app(wired: Wired, officer: Officer) -> tuple[str, list[str]]:
    secret = offered_secret(wired, officer)
    return secret, confirm(wired, officer, code(wired, secret))


def half(wired: Wired) -> str:
    opened = sign_in(wired, "lan", PASSWORD, HERE)
    assert isinstance(opened, HalfOpened)
    return opened.half


def refused(wired: Wired, typed: str, half_session: str) -> str:
    with pytest.raises((Forbidden, Malformed)) as refusal:
        finish_sign_in(wired, half_session, typed, HERE)
    return refusal.value.code


def test_an_offered_secret_stays_the_same_and_asks_for_nothing_until_its_first_code(
    wired: Wired, officer: Officer
) -> None:
    first = offered_secret(wired, officer)

    again = offered_secret(wired, officer)

    assert first == again
    assert isinstance(sign_in(wired, "lan", PASSWORD, HERE), Opened)


def test_the_secret_is_not_stored_as_it_is(wired: Wired, officer: Officer) -> None:
    secret = offered_secret(wired, officer)

    with reading(wired.engine) as connection:
        stored = app_secret(connection, officer.id)

    assert stored and secret not in stored


def test_the_first_code_sets_it_up_and_gives_ten_recovery_codes(wired: Wired, officer: Officer) -> None:
    secret = offered_secret(wired, officer)
    with pytest.raises(Forbidden, match="code_failed"):
        confirm(wired, officer, wrong(wired, secret))

    codes = confirm(wired, officer, code(wired, secret))

    assert len(set(codes)) == 10 and codes_left(wired, officer) == 10
    assert isinstance(sign_in(wired, "lan", PASSWORD, HERE), HalfOpened)


def test_who_has_a_second_factor_sets_up_no_other(wired: Wired, officer: Officer) -> None:
    with_app(wired, officer)
    now = known_officer(wired, "lan")

    with pytest.raises(Conflict, match="code_stands"):
        offered_secret(wired, now)
    with pytest.raises(Conflict, match="code_stands"):
        confirm(wired, now, "000000")


def test_a_code_opens_once_and_the_next_time_step_opens_again(
    wired: Wired, officer: Officer, moved_clock: MovedClock
) -> None:
    secret, _ = with_app(wired, officer)
    used = code(wired, secret)

    of_set_up = refused(wired, used, half(wired))
    moved_clock.move(seconds=60)
    opened = finish_sign_in(wired, half(wired), code(wired, secret), HERE)
    again = refused(wired, code(wired, secret), half(wired))

    session = session_of(wired, opened.token)
    assert (of_set_up, again) == ("code_failed", "code_failed")
    assert session and session.officer.name == "lan"


def test_a_clock_half_a_minute_off_opens_too(wired: Wired, officer: Officer, moved_clock: MovedClock) -> None:
    secret, _ = with_app(wired, officer)
    moved_clock.move(minutes=5)
    early = TOTP(secret).at(wired.clock() + timedelta(seconds=30))

    opened = finish_sign_in(wired, half(wired), f" {early[:3]} {early[3:]} ", HERE)

    assert session_of(wired, opened.token)


def test_a_recovery_code_opens_once_however_it_is_typed(wired: Wired, officer: Officer) -> None:
    _, codes = with_app(wired, officer)

    opened = finish_sign_in(wired, half(wired), codes[3].lower().replace("-", " "), HERE)

    assert session_of(wired, opened.token)
    assert refused(wired, codes[3], half(wired)) == "code_failed"
    assert codes_left(wired, officer) == 9


def test_half_a_session_lapses_and_ends_with_a_new_password(
    wired: Wired, officer: Officer, moved_clock: MovedClock
) -> None:
    _, codes = with_app(wired, officer)
    begun = half(wired)
    reset_password(wired, "lan", "mot-mat-khau-khac")
    after_reset = refused(wired, codes[0], begun)
    reset_password(wired, "lan", PASSWORD)
    begun = half(wired)

    moved_clock.move(minutes=5)

    assert after_reset == refused(wired, codes[0], begun) == "sign_in_lapsed"
    assert codes_left(wired, officer) == 10


def test_guessing_codes_is_slowed(wired: Wired, officer: Officer, moved_clock: MovedClock) -> None:
    to_a_new_hour(moved_clock)
    secret, codes = with_app(wired, officer)
    begun = half(wired)
    guessed = [refused(wired, wrong(wired, secret), begun) for _ in range(5)]

    right = refused(wired, codes[0], begun)
    moved_clock.move(minutes=1)

    assert set(guessed) == {"code_failed"} and right == "rate_limited"
    assert finish_sign_in(wired, half(wired), codes[0], HERE)


def test_new_recovery_codes_need_the_password_and_end_the_old_ones(wired: Wired, officer: Officer) -> None:
    _, old = with_app(wired, officer)
    now = known_officer(wired, "lan")
    with pytest.raises(Forbidden, match="password_wrong"):
        renew_recovery_codes(wired, now, "sai mật khẩu")

    new = renew_recovery_codes(wired, now, PASSWORD)

    assert not set(old) & set(new)
    assert refused(wired, old[0], half(wired)) == "code_failed"
    assert finish_sign_in(wired, half(wired), new[0], HERE)


def test_without_a_second_factor_there_are_no_recovery_codes(wired: Wired, officer: Officer) -> None:
    with pytest.raises(Conflict, match="code_missing"):
        renew_recovery_codes(wired, officer, PASSWORD)


def test_removing_it_needs_the_password_and_leaves_the_password_alone(wired: Wired, officer: Officer) -> None:
    with_app(wired, officer)
    now = known_officer(wired, "lan")
    with pytest.raises(Forbidden, match="password_wrong"):
        remove(wired, now, "sai mật khẩu")
    still_asked = sign_in(wired, "lan", PASSWORD, HERE)

    remove(wired, now, PASSWORD)

    assert isinstance(still_asked, HalfOpened)
    assert isinstance(sign_in(wired, "lan", PASSWORD, HERE), Opened)
    assert codes_left(wired, officer) == 0


def test_trying_passwords_in_an_open_session_is_slowed(wired: Wired, officer: Officer, moved_clock: MovedClock) -> None:
    to_a_new_hour(moved_clock)
    with_app(wired, officer)
    now = known_officer(wired, "lan")
    for _ in range(5):
        with pytest.raises(Forbidden):
            remove(wired, now, "sai mật khẩu")

    with pytest.raises(Malformed, match="rate_limited"):
        remove(wired, now, PASSWORD)


def test_a_reset_for_a_lost_telephone_ends_every_session(wired: Wired, officer: Officer) -> None:
    _, codes = with_app(wired, officer)
    opened = finish_sign_in(wired, half(wired), codes[0], HERE)
    begun = half(wired)

    reset_second_factor(wired, officer)

    assert session_of(wired, opened.token) is None and living_sessions(wired, officer) == []
    assert refused(wired, codes[1], begun) == "sign_in_lapsed"
    assert isinstance(sign_in(wired, "lan", PASSWORD, HERE), Opened)


def test_after_a_change_of_the_servers_key_recovery_codes_still_open(wired: Wired, officer: Officer) -> None:
    secret, codes = with_app(wired, officer)
    elsewhere = replace(wired, server_key=b"x" * 32)

    by_app = refused(elsewhere, code(wired, secret), half(elsewhere))
    by_code = finish_sign_in(elsewhere, half(elsewhere), codes[0], HERE)

    assert by_app == "code_failed"
    assert session_of(elsewhere, by_code.token)
