"""Feedback is answered or forwarded; only with consent, and without names, does the public read it."""

import pytest

from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound
from processor.domain.notice import DueNotice
from processor.services.appraisal.feedback import answer_feedback, answer_so_far, forward_feedback, public_answers
from processor.services.appraisal.withdrawal import withdraw
from processor.services.following.tracking import track
from processor.services.mail.letters import write_letter
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.desk import a_dossier, everything, kinds, officer, opened, status_of
from tests.feedback import ANSWER, CLAUSE, QUESTION, a_feedback, answer_typed, forward_typed
from tests.mail import outbox


def test_an_answer_is_told_to_the_sender_and_kept_in_the_log(either_desk: Wired) -> None:
    sent = a_feedback(either_desk)

    answer_feedback(either_desk, officer(either_desk, "appraiser"), sent.reference, answer_typed())

    seen = track(either_desk, sent.reference, sent.access_code)
    assert seen.dossier.status == "answered"
    assert seen.reply and (seen.reply.answer, seen.reply.clause) == (ANSWER, CLAUSE)
    assert kinds(either_desk, sent) == ["submitted", "answered"]
    assert verify(either_desk).problems == []


def test_without_consent_nothing_is_published(desk: Wired) -> None:
    sent = a_feedback(desk)
    before = everything(desk.engine)

    with pytest.raises(InvalidAnswers) as refusal:
        answer_feedback(desk, officer(desk, "intake"), sent.reference, answer_typed(publish=True))

    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("publish", "publication_not_agreed")]
    assert everything(desk.engine) == before
    assert public_answers(desk) == []


def test_with_consent_the_question_in_the_officers_words_is_published(either_desk: Wired) -> None:
    sent = a_feedback(either_desk, agreed=True)

    answer_feedback(either_desk, officer(either_desk, "intake"), sent.reference, answer_typed(publish=True))

    (published,) = public_answers(either_desk)
    assert (published.question, published.answer) == (QUESTION, ANSWER)


def test_a_published_answer_can_be_mended_and_taken_back(desk: Wired) -> None:
    sent = a_feedback(desk, agreed=True)
    answer_feedback(desk, officer(desk, "intake"), sent.reference, answer_typed(publish=True))
    standing = answer_so_far(desk, sent.reference)

    answer_feedback(
        desk, officer(desk, "leader"), sent.reference, {**standing, "answer": ["Đã sửa."], "publish": ["keep"]}
    )

    assert public_answers(desk) == []
    assert kinds(desk, sent) == ["submitted", "answered", "answered"]


def test_to_publish_asks_for_the_question(desk: Wired) -> None:
    sent = a_feedback(desk, agreed=True)

    with pytest.raises(InvalidAnswers) as refusal:
        answer_feedback(
            desk, officer(desk, "intake"), sent.reference, {**answer_typed(publish=True), "public_question": [""]}
        )

    assert [fault.field for fault in refusal.value.faults] == ["public_question"]


def test_forwarded_feedback_names_where_and_why_and_can_still_be_answered(either_desk: Wired) -> None:
    sent = a_feedback(either_desk)
    forward_feedback(either_desk, officer(either_desk, "appraiser"), sent.reference, forward_typed())
    seen = track(either_desk, sent.reference, sent.access_code)
    assert seen.dossier.status == "forwarded"
    assert seen.reply and seen.reply.forwarded_to == "Sở Ví dụ"

    answer_feedback(either_desk, officer(either_desk, "appraiser"), sent.reference, answer_typed())

    seen = track(either_desk, sent.reference, sent.access_code)
    assert seen.dossier.status == "answered"
    assert seen.reply and seen.reply.forwarded_to == "Sở Ví dụ"


def test_who_only_reads_answers_nothing(desk: Wired) -> None:
    sent = a_feedback(desk)

    with pytest.raises(Forbidden):
        answer_feedback(desk, officer(desk, "reader"), sent.reference, answer_typed())
    with pytest.raises(Forbidden):
        forward_feedback(desk, officer(desk, "reader"), sent.reference, forward_typed())

    assert status_of(desk, sent) == "submitted"


def test_withdrawn_feedback_is_not_answered(desk: Wired) -> None:
    sent = a_feedback(desk)
    withdraw(desk, track(desk, sent.reference, sent.access_code), "")

    with pytest.raises(Conflict, match="step_not_allowed"):
        answer_feedback(desk, officer(desk, "intake"), sent.reference, answer_typed())


def test_a_dossier_is_no_feedback(desk: Wired) -> None:
    sent = a_dossier(desk)

    with pytest.raises(NotFound):
        answer_feedback(desk, officer(desk, "intake"), sent.reference, answer_typed())
    with pytest.raises(NotFound):
        answer_so_far(desk, sent.reference)


def test_letters_about_feedback_carry_the_answer_and_no_secret(desk: Wired) -> None:
    sent = a_feedback(desk)
    forward_feedback(desk, officer(desk, "intake"), sent.reference, forward_typed())
    answer_feedback(desk, officer(desk, "intake"), sent.reference, answer_typed())

    letters = [
        write_letter(desk, DueNotice(1, notice, sent.reference, None, None, desk.clock(), 0))
        for notice in ("feedback_answered", "feedback_forwarded")
    ]

    assert ANSWER in letters[0].body and letters[0].subject.endswith("đã trả lời phản ánh")
    assert "Sở Ví dụ" in letters[1].body and "Thuộc việc của nơi nhận (ví dụ)." in letters[1].body
    assert not any(sent.access_code in letter.subject + letter.body for letter in letters)


@pytest.mark.parametrize("act", ["answer", "forward"])
def test_the_same_page_posted_twice_sends_one_letter(desk: Wired, act: str) -> None:
    sent = a_feedback(desk)
    by, seen = officer(desk, "intake"), opened(desk, sent).seen
    answer_feedback(desk, by, sent.reference, answer_typed(), seen)
    letters = len(outbox(desk))

    with pytest.raises(Conflict, match="dossier_changed"):
        if act == "answer":
            answer_feedback(desk, officer(desk, "leader"), sent.reference, answer_typed(answer="Khác."), seen)
        else:
            forward_feedback(desk, officer(desk, "leader"), sent.reference, forward_typed(), seen)

    assert len(outbox(desk)) == letters
    assert answer_so_far(desk, sent.reference)["answer"] == [ANSWER]
