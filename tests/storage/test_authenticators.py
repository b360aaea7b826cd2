"""The authenticator app and the recovery codes of an officer. On both databases."""

from datetime import timedelta

from processor.domain.access.officer import Officer
from processor.storage.engine import Engine, reading, writing
from processor.storage.officers.authenticators import app_secret, confirm_secret, forget_secret, offer_secret, use_step
from processor.storage.officers.officers import officer_named
from processor.storage.officers.recovery_codes import recovery_codes_left, replace_recovery_codes, use_recovery_code
from tests.factories import NOW, an_officer


def as_stored(engine: Engine, name: str = "can-bo-1") -> Officer:
    with reading(engine) as connection:
        found = officer_named(connection, name)
    assert found
    return found[0]


def test_a_secret_counts_only_once_its_first_code_was_typed(engine: Engine) -> None:
    officer = an_officer(engine)
    with writing(engine) as connection:
        offer_secret(connection, officer.id, "sealed")
    offered = as_stored(engine)

    with writing(engine) as connection:
        foreign = confirm_secret(connection, officer.id, "another", 100, NOW)
        confirmed = confirm_secret(connection, officer.id, "sealed", 100, NOW)
        again = confirm_secret(connection, officer.id, "sealed", 101, NOW)

    assert (foreign, confirmed, again) == (False, True, False)
    assert not offered.second_factor and as_stored(engine).second_factor


def test_a_confirmed_secret_is_not_replaced_by_an_offer(engine: Engine) -> None:
    officer = an_officer(engine)
    with writing(engine) as connection:
        offer_secret(connection, officer.id, "sealed")
        confirm_secret(connection, officer.id, "sealed", 100, NOW)

    with writing(engine) as connection:
        offer_secret(connection, officer.id, "another")
        kept = app_secret(connection, officer.id)

    assert kept == "sealed"


def test_each_time_step_opens_once_and_none_before_the_last(engine: Engine) -> None:
    officer = an_officer(engine)
    with writing(engine) as connection:
        opened = [use_step(connection, officer.id, step) for step in (100, 100, 99, 101, 100)]

    assert opened == [True, False, False, True, False]


def test_forgetting_leaves_nothing_of_it(engine: Engine) -> None:
    officer = an_officer(engine)
    with writing(engine) as connection:
        offer_secret(connection, officer.id, "sealed")
        confirm_secret(connection, officer.id, "sealed", 100, NOW)
        forget_secret(connection, officer.id)

    with reading(engine) as connection:
        assert app_secret(connection, officer.id) is None
    assert not as_stored(engine).second_factor


def test_a_recovery_code_opens_once_and_for_its_officer_alone(engine: Engine) -> None:
    officer, other = an_officer(engine, "lan"), an_officer(engine, "binh")
    with writing(engine) as connection:
        replace_recovery_codes(connection, officer.id, ["a", "b"])
        replace_recovery_codes(connection, other.id, ["a"])

    with writing(engine) as connection:
        used = [use_recovery_code(connection, officer.id, code, NOW + timedelta(days=1)) for code in ("a", "a", "c")]
        left = [recovery_codes_left(connection, one.id) for one in (officer, other)]

    assert used == [True, False, False]
    assert left == [1, 1]


def test_new_recovery_codes_end_the_old_ones(engine: Engine) -> None:
    officer = an_officer(engine)
    with writing(engine) as connection:
        replace_recovery_codes(connection, officer.id, ["a", "b"])
        replace_recovery_codes(connection, officer.id, ["c"])

    with writing(engine) as connection:
        old, new = (use_recovery_code(connection, officer.id, code, NOW) for code in ("a", "c"))
        replace_recovery_codes(connection, officer.id, [])

    assert (old, new) == (False, True)
    with reading(engine) as connection:
        assert recovery_codes_left(connection, officer.id) == 0
