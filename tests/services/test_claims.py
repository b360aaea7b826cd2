"""One holder at a time; work is handed over; what one cannot have is told, and the rest is done all the same."""

from functools import partial

import pytest

from processor.domain.errors import Conflict, Forbidden
from processor.services.appraisal.claims import (
    claim_dossier,
    claim_several,
    hand_over,
    hand_over_all,
    hand_over_several,
    release_dossier,
)
from processor.services.appraisal.sheets import comment
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, erase
from processor.services.proof.verification import verify
from processor.storage.engine import writing
from processor.storage.officers.officers import disable_officer
from tests.desk import Sent, a_dossier, at_once, everything, kinds, officer, opened, take_back


def holder(wired: Wired, sent: Sent) -> str | None:
    return opened(wired, sent).dossier.holder


def test_of_eight_that_claim_at_once_one_wins_and_the_others_are_told_who(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    officers = [officer(either_desk, "intake", f"can-bo-{number}") for number in range(8)]

    tried = at_once([partial(claim_dossier, either_desk, one, sent.reference) for one in officers])

    (winner,) = [one.name for one, refusal in zip(officers, tried, strict=True) if refusal is None]
    told = [refusal for refusal in tried if refusal is not None]
    assert holder(either_desk, sent) == winner
    assert [(refusal.code, refusal.values["officer"]) for refusal in told] == [("already_claimed", winner)] * 7
    assert kinds(either_desk, sent) == ["submitted", "claimed"]
    assert verify(either_desk).problems == []


def test_claiming_what_one_holds_changes_nothing(desk: Wired) -> None:
    sent, mine = a_dossier(desk), officer(desk, "intake")
    claim_dossier(desk, mine, sent.reference)
    before = everything(desk.engine)

    claim_dossier(desk, mine, sent.reference)

    assert everything(desk.engine) == before


def test_what_is_given_back_is_for_anyone_again_and_only_its_holder_gives_it_back(desk: Wired) -> None:
    sent, mine, other = a_dossier(desk), officer(desk, "intake"), officer(desk, "appraiser")
    claim_dossier(desk, mine, sent.reference)

    with pytest.raises(Conflict, match="already_claimed"):
        release_dossier(desk, other, sent.reference)
    release_dossier(desk, mine, sent.reference)
    claim_dossier(desk, other, sent.reference)

    assert holder(desk, sent) == other.name
    assert kinds(desk, sent) == ["submitted", "claimed", "released", "claimed"]


def test_what_was_erased_is_claimed_by_nobody_and_that_is_told(either_desk: Wired) -> None:
    gone, there = a_dossier(either_desk), a_dossier(either_desk)
    take_back(either_desk, gone)
    erase(either_desk, gone.reference, Order("dossier", "requested", "officer:leader"))
    mine, before = officer(either_desk, "intake"), opened(either_desk, gone)

    with pytest.raises(Conflict, match="already_erased") as refused:
        claim_dossier(either_desk, mine, gone.reference)
    handled = claim_several(either_desk, mine, [gone.reference, there.reference])

    assert refused.value.values == {"number": gone.reference}
    assert (handled.done, handled.refused[0][0]) == ([there.reference], gone.reference)
    assert "đã xóa rồi" in handled.refused[0][1]
    assert (opened(either_desk, gone).dossier, kinds(either_desk, gone)[-1]) == (before.dossier, "erased")
    assert verify(either_desk).problems == []


def test_nothing_is_written_about_a_person_into_what_was_erased(either_desk: Wired) -> None:
    gone, mine = a_dossier(either_desk), officer(either_desk, "intake")
    take_back(either_desk, gone)
    erase(either_desk, gone.reference, Order("dossier", "requested", "officer:leader"))

    with pytest.raises(Conflict, match="already_erased"):
        comment(either_desk, mine, gone.reference, "Đã gọi lại (ví dụ)")

    assert opened(either_desk, gone).comments == []


@pytest.mark.parametrize("role", ["leader", "reader"])
def test_who_handles_no_dossiers_claims_none(role: str, desk: Wired) -> None:
    sent = a_dossier(desk)

    with pytest.raises(Forbidden, match="role_missing"):
        claim_dossier(desk, officer(desk, role), sent.reference)

    assert holder(desk, sent) is None


def test_a_dossier_is_handed_over_by_its_holder_or_by_a_leader_and_the_log_says_from_whom_to_whom(desk: Wired) -> None:
    sent = a_dossier(desk)
    mine, other, leader = (officer(desk, role) for role in ("intake", "appraiser", "leader"))
    claim_dossier(desk, mine, sent.reference)

    with pytest.raises(Conflict, match="already_claimed"):
        hand_over(desk, other, sent.reference, other.name)
    hand_over(desk, mine, sent.reference, other.name)
    hand_over(desk, leader, sent.reference, mine.name)

    last = opened(desk, sent).events[-1]
    assert holder(desk, sent) == mine.name
    assert (last.kind, last.actor, last.data) == ("handed_to", "officer:leader", '{"from":"appraiser","to":"intake"}')


@pytest.mark.parametrize("to", ["khong-ai", "leader", "reader", "da-nghi", ""])
def test_nothing_is_handed_to_who_is_gone_or_handles_nothing(to: str, desk: Wired) -> None:
    sent, mine = a_dossier(desk), officer(desk, "intake")
    for role in ("leader", "reader"):
        officer(desk, role)
    gone = officer(desk, "intake", "da-nghi")
    with writing(desk.engine) as connection:
        disable_officer(connection, gone.id)
    claim_dossier(desk, mine, sent.reference)

    with pytest.raises(Conflict, match="officer_unknown"):
        hand_over(desk, mine, sent.reference, to)

    assert holder(desk, sent) == mine.name


def test_of_several_those_that_are_free_are_claimed_and_the_others_are_told(desk: Wired) -> None:
    free, taken = a_dossier(desk), a_dossier(desk)
    mine, other = officer(desk, "intake"), officer(desk, "appraiser")
    claim_dossier(desk, other, taken.reference)
    chosen = [free.reference, free.reference, taken.reference, "HT-4K7M-9QX3-RTD6", "khong phai ma"]

    handled = claim_several(desk, mine, chosen)

    assert handled.done == [free.reference] and holder(desk, free) == mine.name
    assert [reference for reference, _ in handled.refused] == chosen[2:]
    assert "appraiser đã nhận hồ sơ này" in handled.refused[0][1]
    assert all(words and "{" not in words for _, words in handled.refused)


@pytest.mark.parametrize("act", [claim_several, partial(hand_over_several, to="appraiser")])
def test_nothing_chosen_changes_nothing(act: partial[object], desk: Wired) -> None:
    a_dossier(desk)
    mine, _ = officer(desk, "intake"), officer(desk, "appraiser")
    before = everything(desk.engine)

    with pytest.raises(Conflict, match="nothing_chosen"):
        act(desk, mine, [])

    assert everything(desk.engine) == before


def test_the_work_of_an_officer_who_leaves_goes_to_a_colleague(desk: Wired) -> None:
    leaving, taking, leader = officer(desk, "appraiser", "nghi"), officer(desk, "appraiser"), officer(desk, "leader")
    mine, other = [a_dossier(desk) for _ in range(3)], a_dossier(desk)
    for sent in mine:
        claim_dossier(desk, leaving, sent.reference)

    handled = hand_over_all(desk, leader, leaving, taking.name)

    assert sorted(handled.done) == sorted(sent.reference for sent in mine) and not handled.refused
    assert {holder(desk, sent) for sent in mine} == {taking.name} and holder(desk, other) is None
    with pytest.raises(Conflict, match="nothing_chosen"):
        hand_over_all(desk, leader, leaving, taking.name)
    with pytest.raises(Forbidden, match="role_missing"):
        hand_over_all(desk, taking, leader, taking.name)
