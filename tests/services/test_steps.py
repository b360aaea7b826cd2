"""Each step of forms/workflow.yml: who may take it, from where, and that a refusal changes nothing."""

import pytest

from processor.domain.access.officer import ROLES
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound, Refused
from processor.domain.vietnamese import listed
from processor.domain.workflow import Transition
from processor.services.appraisal.appraisal import view_dossier
from processor.services.appraisal.claims import release_dossier
from processor.services.appraisal.decisions import decide
from processor.services.appraisal.proposals import propose
from processor.services.appraisal.steps import Given, take_step
from processor.services.parts import Wired
from processor.storage.engine import Connection
from processor.storage.outbox import enqueue
from tests.desk import (
    REASON,
    STATUSES,
    WORKFLOW,
    DeskClock,
    a_dossier,
    a_dossier_in,
    amount_typed,
    everything,
    fill_sheet,
    give_code,
    kinds,
    officer,
    opened,
    perform,
    ready_for,
    status_of,
)

BY_OFFICERS = [one for one in WORKFLOW.transitions if one.roles]
ALLOWED = [
    pytest.param(one, status, role, id=f"{one.id}-{status}-{role}")
    for one in BY_OFFICERS
    for status in one.sources
    for role in (*one.roles, "admin")
]


def refusal_of(wired: Wired, one: Transition, *told: object) -> Refused:
    """Of a step that is refused and leaves every row as it was."""
    before = everything(wired.engine)
    with pytest.raises(Refused) as refused:
        perform(wired, *told)  # type: ignore[arg-type]
    assert everything(wired.engine) == before, one.id
    return refused.value


@pytest.mark.parametrize(("one", "status", "role"), ALLOWED)
def test_a_step_leads_where_it_says(one: Transition, status: str, role: str, desk: Wired) -> None:
    by = officer(desk, role)
    sent = ready_for(desk, one, status, by)

    perform(desk, by, sent, one.id)

    event = opened(desk, sent).events[-1]
    assert status_of(desk, sent) == one.leads_from(status)
    assert (event.kind, event.actor) == (one.event, f"officer:{by.name}")
    assert (opened(desk, sent).dossier.holder is None) == (one.ends_claim or status == "refused_at_intake")


@pytest.mark.parametrize("status", STATUSES)
def test_from_every_other_status_a_step_is_refused_and_names_those_it_needs(status: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)
    elsewhere = [one for one in BY_OFFICERS if status not in one.sources]

    refusals = [(one, refusal_of(desk, one, officer(desk, one.roles[-1]), sent, one.id)) for one in elsewhere]

    for one, refusal in refusals:
        labels = listed([f"“{desk.catalogue.status('dossier', source).label}”" for source in one.sources])
        assert isinstance(refusal, Conflict) and refusal.code == "step_not_allowed", one.id
        assert refusal.values["wanted"] == labels and refusal.values["step"] == one.label
        assert labels in desk.catalogue.messages.say(refusal.code, **refusal.values)


@pytest.mark.parametrize("one", BY_OFFICERS, ids=lambda one: one.id)
def test_every_other_role_is_refused_and_told_which_is_needed(one: Transition, desk: Wired) -> None:
    sent = ready_for(desk, one, one.sources[0], officer(desk, "admin"))
    others = [role for role in ROLES if role not in one.roles and role != "admin"]

    refusals = [refusal_of(desk, one, officer(desk, role), sent, one.id) for role in others]

    assert others
    for refusal in refusals:
        assert isinstance(refusal, Forbidden) and refusal.code == "role_missing"
        assert refusal.values == {"role": listed([ROLES[role] for role in one.roles])}


@pytest.mark.parametrize("one", [one for one in BY_OFFICERS if one.holder], ids=lambda one: one.id)
def test_only_who_holds_the_dossier_takes_a_step_of_the_holder(one: Transition, desk: Wired) -> None:
    holder, other = officer(desk, one.roles[-1], "nguoi-giu"), officer(desk, one.roles[-1], "nguoi-khac")
    sent = ready_for(desk, one, one.sources[0], holder)

    foreign = refusal_of(desk, one, other, sent, one.id)
    release_dossier(desk, holder, sent.reference)
    nobodys = refusal_of(desk, one, other, sent, one.id)

    assert foreign.code == "already_claimed" and foreign.values["officer"] == "nguoi-giu"
    assert nobodys.code == "not_holder"


