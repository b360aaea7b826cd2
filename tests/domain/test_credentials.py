"""Secrets of 128 bits; only hashes are kept."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.access.credentials import (
    BYTES,
    CROCKFORD,
    code_from,
    derived,
    derived_token,
    matches,
    new_access_code,
    new_token,
    normal_access_code,
    secret_hash,
)


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_a_code_carries_every_bit_and_reads_as_itself(raw: bytes) -> None:
    code = code_from(raw)
    number = 0
    for sign in code.replace("-", ""):
        number = number * 32 + CROCKFORD.index(sign)

    assert number.to_bytes(BYTES) == raw
    assert normal_access_code(code) == code


@given(st.binary(min_size=BYTES, max_size=BYTES), st.sampled_from(["", " ", ".", "–"]))
def test_a_code_is_read_whatever_stands_between_its_signs(raw: bytes, between: str) -> None:
    code = code_from(raw)

    assert normal_access_code(between.join(code.replace("-", "").lower())) == code


def test_no_two_secrets_are_alike() -> None:
    assert len({new_access_code() for _ in range(1000)}) == 1000
    assert len({new_token() for _ in range(1000)}) == 1000


def test_a_token_of_a_link_holds_128_bits_and_needs_no_escaping() -> None:
    for token in (new_token(), derived_token(b"key", "receipt", "seed")):
        assert len(base64.urlsafe_b64decode(token + "==")) == BYTES
        assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("other", [(b"key2", "a", "seed"), (b"key", "b", "seed"), (b"key", "a", "seed2")])
def test_a_derived_secret_depends_on_key_purpose_and_seed(other: tuple[bytes, str, str]) -> None:
    assert derived(b"key", "a", "seed") == derived(b"key", "a", "seed")
    assert derived(*other) != derived(b"key", "a", "seed")


def test_purpose_and_seed_do_not_run_into_each_other() -> None:
    assert derived(b"key", "ab", "c") != derived(b"key", "a", "bc")


def test_only_the_secret_itself_matches_its_hash() -> None:
    secret = new_token()

    assert matches(secret, secret_hash(secret))
    assert not matches(secret + "a", secret_hash(secret))
    assert secret not in secret_hash(secret)
