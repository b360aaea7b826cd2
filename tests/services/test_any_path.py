"""Whatever officers and organisations try, in whatever order: the workflow, the money and the log hold."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Refused
from processor.domain.opened import OpenedDossier
from processor.services.appraisal.claims import claim_dossier, hand_over, release_dossier
from processor.services.appraisal.money import envelope
from processor.services.parts import Wired
from processor.services.proof.roots import make_roots
from processor.services.proof.verification import verify
from tests.desk import (
    AMOUNT,
    STATUSES,
    WORKFLOW,
    DeskClock,
    Sent,
    a_dossier_in,
    answer,
    desk_on,
    fill_sheet,
    hand_result_over,
    officer,
    opened,
    perform,
    take_back,
    with_envelope,
)

STEPS = [one.id for one in WORKFLOW.transitions if one.roles]
USUAL = ["accept", "start_appraisal", "request_supplement", "propose", "approve", "reject", "reconsider", "send_back"]
ROLES = st.sampled_from(["intake", "appraiser", "leader", "reader", "admin"])
WHICH = st.integers(0, 2)
EARLY = ["submitted", "accepted", "under_appraisal", "supplement_requested", "refused_at_intake"]
DECIDED = {"approved", "rejected"}


class AnyPath(RuleBasedStateMachine):
    """Three dossiers, an envelope for two. What is refused changes nothing; what is done is on the way."""

    database: ClassVar[Path]
    catalogue: ClassVar[Catalogue]

    @initialize(first=st.sampled_from(STATUSES), second=st.sampled_from(STATUSES), third=st.sampled_from(EARLY))
    def a_desk(self, first: str, second: str, third: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        place = Path(self.folder.name)
        (place / "desk.db").write_bytes(self.database.read_bytes())
        self.clock = DeskClock()
        self.opening = desk_on(f"sqlite:///{place / 'desk.db'}", place, self.catalogue, self.clock)
        self.desk: Wired = with_envelope(self.opening.__enter__(), 2 * AMOUNT + 1)
        self.sent: list[Sent] = [a_dossier_in(self.desk, status) for status in (first, second, third)]
        self.found = [opened(self.desk, sent) for sent in self.sent]

    def tried(self, which: int, act: Callable[[Wired, Sent], object]) -> None:
        before, refused = self.found[which], False
        try:
            act(self.desk, self.sent[which])
        except Refused:
            refused = True
        self.clock.move(minutes=1)
        after = self.found[which] = opened(self.desk, self.sent[which])
        assert not refused or after.events == before.events
        follow(before.dossier.status, after, len(before.events))

    @rule(which=WHICH, role=ROLES, step=st.sampled_from(STEPS))
    def any_step(self, which: int, role: str, step: str) -> None:
        self.tried(which, lambda desk, sent: perform(desk, officer(desk, role), sent, step))

    @rule(which=WHICH, step=st.sampled_from(USUAL))
    def a_step_by_who_may(self, which: int, step: str) -> None:
        one = WORKFLOW.transition(step)
        if one.holder:
            self.to_the_appraiser(which)
        self.tried(which, lambda desk, sent: perform(desk, officer(desk, one.roles[-1]), sent, step))

    @rule(which=WHICH, role=ROLES)
    def claim(self, which: int, role: str) -> None:
        self.tried(which, lambda desk, sent: claim_dossier(desk, officer(desk, role), sent.reference))

    @rule(which=WHICH, role=ROLES)
    def give_back(self, which: int, role: str) -> None:
        self.tried(which, lambda desk, sent: release_dossier(desk, officer(desk, role), sent.reference))

    @rule(which=WHICH)
    def to_the_appraiser(self, which: int) -> None:
        leader, appraiser = officer(self.desk, "leader"), officer(self.desk, "appraiser")
        self.tried(which, lambda desk, sent: hand_over(desk, leader, sent.reference, appraiser.name))
        self.tried(which, lambda desk, sent: claim_dossier(desk, appraiser, sent.reference))

    @rule(which=WHICH, mark=st.sampled_from(["met", "met", "not_met", "missing"]))
    def fill(self, which: int, mark: str) -> None:
        appraiser = officer(self.desk, "appraiser")
        self.tried(which, lambda desk, sent: fill_sheet(desk, appraiser, sent, contracts=mark))

    @rule(which=WHICH)
    def a_proposal(self, which: int) -> None:
        self.to_the_appraiser(which)
        self.fill(which, "met")
        self.a_step_by_who_may(which, "propose")

    @rule(which=WHICH)
    def organisation_answers(self, which: int) -> None:
        self.tried(which, answer)

    @rule(which=WHICH)
    @precondition(lambda self: self.clock.now.minute % 3 == 0)
    def organisation_withdraws(self, which: int) -> None:
        """Not too often: nothing leads on from there."""
        self.tried(which, take_back)

    @rule(which=WHICH)
    def records_office(self, which: int) -> None:
        self.tried(which, hand_result_over)

    @rule()
    def a_day_goes_by(self) -> None:
        self.clock.move(days=1)
        make_roots(self.desk)

    @invariant()
    def the_money_agrees_with_the_dossiers(self) -> None:
        held = envelope(self.desk, self.desk.today().year)
        assert held and held.left >= 0
        proposed = [one.proposal.amount for one in self.found if one.dossier.status == "proposed" and one.proposal]
        approved = [one.dossier.approved_amount or 0 for one in self.found if one.dossier.status == "approved"]
        assert (held.reserved, held.committed) == (sum(proposed), sum(approved))

    @invariant()
    def every_decision_and_clock_fits_its_status(self) -> None:
        for one in self.found:
            status = one.dossier.status
            assert status not in DECIDED or (one.decision and one.decision.outcome == status)
            assert one.dossier.handed_over_at is None or status in DECIDED
            waiting = any(asked.answered_at is None for asked in one.supplements)
            assert not waiting or status in ("supplement_requested", "withdrawn", "stopped")
            running = one.clock is not None and one.clock.stopped_at is None
            assert running == (status in ("accepted", "under_appraisal", "supplement_requested", "proposed"))
            paused = one.clock is not None and one.clock.paused_since is not None
            assert paused == (status == "supplement_requested")

    def teardown(self) -> None:
        assert verify(self.desk).problems == []
        self.opening.__exit__(None, None, None)
        self.folder.cleanup()


def follow(status: str, after: OpenedDossier, known: int) -> None:
    """Each new event that moves the dossier moves it as its step says."""
    now = after.dossier.status
    for event in after.events[known:]:
        one = WORKFLOW.by_event.get(event.kind)
        partly = event.kind == "supplement_answered" and now == status
        if one and not partly:
            assert status in one.sources
            status = one.leads_from(status, now)
    assert status == now


def test_on_any_path_the_workflow_the_money_and_the_log_hold(prepared_desk: Path, catalogue: Catalogue) -> None:
    AnyPath.database, AnyPath.catalogue = prepared_desk, catalogue
    few = settings(max_examples=20, stateful_step_count=20, suppress_health_check=list(HealthCheck), deadline=None)

    run_state_machine_as_test(AnyPath, settings=few)
