"""A signed time says how long ago a page was shown, and for what; nobody can make it older."""

from datetime import UTC, datetime, timedelta

import pytest

from processor.domain.stamp import age, stamp

KEY = b"key"
THEN = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def test_a_stamp_tells_its_age() -> None:
    written = stamp(KEY, "7", THEN)

    assert age(KEY, "7", written, THEN + timedelta(seconds=61)) == timedelta(seconds=61)


@pytest.mark.parametrize("written", ["", "1.x", "x", ".", "9" * 40 + ".x", "١٢.x", stamp(KEY, "8", THEN)])
def test_anything_else_is_no_stamp(written: str) -> None:
    assert age(KEY, "7", written, THEN) is None


def test_a_stamp_made_older_is_no_stamp() -> None:
    at, _, signed = stamp(KEY, "7", THEN).partition(".")

    assert age(KEY, "7", f"{int(at) - 60}.{signed}", THEN) is None
