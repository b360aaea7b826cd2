"""Signing in: alike for unknown names, slowed for who guesses, never locked for the browser that was here before."""

import unicodedata

import pytest

from processor.domain.errors import Conflict, Forbidden, Malformed, NotFound
from processor.services.access.accounts import (
    AccountFault,
    add_officer,
    change_role,
    disable,
    known_officer,
    let_in_again,
    officer_by_id,
    set_email,
    shut_out,
)
from processor.services.access.sign_in import (
    Caller,
    Opened,
    end_other_sessions,
    end_own_session,
    living_sessions,
    session_of,
    sign_in,
)
from processor.services.parts import Wired
from tests.application import MovedClock
from tests.signing_in import PASSWORD, to_a_new_hour

HERE, ELSEWHERE = Caller("192.0.2.1"), Caller("192.0.2.2")


@pytest.fixture(autouse=True)
def lan(wired: Wired, moved_clock: MovedClock) -> None:
    to_a_new_hour(moved_clock)
    add_officer(wired, "Lan", "intake", PASSWORD)


def opened(wired: Wired, name: str = "Lan", caller: Caller = HERE) -> Opened:
    found = sign_in(wired, name, PASSWORD, caller)
    assert isinstance(found, Opened)
    return found


def refused(wired: Wired, name: str, password: str, caller: Caller = HERE) -> str:
    with pytest.raises((Forbidden, Malformed)) as refusal:
        sign_in(wired, name, password, caller)
    return refusal.value.code


def test_a_name_and_a_password_open_however_their_marks_are_composed(wired: Wired) -> None:
    add_officer(wired, "Nguyễn Thị Mẫu", "intake", "mật khẩu đủ dài")

    for form in ("NFC", "NFD"):
        name, password = (unicodedata.normalize(form, words) for words in ("Nguyễn Thị Mẫu", "mật khẩu đủ dài"))
        assert isinstance(sign_in(wired, f" {name} ", password, HERE), Opened)


def test_an_account_is_slowed_after_five_failures_alike_for_a_name_that_nobody_has(wired: Wired) -> None:
    for name in ("Lan", "Khong co"):
        callers = [Caller(f"192.0.2.{number}") for number in range(3, 8)]
        failures = [refused(wired, name, "sai", caller) for caller in callers]

        assert failures == ["sign_in_failed"] * 5
        assert refused(wired, name, PASSWORD, ELSEWHERE) == "rate_limited"


def test_an_address_is_slowed_after_five_failures_whatever_the_names(wired: Wired) -> None:
    failures = [refused(wired, f"ten-{number}", "sai") for number in range(5)]

    assert failures == ["sign_in_failed"] * 5
    assert refused(wired, "Lan", PASSWORD) == "rate_limited"
    assert opened(wired, caller=ELSEWHERE)


def test_nobody_locks_an_officer_out_of_the_browser_that_they_use(wired: Wired, moved_clock: MovedClock) -> None:
    known = opened(wired).browser
    for number in range(5):
        refused(wired, "Lan", "sai", Caller(f"198.51.100.{number}"))

    from_own_browser = opened(wired, caller=Caller("192.0.2.1", browser=known))
    of_another = refused(wired, "Lan", PASSWORD, Caller("192.0.2.1", browser=f"{known}x"))
    moved_clock.move(minutes=1)

    assert from_own_browser and of_another == "rate_limited"
    assert opened(wired)


def test_colleagues_behind_one_address_do_not_lock_out_who_was_there_before(wired: Wired) -> None:
    known = opened(wired).browser
    for number in range(5):
        refused(wired, f"ten-{number}", "sai")

    assert opened(wired, caller=Caller(HERE.address, browser=known))
    assert refused(wired, "Binh", "sai", Caller(HERE.address, browser=known)) == "rate_limited"


def test_the_mark_of_a_browser_helps_its_own_officer_alone(wired: Wired) -> None:
    add_officer(wired, "Binh", "intake", PASSWORD)
    known = opened(wired, "Binh").browser
    for number in range(5):
        refused(wired, "Lan", "sai", Caller(f"198.51.100.{number}"))

    assert refused(wired, "Lan", PASSWORD, Caller("192.0.2.1", browser=known)) == "rate_limited"


def test_right_passwords_are_never_counted(wired: Wired) -> None:
    assert all(opened(wired) for _ in range(12))


def test_sessions_are_listed_ended_one_by_one_and_all_but_this(wired: Wired) -> None:
    add_officer(wired, "Binh", "intake", PASSWORD)
    own = [opened(wired, caller=Caller("192.0.2.1", f"Firefox {number}")) for number in range(4)]
    foreign = session_of(wired, opened(wired, "Binh").token)
    first, second, third, fourth = (session_of(wired, one.token) for one in own)
    assert first and second and third and fourth and foreign

    end_own_session(wired, first.officer, second.handle)
    with pytest.raises(NotFound):
        end_own_session(wired, first.officer, foreign.handle)
    left = {session.agent for session in living_sessions(wired, first.officer)}
    end_other_sessions(wired, first)

    assert left == {"Firefox 0", "Firefox 2", "Firefox 3"}
    assert [one.agent for one in living_sessions(wired, first.officer)] == ["Firefox 0"]
    assert living_sessions(wired, foreign.officer)


def test_a_session_that_lapsed_is_not_listed(wired: Wired, moved_clock: MovedClock) -> None:
    opened(wired)

    moved_clock.move(minutes=31)

    assert living_sessions(wired, known_officer(wired, "Lan")) == []


def test_who_is_shut_out_comes_back_only_when_let_in_again(wired: Wired) -> None:
    token = opened(wired).token
    officer = known_officer(wired, "Lan")

    shut_out(wired, officer)
    gone = session_of(wired, token), refused(wired, "Lan", PASSWORD)
    let_in_again(wired, officer)

    assert gone == (None, "sign_in_failed")
    assert opened(wired)


def test_the_last_admin_stays_an_admin_who_can_sign_in(wired: Wired) -> None:
    add_officer(wired, "An", "admin", PASSWORD)
    admin = known_officer(wired, "An")
    with pytest.raises(Conflict, match="last_admin"):
        disable(wired, "An")
    with pytest.raises(Conflict, match="last_admin"):
        change_role(wired, admin, "leader")

    change_role(wired, known_officer(wired, "Lan"), "admin")
    change_role(wired, admin, "leader")

    with pytest.raises(Conflict, match="last_admin"):
        disable(wired, "Lan")
    assert officer_by_id(wired, admin.id).role == "leader"


def test_a_new_role_holds_in_the_open_session(wired: Wired) -> None:
    token = opened(wired).token

    change_role(wired, known_officer(wired, "Lan"), "reader")

    session = session_of(wired, token)
    assert session and session.officer.role == "reader"


def test_an_address_for_the_digest_is_one_that_mail_reaches(wired: Wired) -> None:
    for unreadable in ("lan", "a@b, c@d", "lan@vi-du.vn\r\nBcc: x@vi-du.vn"):
        with pytest.raises(AccountFault, match="ten@donvi.vn"):
            set_email(wired, "Lan", unreadable)

    set_email(wired, "Lan", "lan@vi-du.vn")
    given = known_officer(wired, "Lan").email
    set_email(wired, "Lan", "")

    assert given == "lan@vi-du.vn" and known_officer(wired, "Lan").email is None


@pytest.mark.parametrize("officer_id", [0, 999, 2**63, 10**40])
def test_an_officer_that_is_not_there_is_not_found(wired: Wired, officer_id: int) -> None:
    with pytest.raises(NotFound):
        officer_by_id(wired, officer_id)
