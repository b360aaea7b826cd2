"""Codes of an app open near their time; what is stored opens for nobody else; recovery codes are typed loosely."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from processor.domain.access.authenticator import (
    address_of,
    app_code,
    in_groups,
    new_recovery_code,
    new_secret,
    sealed,
    step_of,
    unsealed,
)
from processor.domain.access.credentials import normal_access_code

KEY = b"k" * 32
# RFC 6238, appendix B: the secret of SHA-1 and the last six digits of its first value.
RFC_SECRET, RFC_MOMENT, RFC_CODE = (
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC),
    "287082",
)


def test_codes_are_those_of_the_standard() -> None:
    assert step_of(RFC_SECRET, RFC_CODE, RFC_MOMENT) == 1


@pytest.mark.parametrize(("seconds", "opens"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_a_code_opens_in_its_time_step_and_in_the_ones_beside_it(seconds: int, opens: bool) -> None:
    secret = new_secret()
    moment = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
    code = TOTP(secret).at(moment)

    step = step_of(secret, code, moment + timedelta(seconds=seconds))

    assert (step is not None) == opens
    assert step in (None, int(moment.timestamp()) // 30)


@pytest.mark.parametrize("typed", ["287082", " 287 082 ", "287-082", "287.082"])
def test_six_digits_are_a_code_of_the_app_however_they_are_spaced(typed: str) -> None:
    assert app_code(typed) == RFC_CODE


@pytest.mark.parametrize("typed", ["", "28708", "2870821", "28708a", "２８７０８２", "287082\n1", "٢٨٧٠٨٢"])
def test_anything_else_is_not(typed: str) -> None:
    assert app_code(typed) is None


@given(st.text())
def test_any_text_can_be_typed_as_a_code(typed: str) -> None:
    code = app_code(typed)

    assert code is None or (code.isascii() and len(code) == 6)


def test_the_app_is_told_the_service_and_the_name() -> None:
    address = address_of(RFC_SECRET, "Nguyễn Thị Mẫu")

    assert address.startswith("otpauth://totp/Hotro:Nguy%E1%BB%85n") and f"secret={RFC_SECRET}" in address
    assert in_groups(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_what_is_stored_opens_with_the_key_of_the_server_for_its_officer_alone() -> None:
    stored = sealed(KEY, 7, RFC_SECRET)

    assert RFC_SECRET not in stored and stored != sealed(KEY, 7, RFC_SECRET)
    assert unsealed(KEY, 7, stored) == RFC_SECRET
    assert unsealed(b"x" * 32, 7, stored) is None
    assert unsealed(KEY, 8, stored) is None


def test_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = {new_recovery_code() for _ in range(50)}

    assert len(codes) == 50
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
        assert normal_access_code(code.lower().replace("-", " ")) == code
        assert app_code(code) is None
