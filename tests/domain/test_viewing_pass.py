"""A pass holds for its dossier, its access code and its time, and for nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.access.viewing_pass import issue_pass, read_pass

KEY, REFERENCE, CODE = b"k" * 32, "HT-4K7M-9QX3-RTD6", "a" * 64
NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=30)


def holds(text: str, key: bytes = KEY, code: str = CODE, at: datetime = NOW) -> bool:
    found = read_pass(text)
    return found is not None and found.holds(key, code, at)


def test_a_pass_names_its_dossier_and_holds_until_its_end() -> None:
    issued = issue_pass(KEY, REFERENCE, CODE, UNTIL)

    found = read_pass(issued)

    assert found and found.reference == REFERENCE
    assert holds(issued) and holds(issued, at=UNTIL - timedelta(seconds=1))
    assert not holds(issued, at=UNTIL)


@pytest.mark.parametrize("other", [{"key": b"x" * 32}, {"code": "b" * 64}])
def test_another_key_or_a_renewed_code_ends_it(other: dict[str, str]) -> None:
    issued = issue_pass(KEY, REFERENCE, CODE, UNTIL)

    assert not holds(issued, **other)  # type: ignore[arg-type]


def test_no_part_of_it_can_be_changed() -> None:
    reference, expires, mark = issue_pass(KEY, REFERENCE, CODE, UNTIL).split(".")

    changed = [
        f"HT-4K7M-9QX3-RTD7.{expires}.{mark}",
        f"{reference}.{int(expires) + 1}.{mark}",
        f"{reference}.0{expires}.{mark[:-1]}",
        f"{reference}.{expires}.{mark}x",
        f"{reference}.{expires}.",
    ]

    assert not any(map(holds, changed))


@given(st.text())
def test_any_text_can_be_read_and_opens_nothing(text: str) -> None:
    assert not holds(text)
