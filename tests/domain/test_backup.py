"""A manifest shows any change of a byte; old backups go, the last never."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.backup import BackupFault, Manifest, Previous, StoredObject, manifest_from, outdated
from processor.domain.backup import digest as sha256
from tests.factories import NOW


def a_manifest(sequence: int = 7, **ago: float) -> Manifest:
    one = StoredObject("ab", 3, "cd")
    taken_at = NOW - timedelta(**ago)
    before = Previous(sequence - 1, "ef")
    return Manifest(sequence, taken_at, "1", "0001", "sqlite", 2, 4, 90, 0, ("age1x",), before, one, (one, one))


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert manifest_from(a_manifest().to_text()) == a_manifest()


@given(st.data())
def test_a_changed_byte_anywhere_in_a_manifest_is_found(data: st.DataObject) -> None:
    text = a_manifest().to_text()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda sign: sign != text[place]))

    with pytest.raises(ValueError):
        manifest_from(text[:place] + other + text[place + 1 :])


@given(st.integers(0, len(a_manifest().to_text()) - 1))
def test_a_manifest_that_is_cut_off_is_found(length: int) -> None:
    with pytest.raises(ValueError):
        manifest_from(a_manifest().to_text()[:length])


def test_the_manifest_of_a_newer_program_is_not_called_damaged() -> None:
    body = a_manifest().to_text()[:-65].replace('"format":1', '"format":2')

    with pytest.raises(BackupFault, match="bản mới hơn"):
        manifest_from(f"{body}{sha256(body)}\n")


@pytest.mark.parametrize(
    ("ages_in_hours", "gone"),
    [
        ([], []),
        ([900], []),
        ([2000, 900], [2000]),
        ([721, 719, 1], [721]),
        ([47, 46, 1, 0], []),
        ([100, 99, 98, 1], [100, 99]),
    ],
)
def test_all_of_two_days_are_kept_then_the_last_of_each_day_and_always_the_last(
    ages_in_hours: list[int], gone: list[int]
) -> None:
    made = [a_manifest(number, hours=hours) for number, hours in enumerate(ages_in_hours, 1)]

    going = outdated(made, NOW, keep_days=30)

    assert [ages_in_hours[one.sequence - 1] for one in going] == gone


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(1, 60))
def test_whatever_is_kept_is_young_enough_or_the_last(ages: list[int], keep_days: int) -> None:
    made = [a_manifest(number, hours=hours) for number, hours in enumerate(sorted(ages, reverse=True), 1)]

    going = outdated(made, NOW, keep_days)

    kept = [one for one in made if one not in going]
    assert made[-1:] == kept[-1:]
    assert all(NOW - one.taken_at < timedelta(days=keep_days) for one in kept[:-1])
