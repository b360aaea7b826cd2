"""Around the protocol: what is unfinished is named, what is left behind goes, a file serves another paper."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.services.intake.drafts import erase_draft, expire_drafts, open_draft
from processor.services.intake.resumable import Unfinished, cancel_upload, unfinished
from processor.services.intake.reuse import reuse_file
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import expire_uploads, sweep_orphans
from processor.worker import JOBS
from tests.application import MovedClock
from tests.submissions import stored_files
from tests.uploads import ITEM, Sender, new_draft, paper

OTHER = "contracts"


@pytest.fixture
def sender(client: TestClient, wired: Wired) -> Sender:
    return Sender(client, new_draft(wired))


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return paper(tmp_path)


def name_in(path: str) -> str:
    return path.rpartition("/")[2]


def test_unfinished_files_are_named_with_how_far_they_came(sender: Sender, wired: Wired, content: bytes) -> None:
    sender.sent(content, "xong.pdf")
    half, none = sender.begun(1000, "nửa.pdf"), sender.begun(1000, "chưa.pdf", OTHER)
    sender.piece(half, 0, content[:499])

    named = unfinished(wired, open_draft(wired, sender.token))

    assert named == [
        Unfinished(name_in(half), ITEM, "nửa.pdf", 49),
        Unfinished(name_in(none), OTHER, "chưa.pdf", 0),
    ]


def test_a_file_that_came_whole_but_is_not_in_the_draft_is_still_unfinished(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    path = sender.begun(len(content))
    wired.store.partial(name_in(path)).append(0, content)

    (named,) = unfinished(wired, open_draft(wired, sender.token))

    assert named.percent == 99


def test_an_unfinished_file_can_be_given_up_from_a_page(sender: Sender, wired: Wired, content: bytes) -> None:
    path = sender.begun(len(content))
    draft = open_draft(wired, sender.token)

    cancel_upload(wired, draft, name_in(path))

    assert unfinished(wired, draft) == [] and stored_files(wired.settings.data) == []
    with pytest.raises(NotFound):
        cancel_upload(wired, draft, name_in(path))


def test_lapsed_uploads_go_with_their_bytes_and_others_stay(
    sender: Sender, wired: Wired, moved_clock: MovedClock, content: bytes
) -> None:
    old = sender.begun(len(content), "cũ.pdf")
    sender.piece(old, 0, content[:100])
    moved_clock.move(hours=20)
    young = sender.begun(len(content), "mới.pdf")
    moved_clock.move(hours=5)

    gone = [expire_uploads(wired) for _ in range(2)]

    assert gone == [1, 0]
    assert stored_files(wired.settings.data) == [name_in(young)]
    assert sender.piece(young, 0, content).status_code == 204


def test_the_same_file_sent_again_for_the_same_paper_is_kept_once(sender: Sender, wired: Wired, content: bytes) -> None:
    first = sender.sent(content)

    again = sender.sent(content)

    assert again == first
    assert stored_files(wired.settings.data) == [first]


def test_removing_lapsed_uploads_is_work_of_the_worker() -> None:
    assert expire_uploads in {job.run for job in JOBS}


def test_the_sweep_leaves_a_running_upload_however_old_its_bytes(sender: Sender, wired: Wired, content: bytes) -> None:
    path = sender.begun(len(content))
    sender.piece(path, 0, content[:100])

    swept = sweep_orphans(wired, older_than_seconds=-1)

    assert swept == 0
    assert sender.piece(path, 100, content[100:]).status_code == 204


@pytest.mark.parametrize("how", ["erased", "expired"])
def test_half_sent_files_go_with_their_draft(
    how: str, sender: Sender, wired: Wired, moved_clock: MovedClock, content: bytes
) -> None:
    path = sender.begun(len(content))
    sender.piece(path, 0, content[:100])

    if how == "erased":
        erase_draft(wired, open_draft(wired, sender.token))
    else:
        moved_clock.move(days=31)
        expire_drafts(wired)

    assert stored_files(wired.settings.data) == []
    assert sender.piece(path, 100, content[100:]).json()["code"] == "draft_unavailable"


def test_a_file_sent_once_serves_another_paper_with_bytes_of_its_own(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    sent = sender.sent(content, "hóa đơn.pdf")
    draft = open_draft(wired, sender.token)

    reused = reuse_file(wired, draft, sent, OTHER)
    sender.cancel(f"{sender.base}/{sent}")

    (left,) = open_draft(wired, sender.token).attachments
    assert (left.id, left.item_id, left.name) == (reused.id, OTHER, "hóa đơn.pdf") and reused.id != sent
    with wired.store.open(reused.id) as file:
        assert file.read() == content
    assert verify(wired).problems == []


def test_a_file_reused_again_for_the_same_paper_is_there_once(sender: Sender, wired: Wired, content: bytes) -> None:
    sent = sender.sent(content)
    first = reuse_file(wired, open_draft(wired, sender.token), sent, OTHER)

    again = reuse_file(wired, open_draft(wired, sender.token), sent, OTHER)

    assert again == first
    assert len(stored_files(wired.settings.data)) == 2


def test_a_paper_that_does_not_take_the_file_says_so_and_nothing_is_copied(
    sender: Sender, wired: Wired, content: bytes
) -> None:
    sent = sender.sent(content)
    most = wired.catalogue.form("ho-so-tieu-chuan").items_by_id[OTHER].max_files
    for number in range(most):
        sender.begun(1000, f"{number}.pdf", OTHER)
    before = stored_files(wired.settings.data)

    with pytest.raises(InvalidAnswers) as full:
        reuse_file(wired, open_draft(wired, sender.token), sent, OTHER)
    with pytest.raises(InvalidAnswers) as unknown:
        reuse_file(wired, open_draft(wired, sender.token), sent, "khong-co")

    assert [fault.code for fault in (*full.value.faults, *unknown.value.faults)] == [
        "files_too_many",
        "file_unexpected",
    ]
    assert stored_files(wired.settings.data) == before


def test_only_files_of_the_same_draft_can_be_reused(
    sender: Sender, client: TestClient, wired: Wired, content: bytes
) -> None:
    foreign = Sender(client, new_draft(wired)).sent(content)

    with pytest.raises(NotFound):
        reuse_file(wired, open_draft(wired, sender.token), foreign, OTHER)


def test_a_sent_draft_takes_nothing_more(sender: Sender, wired: Wired, content: bytes) -> None:
    sent = sender.sent(content)
    draft = open_draft(wired, sender.token)
    after = type(draft)(**{**vars(draft), "sent_reference": "HT-2222-2222-2222"})

    for late in (lambda: reuse_file(wired, after, sent, OTHER), lambda: cancel_upload(wired, after, sent)):
        with pytest.raises(Conflict):
            late()
