"""The appraisal sheet: kept in parts, begun by its first mark, and nothing is decided while an item is open."""

import pytest

from processor.domain.errors import Conflict, Forbidden, InvalidAnswers
from processor.services.appraisal.appraisal import view_dossier
from processor.services.appraisal.proposals import propose
from processor.services.appraisal.sheets import Marked, comment, opinions_wanted, save_sheet
from processor.services.appraisal.views import standing
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.desk.queue import queue_count
from processor.storage.engine import reading
from tests.desk import (
    DeskClock,
    Sent,
    a_dossier_in,
    amount_typed,
    answer,
    everything,
    fill_sheet,
    hold,
    kinds,
    officer,
    opened,
    status_of,
)


def save(wired: Wired, sent: Sent, seen: int | None = None, /, **marked: Marked) -> None:
    save_sheet(wired, officer(wired, "appraiser"), sent.reference, marked, seen)


def marks(wired: Wired, sent: Sent) -> dict[str, str]:
    return {item: line.mark for item, line in opened(wired, sent).sheet.items()}


def test_the_first_mark_begins_the_appraisal_and_part_of_a_sheet_is_kept(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")

    save(desk, sent, certificate_copy=Marked("met", "đủ trang"))
    save(desk, sent, contracts=Marked("missing", ""))

    assert status_of(desk, sent) == "under_appraisal"
    assert marks(desk, sent) == {"certificate_copy": "met", "contracts": "missing"}
    assert opened(desk, sent).sheet["certificate_copy"].note == "đủ trang"
    assert kinds(desk, sent)[-3:] == ["under_appraisal", "sheet_saved", "sheet_saved"]
    assert verify(desk).problems == []


@pytest.mark.parametrize("marked", [{}, {"contracts": Marked("", "")}])
def test_a_sheet_without_a_mark_begins_nothing(marked: dict[str, Marked], desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")
    before = everything(desk.engine)

    save(desk, sent, **marked)

    assert everything(desk.engine) == before


def test_saving_the_same_again_leaves_no_entry_and_a_mark_can_be_taken_back(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")
    both = {"contracts": Marked("missing", "thiếu phụ lục"), "certificate_copy": Marked("met", "")}
    save(desk, sent, **both)
    before = everything(desk.engine)

    save(desk, sent, **both)
    same = everything(desk.engine)
    save(desk, sent, contracts=Marked("", ""))

    assert same == before
    assert marks(desk, sent) == {"certificate_copy": "met"}


def test_the_log_has_the_marks_and_of_the_notes_only_their_hash(desk: Wired) -> None:
    sent = a_dossier_in(desk, "accepted")

    save(desk, sent, contracts=Marked("missing", "ghi chú riêng"))

    data = opened(desk, sent).events[-1].data
    assert '"contracts":"missing"' in data and "ghi chú riêng" not in data and '"notes"' in data


@pytest.mark.parametrize(
    ("item", "marked", "code"),
    [
        ("contracts", Marked("maybe", ""), "mark_unknown"),
        ("contracts", Marked("", "chỉ ghi chú"), "mark_unknown"),
        ("no_such_item", Marked("met", ""), "mark_unknown"),
        ("contracts", Marked("met", "x" * 2001), "text_too_long"),
    ],
)
def test_what_cannot_be_read_keeps_nothing_of_the_sheet(item: str, marked: Marked, code: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, "under_appraisal")
    before = everything(desk.engine)

    with pytest.raises(InvalidAnswers) as refused:
        save(desk, sent, **{"certificate_copy": Marked("met", ""), item: marked})

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(item, code)]
    assert everything(desk.engine) == before


def test_a_sheet_that_somebody_changed_meanwhile_is_not_overwritten(desk: Wired) -> None:
    sent = a_dossier_in(desk, "under_appraisal")
    seen = opened(desk, sent).seen
    save(desk, sent, seen, contracts=Marked("met", ""))

    with pytest.raises(Conflict, match="dossier_changed"):
        save(desk, sent, seen, contracts=Marked("missing", ""))

    assert marks(desk, sent) == {"contracts": "met"}


@pytest.mark.parametrize("status", ["accepted", "under_appraisal"])
@pytest.mark.parametrize("role", ["intake", "leader", "reader"])
def test_a_sheet_is_filled_by_an_appraiser_whoever_holds_the_dossier(status: str, role: str, desk: Wired) -> None:
    sent, other = a_dossier_in(desk, status), officer(desk, role)
    if role == "intake":
        hold(desk, sent, other)

    with pytest.raises(Forbidden) as refused:
        save_sheet(desk, other, sent.reference, {"contracts": Marked("met", "")}, None)

    assert refused.value.code == "role_missing" and "thẩm định" in refused.value.values["role"]
    assert marks(desk, sent) == {}


@pytest.mark.parametrize("status", ["accepted", "under_appraisal"])
def test_a_sheet_is_filled_by_the_holder_alone(status: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)

    with pytest.raises(Conflict, match="already_claimed"):
        save_sheet(desk, officer(desk, "appraiser", "khac"), sent.reference, {"contracts": Marked("met", "")}, None)

    assert marks(desk, sent) == {}


@pytest.mark.parametrize("status", ["submitted", "supplement_requested", "proposed", "approved", "withdrawn"])
def test_a_sheet_is_not_filled_before_acceptance_nor_while_it_waits_nor_later(status: str, desk: Wired) -> None:
    sent = a_dossier_in(desk, status)
    before = marks(desk, sent)

    with pytest.raises(Conflict, match="step_not_allowed"):
        save(desk, sent, contracts=Marked("missing", ""))

    assert marks(desk, sent) == before


@pytest.mark.parametrize("mark", ["missing", ""])
def test_no_proposal_while_a_needed_item_is_open_and_the_refusal_names_it(mark: str, desk: Wired) -> None:
    sent, appraiser = a_dossier_in(desk, "under_appraisal"), officer(desk, "appraiser")
    fill_sheet(desk, appraiser, sent, contracts=mark)

    with pytest.raises(Conflict) as refused:
        propose(desk, appraiser, sent.reference, amount_typed(), None)

    title = opened(desk, sent).form.items_by_id["contracts"].title
    assert refused.value.code == "step_unfinished"
    assert refused.value.values["count"] == "1" and refused.value.values["items"] == f"“{title}”"
    assert status_of(desk, sent) == "under_appraisal" and opened(desk, sent).proposal is None


def test_an_item_that_is_not_met_or_not_needed_stands_in_no_ones_way(desk: Wired) -> None:
    sent, appraiser = a_dossier_in(desk, "under_appraisal"), officer(desk, "appraiser")
    fill_sheet(desk, appraiser, sent, contracts="not_met")

    propose(desk, appraiser, sent.reference, amount_typed(), None)

    found = opened(desk, sent)
    assert found.dossier.status == "proposed"
    assert {item.id for item in found.form.items} - set(found.sheet) == {
        "registration_certificate",
        "other_support_statement",
    }


def test_a_question_to_a_colleague_waits_until_it_is_answered(desk: Wired) -> None:
    sent = a_dossier_in(desk, "under_appraisal")
    appraiser, leader = officer(desk, "appraiser"), officer(desk, "leader")

    comment(desk, appraiser, sent.reference, "Có đạt không?", ask=leader.name)
    comment(desk, appraiser, sent.reference, "Không phải người được hỏi")
    waiting = opinions_wanted(desk, leader), opinions_wanted(desk, appraiser)
    comment(desk, leader, sent.reference, "Đạt")
    comment(desk, leader, sent.reference, "Nói thêm")

    told = opened(desk, sent)
    question = told.comments[0]
    assert waiting == ([sent.reference], []) and opinions_wanted(desk, leader) == []
    assert [(one.asked_of, one.answers) for one in told.comments] == [
        ("leader", None),
        (None, None),
        (None, question.id),
        (None, None),
    ]
    assert kinds(desk, sent)[-4:] == ["opinion_asked", "commented", "commented", "commented"]
    assert "Có đạt không" not in "".join(event.data for event in told.events)


def test_a_reader_says_nothing_and_nobody_asks_one(desk: Wired) -> None:
    sent, reader = a_dossier_in(desk, "accepted"), officer(desk, "reader")
    before = everything(desk.engine)

    with pytest.raises(Forbidden, match="role_missing"):
        comment(desk, reader, sent.reference, "Tôi nghĩ khác")
    with pytest.raises(Conflict, match="officer_unknown"):
        comment(desk, officer(desk, "appraiser"), sent.reference, "Thế nào?", ask=reader.name)

    assert everything(desk.engine) == before


def answered_of(wired: Wired) -> int:
    with reading(wired.engine) as connection:
        return queue_count(connection, standing(wired, officer(wired, "appraiser"))["da-bo-sung"])


@pytest.mark.parametrize("minutes", [1, 60])
def test_an_answer_is_new_until_its_officer_looks_however_lately_they_looked_before(
    minutes: int, desk: Wired, desk_clock: DeskClock
) -> None:
    sent, appraiser = a_dossier_in(desk, "supplement_requested"), officer(desk, "appraiser")
    view_dossier(desk, appraiser, sent.reference)
    desk_clock.move(minutes=minutes)
    answer(desk, sent)
    came = answered_of(desk)

    view_dossier(desk, officer(desk, "reader"), sent.reference)
    others_look = answered_of(desk)
    view_dossier(desk, appraiser, sent.reference)

    assert (came, others_look, answered_of(desk)) == (1, 1, 0)


def test_one_look_is_one_entry(desk: Wired, desk_clock: DeskClock) -> None:
    sent, appraiser = a_dossier_in(desk, "accepted"), officer(desk, "appraiser")

    for minutes in (1, 1, 20):
        view_dossier(desk, appraiser, sent.reference)
        desk_clock.move(minutes=minutes)

    looks = [event for event in opened(desk, sent).events if event.kind == "viewed"]
    assert [event.data for event in looks] == ['{"why":"holder"}']
    view_dossier(desk, appraiser, sent.reference)
    assert kinds(desk, sent).count("viewed") == 2
