"""The chain shows every change, gap and swap."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from processor.domain.events import Event, first_break, next_event

NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
SALT = "muoi"


def chain() -> list[Event]:
    events: list[Event] = []
    for kind, note in (("submitted", None), ("claimed", None), ("refused_at_intake", "Thiếu trang")):
        events.append(next_event(events[-1] if events else None, kind, "officer:a", NOW, SALT, {"n": 1}, note))
    return events


def test_an_untouched_chain_holds() -> None:
    assert first_break(chain(), SALT) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "accepted"},
        {"actor": "officer:b"},
        {"at": NOW.replace(hour=3)},
        {"data": "{}"},
        {"note": "Khác"},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
        {"sequence": 9},
    ],
)
@pytest.mark.parametrize("place", [1, 2])
def test_any_change_of_an_entry_is_found(changed: dict[str, object], place: int) -> None:
    events = chain()
    events[place] = replace(events[place], **changed)  # type: ignore[arg-type]

    found = first_break(events, SALT)

    assert found is not None and str(place + 1) in found


def test_a_missing_entry_is_found() -> None:
    events = chain()
    del events[1]

    assert first_break(events, SALT) == "thiếu sự kiện số 2"


def test_an_erased_note_does_not_break_the_chain() -> None:
    events = chain()
    events[2] = replace(events[2], note=None)

    assert first_break(events, SALT) is None
