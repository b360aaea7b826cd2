"""Officers and the sessions that really end. On both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from processor.storage.engine import Engine, reading, writing
from processor.storage.officers.officers import (
    change_password,
    delete_sessions_before,
    disable_officer,
    enable_officer,
    end_session,
    end_session_called,
    end_sessions_but,
    every_officer,
    find_session,
    give_email,
    give_role,
    insert_officer,
    insert_session,
    officer_named,
    officer_numbered,
    officer_of_subject,
    sessions_of,
    touch_session,
    working_admins,
)
from tests.factories import NOW, an_officer


def sign_in(engine: Engine, officer_id: int, token_hash: str, days_ago: int = 0) -> None:
    with writing(engine) as connection:
        insert_session(connection, token_hash, officer_id, f"csrf-{token_hash[:16]}", NOW - timedelta(days=days_ago))


def living(engine: Engine, *token_hashes: str) -> list[str]:
    with reading(engine) as connection:
        return [token_hash for token_hash in token_hashes if find_session(connection, token_hash)]


def test_an_officer_is_found_by_name_with_the_hash_of_the_password(engine: Engine) -> None:
    officer = an_officer(engine, "lan", "admin")

    with reading(engine) as connection:
        found, unknown = officer_named(connection, "lan"), officer_named(connection, "Lan")

    assert found == (officer, "hash")
    assert (officer.name, officer.role, officer.disabled) == ("lan", "admin", False)
    assert unknown is None


def test_officers_are_listed_by_name_and_a_name_is_taken_once(engine: Engine) -> None:
    officers = [an_officer(engine, name) for name in ("binh", "an")]

    with pytest.raises(IntegrityError):
        an_officer(engine, "an")

    with reading(engine) as connection:
        assert every_officer(connection) == officers[::-1]


def test_a_session_tells_whose_it_is_and_when_it_was_used(engine: Engine) -> None:
    officer = an_officer(engine)
    sign_in(engine, officer.id, "a")
    later = NOW + timedelta(minutes=7)

    with writing(engine) as connection:
        touch_session(connection, "a", later)
        session = find_session(connection, "a")

    assert session is not None
    assert (session.officer, session.csrf) == (officer, "csrf-a")
    assert (session.started_at, session.seen_at) == (NOW, later)


def test_signing_out_ends_one_session(engine: Engine) -> None:
    officer = an_officer(engine)
    sign_in(engine, officer.id, "a")
    sign_in(engine, officer.id, "b")

    with writing(engine) as connection:
        end_session(connection, "a")

    assert living(engine, "a", "b") == ["b"]


def test_a_new_password_ends_every_session_of_that_officer_alone(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")
    for owner, token_hash in ((officer, "a"), (officer, "b"), (other, "c")):
        sign_in(engine, owner.id, token_hash)

    with writing(engine) as connection:
        change_password(connection, officer.id, "new hash")
        found = officer_named(connection, "lan")

    assert found is not None and found[1] == "new hash"
    assert living(engine, "a", "b", "c") == ["c"]


def test_a_disabled_officer_has_no_session_left(engine: Engine) -> None:
    officer = an_officer(engine)
    sign_in(engine, officer.id, "a")

    with writing(engine) as connection:
        disable_officer(connection, officer.id)
        (found,) = every_officer(connection)

    assert found.disabled
    assert living(engine, "a") == []


def test_sessions_lapse_by_age_and_by_idleness(engine: Engine) -> None:
    officer = an_officer(engine)
    for token_hash, days in (("old", 9), ("idle", 3), ("fresh", 0)):
        sign_in(engine, officer.id, token_hash, days)
    with writing(engine) as connection:
        touch_session(connection, "old", NOW)

    with writing(engine) as connection:
        removed = delete_sessions_before(connection, NOW - timedelta(days=7), NOW - timedelta(days=1))

    assert removed == 2
    assert living(engine, "old", "idle", "fresh") == ["fresh"]


def test_an_officer_of_the_agency_is_found_by_the_subject_there(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_officer(connection, "lan", "intake", "", NOW, "lan@vi-du.vn", "https://tk.example 17")
    an_officer(engine, "binh")

    with reading(engine) as connection:
        found = officer_of_subject(connection, "https://tk.example 17")
        unknown = officer_of_subject(connection, "https://khac.example 17")

    assert found and (found.name, found.email, found.from_agency) == ("lan", "lan@vi-du.vn", True)
    assert unknown is None


def test_one_subject_is_one_officer(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_officer(connection, "lan", "intake", "", NOW, None, "https://tk.example 17")

    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_officer(connection, "lan (2)", "intake", "", NOW, None, "https://tk.example 17")


def test_role_address_and_standing_are_changed_for_one_officer(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")

    with writing(engine) as connection:
        give_role(connection, officer.id, "leader")
        give_email(connection, officer.id, "lan@vi-du.vn")
        disable_officer(connection, officer.id)
        found = officer_numbered(connection, officer.id)
        enable_officer(connection, officer.id)
        again = officer_numbered(connection, officer.id)

    assert found and again
    assert (found[0].role, found[0].email, found[0].disabled) == ("leader", "lan@vi-du.vn", True)
    assert not again[0].disabled
    with reading(engine) as connection:
        assert officer_numbered(connection, other.id) == (other, "hash")
        assert officer_numbered(connection, 999) is None


def test_only_admins_who_may_sign_in_can_manage_officers(engine: Engine) -> None:
    able, gone = an_officer(engine, "an", "admin"), an_officer(engine, "binh", "admin")
    an_officer(engine, "chi", "leader")

    with writing(engine) as connection:
        disable_officer(connection, gone.id)

        assert working_admins(connection) == [able.id]


def test_sessions_of_an_officer_come_with_the_one_used_last_first(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")
    for owner, token_hash, days in ((officer, "a" * 64, 2), (officer, "b" * 64, 1), (other, "c" * 64, 0)):
        sign_in(engine, owner.id, token_hash, days)

    with reading(engine) as connection:
        found = sessions_of(connection, officer.id)

    assert [session.handle for session in found] == ["b" * 16, "a" * 16]
    assert {session.officer for session in found} == {officer}


def test_a_session_is_ended_by_its_handle_for_its_officer_alone(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")
    for owner, sign in ((officer, "a"), (officer, "b"), (other, "c")):
        sign_in(engine, owner.id, sign * 64)

    with writing(engine) as connection:
        handles = ("c" * 16, "a" * 15, "%" * 16, "a" * 16, "a" * 16)
        ended = [end_session_called(connection, officer.id, handle) for handle in handles]

    assert ended == [False, False, False, True, False]
    assert living(engine, "a" * 64, "b" * 64, "c" * 64) == ["b" * 64, "c" * 64]


def test_all_other_sessions_of_an_officer_end_at_once(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")
    for owner, sign in ((officer, "a"), (officer, "b"), (officer, "d"), (other, "c")):
        sign_in(engine, owner.id, sign * 64)

    with writing(engine) as connection:
        ended = end_sessions_but(connection, officer.id, "b" * 16)

    assert ended == 2
    assert living(engine, "a" * 64, "b" * 64, "c" * 64) == ["b" * 64, "c" * 64]


def goes_unless_last(engine: Engine, start: Callable[[], int], officer_id: int) -> bool:
    start()
    with writing(engine) as connection:
        if working_admins(connection) == [officer_id]:
            return False
        disable_officer(connection, officer_id)
    return True


def test_of_two_admins_who_go_at_once_one_stays(engine: Engine) -> None:
    admins = [an_officer(engine, name, "admin") for name in ("an", "binh")]
    start = Barrier(2).wait

    with ThreadPoolExecutor(2) as pool:
        gone = list(pool.map(partial(goes_unless_last, engine, start), [admin.id for admin in admins]))

    assert sorted(gone) == [False, True]
