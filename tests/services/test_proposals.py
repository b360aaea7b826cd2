"""What is put before the Director: the amount by the rules, or another with its reason; never more than is left."""

from functools import partial

import pytest

from processor.domain.errors import Conflict, InvalidAnswers
from processor.domain.vietnamese import money
from processor.services.appraisal.money import entries, envelope
from processor.services.appraisal.proposals import computed, propose
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.desk import (
    AMOUNT,
    ENVELOPE,
    Sent,
    a_dossier_in,
    amount_typed,
    at_once,
    everything,
    fill_sheet,
    officer,
    opened,
    perform,
    status_of,
    with_envelope,
)

YEAR = 2026
UNKNOWN_CEILING = {"standard": "haccp", "requested_amount": "30.000.000"}


def to_propose(wired: Wired, **changed: str) -> Sent:
    sent = a_dossier_in(wired, "under_appraisal", **changed)
    fill_sheet(wired, officer(wired, "appraiser"), sent)
    return sent


def put(wired: Wired, sent: Sent, amount: int = AMOUNT, reason: str = "") -> None:
    propose(wired, officer(wired, "appraiser"), sent.reference, amount_typed(amount, reason), None)


def faults_of(wired: Wired, sent: Sent, amount: int, reason: str = "") -> list[tuple[str, str]]:
    before = everything(wired.engine)
    with pytest.raises(InvalidAnswers) as refused:
        put(wired, sent, amount, reason)
    assert everything(wired.engine) == before
    return [(fault.field, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("cost", "asked", "gives", "said"),
    [
        ("84.000.000", "42.000.000", 42_000_000, "50% × 84.000.000 đồng = 42.000.000 đồng"),
        ("200.000.000", "50.000.000", 50_000_000, "vượt mức tối đa 50.000.000 đồng"),
        ("90.000.000", "42.000.000", 42_000_000, "50% × 90.000.000 đồng = 45.000.000 đồng"),
    ],
)
def test_of_iso_22000_half_the_cost_is_given_up_to_the_ceiling_and_to_what_is_asked(
    cost: str, asked: str, gives: int, said: str, desk: Wired
) -> None:
    sent = to_propose(desk, costs__0__amount=cost, requested_amount=asked)

    known = computed(desk, opened(desk, sent).dossier, opened(desk, sent).form)
    put(desk, sent, gives)

    proposal = opened(desk, sent).proposal
    assert known.amount == gives and said in known.steps.replace("\xa0", " ")
    assert proposal and (proposal.amount, proposal.computed, proposal.reason) == (gives, gives, "")
    assert (proposal.steps, proposal.year, proposal.officer) == (known.steps, YEAR, "appraiser")


def test_where_a_figure_is_unknown_nothing_is_computed_and_any_amount_needs_its_reason(desk: Wired) -> None:
    sent = to_propose(desk, **UNKNOWN_CEILING)

    known = computed(desk, opened(desk, sent).dossier, opened(desk, sent).form)
    without = faults_of(desk, sent, 30_000_000)
    put(desk, sent, 30_000_000, "Theo hóa đơn (ví dụ)")

    proposal = opened(desk, sent).proposal
    assert known.amount is None and "chưa đối chiếu với văn bản gốc" in known.steps
    assert without == [("reason", "override_reason_required")]
    assert proposal and (proposal.computed, proposal.reason) == (None, "Theo hóa đơn (ví dụ)")


def test_another_amount_needs_its_reason_and_keeps_what_was_computed(desk: Wired) -> None:
    sent = to_propose(desk)

    without = faults_of(desk, sent, 40_000_000), faults_of(desk, sent, 40_000_000, " \n ")
    put(desk, sent, 40_000_000, "Một hóa đơn không được tính")

    proposal = opened(desk, sent).proposal
    assert without == ([("reason", "override_reason_required")],) * 2
    assert proposal and (proposal.amount, proposal.computed) == (40_000_000, AMOUNT)


@pytest.mark.parametrize(
    ("amount", "code"), [(AMOUNT + 1, "amount_above_request"), (0, "money_unreadable"), (-1, "money_unreadable")]
)
def test_no_reason_helps_above_what_was_asked_for_or_below_one_dong(amount: int, code: str, desk: Wired) -> None:
    sent = to_propose(desk)

    found = faults_of(desk, sent, amount, "Có lý do")

    assert [field for field, _ in found] == ["amount"]
    assert code != "amount_above_request" or found == [("amount", code)]


def test_the_money_of_a_proposal_is_held_until_it_is_sent_back(desk: Wired) -> None:
    sent = to_propose(desk)

    put(desk, sent)
    held = envelope(desk, YEAR)
    perform(desk, officer(desk, "leader"), sent, "send_back")

    free = envelope(desk, YEAR)
    assert held and free and (held.reserved, held.left, free.reserved) == (AMOUNT, ENVELOPE - AMOUNT, 0)
    told = [(one.kind, one.amount, one.reference, one.actor) for one in entries(desk, YEAR)[1:]]
    assert told == [
        ("reserve", AMOUNT, sent.reference, "officer:appraiser"),
        ("release", AMOUNT, sent.reference, "officer:leader"),
    ]


def test_a_second_proposal_after_it_was_sent_back_takes_the_place_of_the_first(desk: Wired) -> None:
    sent = a_dossier_in(desk, "proposed")
    perform(desk, officer(desk, "leader"), sent, "send_back")

    put(desk, sent, 40_000_000, "Một hóa đơn không được tính")

    proposal, held = opened(desk, sent).proposal, envelope(desk, YEAR)
    assert proposal and proposal.amount == 40_000_000
    assert held and held.reserved == 40_000_000


def test_what_is_not_left_cannot_be_proposed_and_the_refusal_says_how_much_is(desk: Wired) -> None:
    with_envelope(desk, 3 * AMOUNT - 1)
    for _ in range(2):
        a_dossier_in(desk, "proposed")
    sent = to_propose(desk)
    before = everything(desk.engine)

    with pytest.raises(Conflict) as refused:
        put(desk, sent)

    assert refused.value.code == "budget_short"
    assert refused.value.values == {"year": "2026", "left": money(AMOUNT - 1), "needed": money(AMOUNT)}
    assert everything(desk.engine) == before


def test_of_five_that_propose_at_once_only_those_win_that_the_envelope_holds(either_desk: Wired) -> None:
    with_envelope(either_desk, 3 * AMOUNT)
    dossiers = [to_propose(either_desk) for _ in range(5)]

    tried = at_once([partial(put, either_desk, sent) for sent in dossiers])

    held = envelope(either_desk, YEAR)
    refused = [refusal.code for refusal in tried if refusal is not None]
    assert refused == ["budget_short"] * 2
    assert held and (held.reserved, held.left) == (3 * AMOUNT, 0)
    assert [status_of(either_desk, sent) == "proposed" for sent in dossiers] == [one is None for one in tried]
    assert verify(either_desk).problems == []


def test_the_same_dossier_proposed_twice_at_once_is_proposed_once(either_desk: Wired) -> None:
    sent = to_propose(either_desk)

    tried = at_once([partial(put, either_desk, sent)] * 4)

    held = envelope(either_desk, YEAR)
    assert [refusal.code for refusal in tried if refusal is not None] == ["step_not_allowed"] * 3
    assert held and held.reserved == AMOUNT
