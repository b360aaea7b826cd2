"""Figures of friction, and that a withheld one cannot be worked out from what is told."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processor.domain.figures.friction import Share, Told, friction_of, share_over, withheld
from processor.domain.tally import Tally

SMALLEST = 5
VERSIONS, PLACES, CODES = ("v1", "v2"), ("", "note", "costs"), ("text_required", "file_type")
KEYS = st.one_of(
    st.builds(
        Tally, st.sampled_from(["form_opened", "draft_started", "draft_sent"]), st.just("f"), st.sampled_from(VERSIONS)
    ),
    st.builds(
        Tally,
        st.sampled_from(["checked", "draft_given_up"]),
        st.just("f"),
        st.sampled_from(VERSIONS),
        st.sampled_from(PLACES),
    ),
    st.builds(
        Tally,
        st.just("fault"),
        st.just("f"),
        st.sampled_from(VERSIONS),
        st.sampled_from(PLACES),
        st.sampled_from(CODES),
        st.sampled_from(["", "api"]),
    ),
    st.builds(
        Tally,
        st.just("corrected"),
        st.just("f"),
        st.sampled_from(VERSIONS),
        st.sampled_from(PLACES),
        st.sampled_from(CODES),
        st.sampled_from(["note", "costs", "version"]),
    ),
)
SUMS = st.dictionaries(KEYS, st.integers(1, 9))
FAULT = ("f", "v1", "note", "text_required")


def a_fault(times: int, version: str = "v1", checked: int = 0) -> Mapping[Tally, int]:
    found = {Tally("fault", "f", version, "note", "text_required"): times}
    return found | ({Tally("checked", "f", version, "applicant"): checked} if checked else {})


@given(SUMS, st.data())
def test_what_is_told_is_the_same_whatever_the_withheld_figures_are(
    sums: dict[Tally, int], data: st.DataObject
) -> None:
    """Two years that differ in withheld cells only are told alike: nothing that is told depends on them."""
    small = st.integers(1, SMALLEST - 1)
    other = {one: data.draw(small) if times < SMALLEST else times for one, times in sums.items()}

    assert friction_of(sums, SMALLEST) == friction_of(other, SMALLEST)


@given(SUMS)
def test_no_figure_that_is_told_is_small(sums: dict[Tally, int]) -> None:
    found = friction_of(sums, SMALLEST)

    tables: list[Mapping[Any, Told]] = [
        found.opened,
        found.started,
        found.sent,
        found.checked,
        found.given_up,
        found.faults,
        found.programs,
    ]
    figures = [told for table in tables for told in table.values()]
    figures += [one.drafts for remedies in found.remedies.values() for one in remedies]
    figures += [*found.given_up_by_version().values(), *(found.corrected(key) for key in found.remedies)]
    assert all(told is None or told >= SMALLEST for told in figures)


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 12)))
def test_what_is_large_enough_is_told_as_it_is(counts: dict[int, int]) -> None:
    told = withheld(counts, SMALLEST)

    assert told == {key: None if times < SMALLEST else times for key, times in counts.items() if times}


def test_a_total_leaves_out_what_is_withheld() -> None:
    places = {"applicant": 7, "costs": 6, "request": 2}
    sums = {Tally("draft_given_up", "f", "v1", place, "expired"): times for place, times in places.items()}

    assert friction_of(sums, SMALLEST).given_up_by_version() == {("f", "v1"): 13}


def test_a_share_is_of_the_drafts_whose_part_was_checked() -> None:
    found = friction_of(a_fault(6, checked=40), SMALLEST)

    assert found.share(FAULT, "applicant").percent == 15.0
    assert found.share(("f", "v1", "note", "other"), "applicant") == Share(0, 40)


def test_a_share_with_a_withheld_part_is_withheld() -> None:
    assert friction_of(a_fault(4, checked=40), SMALLEST).share(FAULT, "applicant").percent is None


def test_the_share_of_two_years_leaves_out_a_year_in_which_it_is_withheld() -> None:
    assert share_over([Share(6, 40), Share(None, 60)]) == share_over([Share(None, 60), Share(6, 40)]) == Share(6, 40)
    assert share_over([Share(6, 40), Share(0, 60)]) == Share(6, 100)


def test_a_withheld_share_is_never_told_as_none() -> None:
    assert share_over([Share(0, 0), Share(None, 60)]).percent is None
    assert share_over([Share(0, 40), Share(None, 60)]).percent is None
    assert share_over([Share(0, 40), Share(0, 0)]).percent == 0.0


def test_remedies_tell_how_many_checks_a_fault_stood() -> None:
    key = ("f", "v1", "note", "text_required")
    sums = {
        Tally("corrected", *key, "note"): 6,
        Tally("stood", *key, "note"): 9,
        Tally("corrected", *key, "costs"): 2,
        Tally("stood", *key, "costs"): 30,
    }

    found = friction_of(sums, SMALLEST)

    assert [(one.by, one.drafts, one.checks) for one in found.remedies[key]] == [
        ("costs", None, None),
        ("note", 6, 1.5),
    ]
    assert (found.corrected(key), found.checks(key)) == (6, 1.5)
