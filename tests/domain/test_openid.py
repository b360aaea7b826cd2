"""A way through the agency's sign-in holds for its browser and its time; roles follow the claim."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.access.openid import begin_way, role_by_claim, way_of

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
ROLES = {"quan-tri": "admin", "tiep-nhan": "intake"}


def test_what_the_browser_brings_back_leads_to_the_same_way() -> None:
    begun = begin_way(KEY, "/can-bo/ho-so/HT-1", NOW)

    found = way_of(KEY, begun.seed)

    assert found == begun
    assert found.holds(begun.state, NOW) and found.going_on == "/can-bo/ho-so/HT-1"
    assert len({begun.state, begun.nonce, begun.verifier}) == 3 and len(begun.verifier) == 43
    assert not found.holds(begun.state, NOW + timedelta(minutes=10))


def test_another_key_another_state_or_a_changed_seed_does_not_hold() -> None:
    begun, other = begin_way(KEY, "/can-bo/ho-so", NOW), begin_way(KEY, "/can-bo/ho-so", NOW)
    expires, _, rest = begun.seed.partition(".")

    longer = way_of(KEY, f"{int(expires) + 600}.{rest}")
    foreign = way_of(b"x" * 32, begun.seed)

    assert longer and not longer.holds(begun.state, NOW)
    assert foreign and not foreign.holds(begun.state, NOW)
    assert not begun.holds(other.state, NOW) and not begun.holds("", NOW)


@given(st.text())
def test_any_text_can_be_brought_back_and_holds_nothing(seed: str) -> None:
    found = way_of(KEY, seed)

    assert found is None or not found.holds(found.seed, NOW)


@pytest.mark.parametrize(
    ("claim", "role"),
    [
        ("tiep-nhan", "intake"),
        (["khac", "tiep-nhan"], "intake"),
        (["tiep-nhan", "quan-tri"], "admin"),
        ("intake", None),
        ([], None),
        (None, None),
        ({"tiep-nhan": True}, None),
        (7, None),
    ],
)
def test_the_role_is_the_first_of_the_setting_that_the_claim_holds(claim: object, role: str | None) -> None:
    assert role_by_claim(claim, ROLES) == role
