"""Counting a draft's way when several do the same at the same time; on both databases."""

from processor.domain.errors import Fault
from processor.services.intake.counting import note_check
from processor.services.intake.drafts import expire_drafts, open_draft, remove_draft, save_change, start_draft
from processor.services.parts import Wired
from tests.desk import DeskClock, at_once
from tests.submissions import DOSSIER
from tests.tallies import told

EMPTY = Fault("certificate_no", "text_required", "…")
NUMBER = ("certificate_no", "text_required")


def test_checks_at_the_same_time_count_a_fault_once(either_desk: Wired) -> None:
    form = either_desk.catalogue.form(DOSSIER)
    draft = open_draft(either_desk, start_draft(either_desk, form, {}))

    done = at_once([lambda: note_check(either_desk, form, draft, [EMPTY])] * 6)

    assert done == [None] * 6
    assert told(either_desk, "fault") == {NUMBER: 1}
    assert told(either_desk, "checked")[()] == 1


def test_a_check_that_finds_what_was_known_writes_nothing(either_desk: Wired) -> None:
    form = either_desk.catalogue.form(DOSSIER)
    token = start_draft(either_desk, form, {})
    note_check(either_desk, form, open_draft(either_desk, token), [])
    before = open_draft(either_desk, token)
    save_change(either_desk, form, lambda typed: {**typed, "certificate_no": ["VD-1"]}, [], token)

    note_check(either_desk, form, before, [], attempt=False)

    assert open_draft(either_desk, token).standing == before.standing


def test_a_change_between_two_checks_is_remembered_by_its_field(either_desk: Wired) -> None:
    form = either_desk.catalogue.form(DOSSIER)
    token = start_draft(either_desk, form, {})
    note_check(either_desk, form, open_draft(either_desk, token), [EMPTY])
    save_change(either_desk, form, lambda typed: {**typed, "certificate_no": ["VD-1"]}, [], token)

    note_check(either_desk, form, open_draft(either_desk, token), [])

    assert told(either_desk, "corrected") == {(*NUMBER, "certificate_no"): 1}


def test_a_draft_removed_by_several_was_given_up_once(either_desk: Wired, desk_clock: DeskClock) -> None:
    form = either_desk.catalogue.form(DOSSIER)
    draft = open_draft(either_desk, start_draft(either_desk, form, {}))

    at_once([lambda: remove_draft(either_desk, draft, "erased")] * 4)
    desk_clock.move(days=400)
    expire_drafts(either_desk)

    assert told(either_desk, "draft_given_up") == {("applicant", "erased"): 1}
