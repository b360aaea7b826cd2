"""A file sent by mistake goes, the log says that it went and why, and everything still verifies. On both databases."""

import pytest

from processor.domain.dossier import Attachment
from processor.domain.errors import Forbidden, InvalidAnswers, NotFound
from processor.services.exchange.packages import pack
from processor.services.parts import Wired
from processor.services.privacy.removal import remove_file
from processor.services.proof.receipts import receipt_for
from processor.services.proof.verification import verify
from tests.desk import STATUSES, Sent, a_dossier, a_dossier_in, officer, opened
from tests.submissions import stored_files

WHY = {"reason": ["Ảnh căn cước gửi nhầm (ví dụ)"]}


def first_file(wired: Wired, sent: Sent) -> Attachment:
    return opened(wired, sent).dossier.attachments[0]


def test_the_file_goes_and_the_log_keeps_who_why_and_which_paper(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    file = first_file(either_desk, sent)

    remove_file(either_desk, officer(either_desk, "intake"), sent.reference, file.id, WHY)

    after = opened(either_desk, sent)
    assert file.id not in {one.id for one in after.dossier.attachments}
    assert file.id not in stored_files(either_desk.settings.data)
    assert (after.events[-1].kind, after.events[-1].actor) == ("file_removed", "officer:intake")
    assert after.events[-1].note == WHY["reason"][0] and file.item_id in after.events[-1].data
    assert verify(either_desk).problems == []


@pytest.mark.parametrize("status", STATUSES)
def test_it_goes_whatever_became_of_the_dossier(desk: Wired, status: str) -> None:
    sent = a_dossier_in(desk, status)

    remove_file(desk, officer(desk, "leader"), sent.reference, first_file(desk, sent).id, WHY)

    assert verify(desk).problems == []


def test_a_file_that_goes_behind_the_log_is_still_found(desk: Wired) -> None:
    sent = a_dossier(desk)
    remove_file(desk, officer(desk, "intake"), sent.reference, first_file(desk, sent).id, WHY)

    with desk.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM attachments WHERE id = '{first_file(desk, sent).id}'")

    assert any("khác lúc gửi" in problem for problem in verify(desk).problems)


def test_receipt_and_package_are_made_without_it(desk: Wired) -> None:
    sent = a_dossier(desk)
    file = first_file(desk, sent)

    remove_file(desk, officer(desk, "intake"), sent.reference, file.id, WHY)

    dossier = opened(desk, sent).dossier
    assert file.id not in {one.id for one in receipt_for(desk, dossier.id).received.attachments}
    assert file.id not in {one.id for one in pack(desk, sent.reference).files}


def test_without_a_reason_or_by_a_reader_nothing_goes(desk: Wired) -> None:
    sent = a_dossier(desk)
    file = first_file(desk, sent)

    with pytest.raises(InvalidAnswers):
        remove_file(desk, officer(desk, "intake"), sent.reference, file.id, {})
    with pytest.raises(Forbidden):
        remove_file(desk, officer(desk, "reader"), sent.reference, file.id, WHY)

    assert first_file(desk, sent) == file


def test_a_file_of_another_dossier_is_not_found(desk: Wired) -> None:
    sent, other = a_dossier(desk), a_dossier(desk)

    with pytest.raises(NotFound):
        remove_file(desk, officer(desk, "intake"), sent.reference, first_file(desk, other).id, WHY)
