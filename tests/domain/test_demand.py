"""Counting the demand: one organisation once, whatever the order; no level that is not known."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from processor.domain.estimate import Figures
from processor.domain.figures.demand import (
    Levels,
    Need,
    Registration,
    Sums,
    by_year,
    counted,
    lines_of,
    organisation_key,
    summed,
)

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN: Levels = {("standard_management_system", "iso_22000"): Figures(50, 50_000_000)}
WHATS = [
    ("standard_management_system", "iso_22000"),
    ("standard_management_system", "haccp"),
    ("standard_management_system", ""),
    ("traceability", ""),
]


def a_registration(number: int, code: str = "a", status: str = "submitted", **changed: object) -> Registration:
    told = {
        "id": number,
        "reference": f"HT-{number}",
        "year": 2027,
        "status": status,
        "revision": 1,
        "received_at": BEGAN + timedelta(hours=number),
        "key": (code,),
        "organisation_name": f"Hợp tác xã {code} (ví dụ)",
        "organisation_kind": "cooperative",
        "commune_code": "07210",
        "needs": (Need("standard_management_system", "iso_22000", 120_000_000),),
    } | changed
    return Registration(**told)  # type: ignore[arg-type]


needs = st.builds(lambda what, cost: Need(what[0], what[1], cost), st.sampled_from(WHATS), st.integers(0, 10**9))
many = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from(["submitted", "counted", "withdrawn"]), st.lists(needs, max_size=4)
    ),
    max_size=12,
).map(
    lambda rows: [
        a_registration(number, code, status, needs=tuple(wanted)) for number, (code, status, wanted) in enumerate(rows)
    ]
)


@given(many.flatmap(lambda sent: st.tuples(st.just(sent), st.permutations(sent))))
def test_the_order_in_which_they_are_read_does_not_matter(drawn: tuple[list[Registration], list[Registration]]) -> None:
    sent, shuffled = (counted(one) for one in drawn)

    assert sent.counting == shuffled.counting
    assert sent.listed_doubles() == shuffled.listed_doubles()
    assert summed(sent.counting.values(), KNOWN).total == summed(shuffled.counting.values(), KNOWN).total


@given(many)
def test_each_organisation_counts_once_with_its_newest_and_nothing_is_lost(sent: list[Registration]) -> None:
    found = counted(sent)

    standing = [one for one in sent if one.status != "withdrawn"]
    assert set(found.counting) == {one.key for one in standing}
    assert all(
        one.received_at == max(other.received_at for other in standing if other.key == one.key)
        for one in found.counting.values()
    )
    assert len(found.counting) + len(found.doubles) + found.withdrawn == len(sent)
    assert all(older.received_at < newer.received_at for older, newer in found.listed_doubles())


@given(many)
def test_every_way_of_adding_up_gives_the_same_needs_and_cost(sent: list[Registration]) -> None:
    found = summed(counted(sent).counting.values(), KNOWN)

    for parts in (found.by_support_type, found.by_standard, found.by_commune, found.by_kind):
        together = Sums()
        for one in parts.values():
            together.add_sums(one)
        assert (together.needs, together.cost) == (found.total.needs, found.total.cost)
        assert (together.with_level, together.expected) == (found.total.with_level, found.total.expected)
    assert found.by_kind["cooperative"].organisations == found.total.organisations


@given(st.lists(needs, max_size=6))
def test_no_support_is_expected_where_the_level_is_unknown(wanted: list[Need]) -> None:
    lines = lines_of(wanted, KNOWN)

    assert len({(one.support_type, one.standard) for one in lines}) == len(lines)
    for line in lines:
        if (line.support_type, line.standard) in KNOWN:
            assert line.expected == min(line.cost // 2, 50_000_000)
        else:
            assert line.expected is None


def test_two_needs_for_one_standard_share_its_ceiling() -> None:
    twice = (Need(*WHATS[0], 80_000_000), Need(*WHATS[0], 80_000_000))

    (line,) = lines_of(twice, KNOWN)

    assert (line.needs, line.cost, line.expected) == (2, 160_000_000, 50_000_000)


def test_unknown_levels_do_not_add_up_to_nothing() -> None:
    found = summed([a_registration(1, needs=(Need("traceability", "", 10_000_000),))], KNOWN)

    assert found.total.known is None
    assert (found.total.without_level, found.total.cost) == (1, 10_000_000)


def test_a_year_is_that_of_the_needs() -> None:
    found = by_year([a_registration(1), a_registration(2, year=2028)])

    assert {year: len(one.counting) for year, one in found.items()} == {2027: 1, 2028: 1}


def test_an_organisation_is_known_by_its_tax_code_or_else_by_number_and_name_or_by_name_and_commune() -> None:
    assert organisation_key("9900000023", "x", "Tên này", "1") == organisation_key("9900000023", None, "Tên khác", "2")
    assert organisation_key(None, "VD-01", "HTX Đại Sơn", "1") == organisation_key("", "vd 01", "htx dai son", "2")
    assert organisation_key(None, "VD-01", "HTX Đại Sơn", "1") != organisation_key(None, "VD-01", "HTX Tân Sơn", "1")
    assert organisation_key(None, None, "HTX Đại Sơn", "1") == organisation_key(None, "", "HTX  đại sơn", "1")
    assert organisation_key(None, None, "HTX Đại Sơn", "1") != organisation_key(None, None, "HTX Đại Sơn", "2")
