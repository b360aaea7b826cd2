"""`hotro verify` finds what was changed, lost or added behind the program's back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.following.corrections import correct_contact
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.storage.desk.search import take_names
from processor.storage.engine import writing
from processor.storage.tables.core import queue
from tests.submissions import DOSSIER, sent


def file_of(wired: Wired) -> Path:
    return next((wired.settings.data / "attachments").glob("[0-9]*/*"))


def run(statement: str) -> Callable[[Wired], None]:
    def change(wired: Wired) -> None:
        with writing(wired.engine) as connection:
            connection.execute(text(statement))

    return change


def lose_the_names(wired: Wired) -> None:
    with writing(wired.engine) as connection:
        take_names(connection, connection.execute(select(queue.c.dossier_id)).scalars())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (run("UPDATE dossiers SET answers = '{}'"), "câu trả lời khác lúc gửi"),
        (run('UPDATE dossiers SET absences = \'{"contracts": "x"}\''), "lý do chưa có giấy tờ khác lúc gửi"),
        (run("UPDATE dossiers SET form_version = '0'"), "phiên bản biểu mẫu khác"),
        (run("UPDATE events SET actor = 'officer:x'"), "đã bị sửa"),
        (run("DELETE FROM events"), "không có sự kiện nào"),
        (run("DELETE FROM attachments WHERE item_id = 'certificate_copy'"), "khác lúc gửi"),
        (lose_the_names, "tìm theo tên không thấy 1 hồ sơ"),
        (lambda wired: file_of(wired).unlink(), "không có ở nơi giữ tệp"),
        (lambda wired: file_of(wired).write_bytes(b"x"), "đã đổi nội dung"),
    ],
)
def test_each_change_is_named(
    change: Callable[[Wired], None],
    said: str,
    client: TestClient,
    wired: Wired,
    catalogue: Catalogue,
    tmp_path: Path,
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    before = verify(wired).problems

    change(wired)

    assert before == []
    assert any(said in problem for problem in verify(wired).problems)


def test_a_file_without_a_row_is_no_fault_and_is_swept_when_old(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    incoming = wired.store.receive()
    incoming.write(b"stray", 10)
    wired.store.keep([incoming])

    found = verify(wired)
    swept = sweep_orphans(wired, older_than_seconds=-1)

    assert (found.files_without_row, found.problems, swept) == (1, [], 1)
    assert verify(wired).files_without_row == 0


def corrected(wired: Wired, receipt: dict[str, Any], name: str) -> None:
    seen = track(wired, receipt["reference"], receipt["access_code"])
    typed = {field: [str(seen.dossier.answers[field])] for field in ("contact_phone", "contact_email")}
    correct_contact(wired, seen, {**typed, "contact_name": [name]}, seen.dossier.revision)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (run("UPDATE dossiers SET answers = '{}'"), "câu trả lời khác lúc gửi"),
        (run("UPDATE dossiers SET answers_hash = 'x'"), "câu trả lời khác lúc gửi"),
        (run("UPDATE revisions SET answers = '{}' WHERE revision = 1"), "trước khi sửa (số 1) đã đổi"),
        (run("DELETE FROM revisions WHERE revision = 2"), "có 1 bản câu trả lời trước khi sửa, nhật ký ghi 2"),
        (run("UPDATE events SET data = '{}' WHERE kind = 'contact_corrected'"), "đã bị sửa"),
    ],
)
def test_after_corrections_the_newest_and_every_earlier_answer_are_checked(
    change: Callable[[Wired], None],
    said: str,
    client: TestClient,
    wired: Wired,
    catalogue: Catalogue,
    tmp_path: Path,
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    corrected(wired, receipt, "Lê Thị Hai")
    corrected(wired, receipt, "Lê Thị Ba")
    before = verify(wired).problems

    change(wired)

    assert before == []
    assert any(said in problem for problem in verify(wired).problems)