@pytest.mark.parametrize("one", BY_OFFICERS, ids=lambda one: one.id)
def test_a_page_that_somebody_acted_on_meanwhile_changes_nothing(one: Transition, desk: Wired) -> None:
    by = officer(desk, one.roles[-1])
    sent = ready_for(desk, one, one.sources[0], by)
    seen = opened(desk, sent).seen
    give_code(desk, sent)

    refusal = refusal_of(desk, one, by, sent, one.id, seen)
    perform(desk, by, sent, one.id, seen + 1)

    assert refusal.code == "dossier_changed" and refusal.values["officer"] == "intake"
    assert status_of(desk, sent) == one.leads_from(one.sources[0])


def test_a_look_of_somebody_else_makes_no_page_stale(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")
    seen = opened(desk, sent).seen
    view_dossier(desk, officer(desk, "reader"), sent.reference)

    perform(desk, officer(desk, "appraiser"), sent, "start_appraisal", seen)

    assert status_of(desk, sent) == "under_appraisal"


@pytest.mark.parametrize("step", [one.id for one in BY_OFFICERS if "reason" in one.needs])
def test_a_reason_that_is_needed_is_given_and_not_too_long(step: str, desk: Wired) -> None:
    sent, leader = a_dossier(desk), officer(desk, "leader")

    def refused_for(reason: str) -> list[tuple[str, str]]:
        with pytest.raises(InvalidAnswers) as refused:
            if step == "reject":
                decide(desk, leader, step, {sent.reference: None}, reason)
            else:
                take_step(desk, leader, sent.reference, step, Given(reason=reason))
        return [(fault.field, fault.code) for fault in refused.value.faults]

    found = [refused_for(reason) for reason in ("", "  \n", "x" * 2001)]

    assert found == [[("reason", code)] for code in ("reason_required", "reason_required", "text_too_long")]


@pytest.mark.parametrize("step", ["request_supplement", "propose", "approve", "reject"])
def test_a_step_that_needs_more_than_a_click_is_not_taken_without_it(step: str, desk: Wired) -> None:
    one = WORKFLOW.transition(step)
    by = officer(desk, one.roles[-1])
    sent = ready_for(desk, one, one.sources[0], by)
    before = everything(desk.engine)

    with pytest.raises(NotFound):
        take_step(desk, by, sent.reference, step, Given(reason=REASON))

    assert everything(desk.engine) == before


@pytest.mark.parametrize("step", ["answer_supplement", "withdraw", "no_such_step"])
def test_what_the_organisation_does_is_no_step_of_an_officer(step: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, "supplement_requested")

    with pytest.raises(NotFound):
        take_step(desk, officer(desk, "admin"), sent.reference, step, Given())

    assert status_of(desk, sent) == "supplement_requested"


def test_a_step_that_fails_on_its_way_leaves_every_row_as_it_was(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")
    before = everything(desk.engine)

    def breaks(connection: Connection, dossier: Dossier) -> None:
        enqueue(connection, "accepted", desk.clock(), dossier_id=dossier.id)
        raise Conflict("nothing_chosen")

    with pytest.raises(Conflict):
        take_step(desk, officer(desk, "appraiser"), sent.reference, "start_appraisal", Given(), breaks)

    assert everything(desk.engine) == before


def test_a_proposal_without_money_for_it_leaves_every_row_as_it_was(desk: Wired, desk_clock: DeskClock) -> None:
    sent = a_dossier_in(desk, "under_appraisal")
    appraiser = officer(desk, "appraiser")
    fill_sheet(desk, appraiser, sent)
    desk_clock.move(days=365)
    before = everything(desk.engine)

    with pytest.raises(Conflict, match="budget_not_set"):
        propose(desk, appraiser, sent.reference, amount_typed(), None)

    assert everything(desk.engine) == before


def test_what_a_step_made_along_is_there_once(desk: Wired) -> None:
    sent = a_dossier_in(desk, "under_appraisal")

    perform(desk, officer(desk, "leader"), sent, "stop")

    found = opened(desk, sent)
    assert kinds(desk, sent)[-1] == "stopped" and found.events[-1].note == REASON
    assert [slip.kind for slip in found.slips] == ["stop_notice"]
    assert sum("'stopped'" in row for row in everything(desk.engine)["outbox"]) == 1
