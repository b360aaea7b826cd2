"""Officers and the sessions that really end. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from processor.storage.engine import Engine, reading, writing
from processor.storage.officers import (
    change_password,
    delete_sessions_before,
    disable_officer,
    end_session,
    every_officer,
    find_session,
    insert_session,
    officer_named,
    touch_session,
)
from tests.factories import NOW, an_officer


def sign_in(engine: Engine, officer_id: int, token_hash: str, days_ago: int = 0) -> None:
    with writing(engine) as connection:
        insert_session(connection, token_hash, officer_id, f"csrf-{token_hash}", NOW - timedelta(days=days_ago))


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
