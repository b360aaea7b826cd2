"""Half a session holds for its officer, the password of its moment and its time, and for nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.access.half_session import issue_half_session, read_half_session

KEY, PASSWORD = b"k" * 32, "hash of the password"
NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=5)


def holds(text: str, key: bytes = KEY, password: str = PASSWORD, at: datetime = NOW) -> bool:
    found = read_half_session(text)
    return found is not None and found.holds(key, password, at)


def test_it_names_its_officer_and_holds_until_its_end() -> None:
    issued = issue_half_session(KEY, 7, PASSWORD, UNTIL)

    found = read_half_session(issued)

    assert found and found.officer_id == 7
    assert holds(issued) and holds(issued, at=UNTIL - timedelta(seconds=1))
    assert not holds(issued, at=UNTIL)


@pytest.mark.parametrize("other", [{"key": b"x" * 32}, {"password": "another hash"}])
def test_another_key_or_a_new_password_ends_it(other: dict[str, str]) -> None:
    issued = issue_half_session(KEY, 7, PASSWORD, UNTIL)

    assert not holds(issued, **other)  # type: ignore[arg-type]


def test_no_part_of_it_can_be_changed() -> None:
    officer, expires, mark = issue_half_session(KEY, 7, PASSWORD, UNTIL).split(".")

    changed = [f"8.{expires}.{mark}", f"{officer}.{int(expires) + 1}.{mark}", f"{officer}.{expires}.{mark}x"]

    assert not any(map(holds, changed))


@given(st.text())
def test_any_text_can_be_read_and_opens_nothing(text: str) -> None:
    assert not holds(text)
