"""References survive being read aloud; secrets do not survive being looked up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.access.credentials import (
    derived_access_code,
    matches,
    new_access_code,
    normal_access_code,
    secret_hash,
)
from processor.domain.errors import Refused
from processor.domain.reference import SIGNS, issue_reference, parse_reference, written

BODIES = st.text(alphabet=SIGNS, min_size=11, max_size=11)


@given(BODIES)
def test_a_reference_is_read_in_any_case_and_spacing(body: str) -> None:
    reference = written(body)

    assert parse_reference(f" {reference.lower().replace('-', ' ')} ") == reference


@given(BODIES, st.integers(0, 11), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_noticed(body: str, place: int, sign: str) -> None:
    signs = written(body).replace("-", "")[2:]
    wrong = signs[:place] + sign + signs[place + 1 :]

    if wrong != signs:
        with pytest.raises(Refused):
            parse_reference(wrong)


@given(BODIES, st.integers(0, 9))
def test_two_swapped_neighbours_are_always_noticed(body: str, place: int) -> None:
    signs = written(body).replace("-", "")[2:]
    wrong = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]

    if wrong != signs:
        with pytest.raises(Refused):
            parse_reference(wrong)


def test_a_reference_is_unlike_an_official_code_and_has_no_look_alikes() -> None:
    references = {issue_reference() for _ in range(500)}

    assert len(references) == 500
    assert not any(re.search(r"[01OILSZBUVAEY.]", reference[3:]) for reference in references)


def test_an_access_code_is_read_however_it_is_typed() -> None:
    code = new_access_code()
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert normal_access_code(typed) == code
    assert matches(normal_access_code(typed), secret_hash(code))
    assert len(code.replace("-", "")) == 26


def test_a_derived_code_repeats_only_for_its_seed_and_key() -> None:
    code = derived_access_code(b"key", "seed")

    assert derived_access_code(b"key", "seed") == code
    assert code not in (derived_access_code(b"key", "other"), derived_access_code(b"other", "seed"))


def test_the_prefix_may_be_left_out_even_where_the_rest_begins_like_it() -> None:
    reference = written("HTHTHTHTHTH")

    assert parse_reference(reference) == reference
    assert parse_reference(reference.removeprefix("HT-")) == reference
