"""How long dossiers stand in each status."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from processor.domain.catalogue import Catalogue
from processor.domain.days.durations import days_lasted, moving_kinds, quantile

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
Moves = list[tuple[int, str, datetime]]


def log(*kinds: str, dossier_id: int = 1) -> Moves:
    """One event a day."""
    return [(dossier_id, kind, BEGAN + timedelta(days=day)) for day, kind in enumerate(kinds)]


def lasted(catalogue: Catalogue, moves: Moves) -> dict[str, list[float]]:
    return days_lasted(moves, catalogue.workflow.by_event)


def test_each_step_ends_a_stay_and_begins_the_next(catalogue: Catalogue) -> None:
    moves = log("submitted", "claimed", "accepted", "under_appraisal", "proposed", "approved")

    assert lasted(catalogue, moves) == {
        "submitted": [2.0],
        "accepted": [1.0],
        "under_appraisal": [1.0],
        "proposed": [1.0],
    }


def test_after_a_supplement_the_dossier_is_where_it_was_before(catalogue: Catalogue) -> None:
    moves = log(
        "submitted",
        "accepted",
        "under_appraisal",
        "supplement_requested",
        "supplement_answered",
        "extended",
        "proposed",
    )

    found = lasted(catalogue, moves)

    assert (found["supplement_requested"], found["under_appraisal"]) == ([1.0], [1.0, 2.0])


def test_the_logs_of_two_dossiers_are_not_mixed(catalogue: Catalogue) -> None:
    moves = [
        *log("submitted", "accepted"),
        *log("submitted", dossier_id=2),
        *log("submitted", "accepted", dossier_id=3),
    ]

    assert lasted(catalogue, moves) == {"submitted": [1.0, 1.0]}


def test_an_extension_and_a_look_begin_no_stay(catalogue: Catalogue) -> None:
    kinds = moving_kinds(catalogue.workflow.by_event)

    assert {"submitted", "accepted", "supplement_answered"} <= kinds
    assert not {"extended", "viewed", "claimed"} & kinds


@given(st.lists(st.floats(0, 1000), min_size=1), st.sampled_from([0.5, 0.9]))
def test_at_least_the_share_lies_at_or_below_the_quantile(values: list[float], share: float) -> None:
    ordered = sorted(values)

    found = quantile(ordered, share)

    assert found is not None and found in values
    assert sum(value <= found for value in values) >= share * len(values)
