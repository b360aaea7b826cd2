"""Two that work on the same upload at once, on both databases: one file, one row, nothing astray."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from processor.domain.dossier import Attachment, Draft
from processor.domain.errors import NotFound, Refused
from processor.services.intake.drafts import erase_draft, open_draft
from processor.services.intake.resumable import begin_upload, cancel_upload, finish
from processor.services.intake.reuse import reuse_file
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.settings import Settings
from processor.storage.dossiers.uploads import Upload
from processor.storage.files.object_keys import owner_of
from processor.storage.files.object_store import ObjectStore
from processor.wiring import wire
from tests.object_storage import ObjectServer
from tests.submissions import stored_files
from tests.uploads import ITEM, new_draft, paper

ROUNDS = 5


@pytest.fixture(params=["files", pytest.param("objects", marks=pytest.mark.long)])
def wired(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Wired]:
    given: dict[str, Any] = {"database_url": database_url}
    if request.param == "objects":
        server: ObjectServer = request.getfixturevalue("object_server")
        given |= {"attachments_url": server.fresh(), **server.settings}
    parts = wire(Settings(clamd_url="none", data=tmp_path / "var", **given))
    yield parts
    parts.engine.dispose()


def lying(wired: Wired) -> list[str]:
    """Every file, half-sent ones included, once what nobody's connection left is swept."""
    if not isinstance(wired.store, ObjectStore):
        return stored_files(wired.settings.data)
    assert list(wired.settings.spool.iterdir()) == []
    sweep_orphans(wired, -1)
    return sorted(str(owner_of(one.key)) for one in wired.store.bucket.objects())


def whole(wired: Wired, token: str, content: bytes, name: str) -> Upload:
    upload = begin_upload(wired, open_draft(wired, token), ITEM, name, len(content))
    wired.store.partial(upload.id).append(0, content)
    return upload


def finished(wired: Wired, token: str, upload: Upload) -> Attachment | str:
    """Or the code of the refusal. In a thread with an event loop of its own."""
    try:
        return anyio.run(finish, wired, open_draft(wired, token), upload)
    except Refused as refusal:
        return refusal.code


def together(*works: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(works)) as threads:
        return [work.result() for work in [threads.submit(work) for work in works]]


def cancelled(wired: Wired, draft: Draft, upload: Upload) -> None:
    with contextlib.suppress(NotFound):
        cancel_upload(wired, draft, upload.id)


def test_two_that_finish_at_once_give_one_attachment(wired: Wired, tmp_path: Path) -> None:
    content = paper(tmp_path)
    for number in range(ROUNDS):
        token = new_draft(wired)
        upload = whole(wired, token, content, f"{number}.pdf")

        both = together(*[partial(finished, wired, token, upload)] * 2)

        assert both == [*open_draft(wired, token).attachments] * 2
    assert verify(wired).problems == [] and len(lying(wired)) == ROUNDS


def test_finishing_and_cancelling_at_once_leave_no_bytes_without_a_row_and_no_row_without_bytes(
    wired: Wired, tmp_path: Path
) -> None:
    content = paper(tmp_path)
    for number in range(ROUNDS):
        token = new_draft(wired)
        upload = whole(wired, token, content, f"{number}.pdf")
        draft = open_draft(wired, token)

        together(partial(finished, wired, token, upload), partial(cancelled, wired, draft, upload))

        kept = [file.id for file in open_draft(wired, token).attachments]
        assert kept == lying(wired)
        for attachment_id in kept:
            cancel_upload(wired, open_draft(wired, token), attachment_id)
    assert verify(wired).problems == []


def test_finishing_while_the_draft_is_erased_leaves_nothing_that_a_row_names(wired: Wired, tmp_path: Path) -> None:
    content = paper(tmp_path)
    for number in range(ROUNDS):
        token = new_draft(wired)
        upload = whole(wired, token, content, f"{number}.pdf")
        draft = open_draft(wired, token)

        together(partial(finished, wired, token, upload), partial(erase_draft, wired, draft))

        with pytest.raises(NotFound):
            open_draft(wired, token)
    assert verify(wired).problems == [] and verify(wired).attachments == 0


def test_a_file_reused_by_two_at_once_has_its_bytes(wired: Wired, tmp_path: Path) -> None:
    token = new_draft(wired)
    upload = whole(wired, token, paper(tmp_path), "một.pdf")
    (sent,) = together(partial(finished, wired, token, upload))
    assert isinstance(sent, Attachment)
    draft = open_draft(wired, token)

    both = together(*[partial(reuse_file, wired, draft, sent.id, "contracts")] * 2)

    kept = [file.id for file in open_draft(wired, token).attachments]
    assert len(kept) == 2 and both[0] == both[1]
    assert sorted(kept) == lying(wired)
    assert verify(wired).problems == []
