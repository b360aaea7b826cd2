"""A password that is easy to guess is not set. Requirements: OWASP ASVS 5.0, 6.2."""

import pytest
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError

from processor.services.access import hashing
from processor.services.access.accounts import AccountFault, add_officer, reset_password
from processor.services.access.sign_in import Caller, sign_in
from processor.services.parts import Wired

HERE = Caller("127.0.0.1")
GOOD = "bốn con cò bay lả trên đồng"


@pytest.mark.parametrize(
    "guessable", ["password1234", "123456789012", "qwertyuiop123", "hotrohotro12", "tham-dinh-moi1", "aaaaaaaaaaaaaaa"]
)
def test_what_is_common_a_pattern_or_a_known_name_is_refused(guessable: str, wired: Wired) -> None:
    with pytest.raises(AccountFault, match="dễ đoán"):
        add_officer(wired, "tham-dinh-moi", "appraiser", guessable)

    add_officer(wired, "tham-dinh-moi", "appraiser", GOOD)


def test_a_reset_is_judged_alike_and_changes_nothing_when_it_is_refused(wired: Wired) -> None:
    add_officer(wired, "tham-dinh-moi", "appraiser", GOOD)

    with pytest.raises(AccountFault, match="dễ đoán"):
        reset_password(wired, "tham-dinh-moi", "tham-dinh-moi-1")

    assert sign_in(wired, "tham-dinh-moi", GOOD, HERE)


@pytest.mark.parametrize("length", [64, 200])
def test_a_long_password_of_any_signs_is_taken_and_every_sign_of_it_counts(length: int, wired: Wired) -> None:
    password = (f"{GOOD} ! 09 😀 " * 12)[:length]

    add_officer(wired, "dai", "reader", password)

    assert sign_in(wired, "dai", password, HERE)
    with pytest.raises(Exception, match="sign_in_failed"):
        sign_in(wired, "dai", f"{password[:-1]}#", HERE)


def test_it_is_stored_as_an_argon2id_hash(wired: Wired) -> None:
    add_officer(wired, "dai", "reader", GOOD)

    with wired.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT password_hash FROM officers").scalar_one()

    assert stored.startswith("$argon2id$v=19$")


def test_what_stands_for_the_hash_of_nobody_costs_as_much_as_any_and_is_read_to_its_end() -> None:
    somebody, nobody = hashing.hashed("mat-khau-vi-du-dai"), hashing.nobodys_hash()

    assert extract_parameters(nobody) == extract_parameters(somebody)
    with pytest.raises(VerifyMismatchError):  # not InvalidHashError, which would come at once
        hashing.HASHER.verify(nobody, "mat-khau-vi-du-dai")
