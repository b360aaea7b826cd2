"""Rows of repeated sections: one more, one less, one place up or down; nothing typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.forms.rows import changed_rows, rows_typed
from tests.submissions import DOSSIER

THREE = {f"costs.{row}.description": [words] for row, words in enumerate(("một", "hai", "ba"))}


def in_turn(typed: object) -> list[str]:
    assert isinstance(typed, dict)
    return [typed[name][0] for name in sorted(typed)]


@pytest.mark.parametrize(
    ("action", "target", "expected"),
    [
        ("up", "costs.2", ["một", "ba", "hai"]),
        ("down", "costs.0", ["hai", "một", "ba"]),
        ("remove", "costs.1", ["một", "ba"]),
        ("up", "costs.0", ["một", "hai", "ba"]),
        ("down", "costs.2", ["một", "hai", "ba"]),
        ("remove", "costs.9", ["một", "hai", "ba"]),
        ("up", "nothing.1", ["một", "hai", "ba"]),
        ("up", "costs.x", ["một", "hai", "ba"]),
    ],
)
def test_rows_change_places(action: str, target: str, expected: list[str], catalogue: Catalogue) -> None:
    typed, _ = changed_rows(catalogue.form(DOSSIER), THREE, action, target)

    assert in_turn(dict(typed)) == expected


def test_one_row_more_is_shown_up_to_the_most(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    full = {f"costs.{row}.amount": ["1"] for row in range(20)}

    assert changed_rows(form, THREE, "add", "costs")[1] == {"costs": 4}
    assert changed_rows(form, full, "add", "costs")[1] == {"costs": 20}


@given(
    actions=st.lists(st.tuples(st.sampled_from(["up", "down"]), st.integers(0, 4)), max_size=8),
    other=st.dictionaries(st.sampled_from(["note", "standard"]), st.lists(st.text(), min_size=1, max_size=1)),
)
def test_moving_rows_loses_and_invents_nothing(
    actions: list[tuple[str, int]], other: dict[str, list[str]], catalogue: Catalogue
) -> None:
    typed: object = {**THREE, **other}

    for action, row in actions:
        assert isinstance(typed, dict)
        typed, _ = changed_rows(catalogue.form(DOSSIER), typed, action, f"costs.{row}")

    assert isinstance(typed, dict)
    assert sorted(map(str, typed.values())) == sorted(map(str, {**THREE, **other}.values()))
    assert rows_typed("costs", typed) == 3
