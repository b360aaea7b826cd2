"""A disk that is full or soon full: said as such, nothing half stored, and it goes on once there is room."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.disks import MB, Disk
from tests.inspection.makers import a_pdf
from tests.running import JSON, running, told
from tests.submissions import API, DOSSIER, answers, papers, stored_files
from tests.uploads import ITEM, Sender, new_draft

FULL = (507, "storage_full")


def heavy(folder: Path) -> tuple[str, tuple[str, bytes, str]]:
    return ITEM, ("nặng.pdf", a_pdf(folder / "nang.pdf", size_bytes=MB).read_bytes(), "application/pdf")


def is_clean(wired: Wired, files: list[str]) -> bool:
    return verify(wired).problems == [] and stored_files(wired.settings.data) == files


@pytest.mark.parametrize("path", [API, f"/nop/{DOSSIER}"])
def test_a_disk_full_while_files_come_keeps_none_and_takes_them_once_there_is_room(
    path: str, small_disk: Disk, tmp_path: Path, built_site: Path
) -> None:
    with running(built_site, small_disk.place / "var") as (wired, client):
        form = wired.catalogue.form(DOSSIER)
        files = [heavy(tmp_path), *papers(form, tmp_path)[1:]]
        small_disk.fill(left=MB // 2)

        refused = client.post(path, data=answers(form), files=files, headers=JSON)
        nothing_left = is_clean(wired, [])
        small_disk.clear()
        taken = client.post(path, data=answers(form), files=files, headers=JSON)

        assert told(refused) == FULL
        assert nothing_left
        assert taken.status_code in (200, 201), taken.text
        assert len(stored_files(wired.settings.data)) == len(files)


def test_a_page_says_that_the_disk_is_full_in_words(small_disk: Disk, tmp_path: Path, built_site: Path) -> None:
    with running(built_site, small_disk.place / "var") as (wired, client):
        small_disk.fill(left=MB // 2)

        refused = client.post(f"/nop/{DOSSIER}", data={}, files=[heavy(tmp_path)])

        assert refused.status_code == 507
        assert "Trang tạm hết chỗ lưu" in refused.text


@pytest.mark.parametrize("apart", [0, 1], ids=["written here", "written apart"])
def test_a_disk_full_at_the_commit_keeps_no_file_of_it_and_takes_it_once_there_is_room(
    apart: int, small_disk: Disk, tmp_path: Path, built_site: Path
) -> None:
    chosen = {"attachments_url": f"file:{tmp_path / 'var' / 'attachments'}", "writer_apart_from": apart}
    with running(built_site, small_disk.place / "var", **chosen) as (wired, client):
        form = wired.catalogue.form(DOSSIER)
        sent: dict[str, Any] = {
            "data": answers(form),
            "files": papers(form, tmp_path),
            "headers": {"idempotency-key": "k" * 20},
        }
        small_disk.fill()

        refused = client.post(API, **sent)
        left, read = stored_files(tmp_path / "var"), client.get("/api/v1/forms").status_code
        small_disk.clear()
        taken, again = client.post(API, **sent), client.post(API, **sent)

        assert told(refused) == FULL
        assert (left, read) == ([], 200)
        assert (taken.status_code, again.status_code) == (201, 200)
        assert verify(wired).problems == []


@pytest.fixture
def grown_out(wired: Wired) -> Iterator[None]:
    """The database may not grow by a page: what SQLite answers on a full disk, wherever the file lies."""

    def limit(connection: Any, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    wired.engine.dispose()
    event.listen(wired.engine, "connect", limit)
    yield
    event.remove(wired.engine, "connect", limit)


def test_a_database_that_cannot_grow_refuses_what_does_not_fit_and_stays_whole(
    client: TestClient, wired: Wired, tmp_path: Path, grown_out: None
) -> None:
    form = wired.catalogue.form(DOSSIER)
    refused = None
    for _ in range(200):
        answer = client.post(API, data=answers(form), files=papers(form, tmp_path))
        if answer.status_code != 201:
            refused = answer
            break

    assert refused is not None and told(refused) == FULL
    assert verify(wired).problems == []
    assert len(stored_files(wired.settings.data)) == verify(wired).attachments


def test_a_disk_full_while_a_draft_is_saved_keeps_what_was_saved_before(
    small_disk: Disk, tmp_path: Path, built_site: Path
) -> None:
    with running(built_site, small_disk.place / "var") as (wired, client):
        token = new_draft(wired)
        saving = {"_draft": token, "_action": "save", "organisation_name": "Công ty Ví Dụ"}
        client.post(f"/nop/{DOSSIER}", data=saving)
        small_disk.fill()

        typed = saving | {"organisation_name": "Công ty Ví Dụ Khác " + "x" * 5000}
        refused = [client.post(f"/nop/{DOSSIER}", data=typed, headers=JSON) for _ in range(3)]
        before = open_draft(wired, token).typed
        small_disk.clear()
        saved = client.post(f"/nop/{DOSSIER}", data=typed)

        assert [told(one) for one in refused] == [FULL] * 3
        assert before["organisation_name"] == ["Công ty Ví Dụ"]
        assert saved.status_code == 303
        assert open_draft(wired, token).typed["organisation_name"][0].startswith("Công ty Ví Dụ Khác")


def test_below_the_reserve_nothing_new_is_begun_but_what_is_complete_is_sent(
    small_disk: Disk, tmp_path: Path, built_site: Path
) -> None:
    with running(built_site, small_disk.place / "var", disk_reserve=2) as (wired, client):
        form = wired.catalogue.form(DOSSIER)
        ready = client.post(f"/nop/{DOSSIER}", data=answers(form), files=papers(form, tmp_path), headers=JSON).json()
        begun = Sender(client, new_draft(wired))
        path = begun.begun(1000)
        small_disk.fill(left=MB)

        low = [
            client.post(API, data=answers(form), files=papers(form, tmp_path)),
            client.post(f"/nop/{DOSSIER}", data=answers(form), headers=JSON),
            begun.begin(1000),
            begun.piece(path, 0, b"x" * 500),
            client.get("/readyz"),
        ]
        sent = client.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": ready["token"]})
        small_disk.clear()

        assert [told(answer) for answer in low] == [(503, "storage_low")] * 5
        assert sent.status_code == 201 and "biên nhận" in sent.text.lower()
        assert begun.state(path).headers["upload-offset"] == "0"
        assert client.get("/readyz").json() == {"ready": True, "scanner": "none"}


def test_what_is_free_is_told_to_whoever_watches(small_disk: Disk, built_site: Path) -> None:
    with running(built_site, small_disk.place / "var") as (_, client):
        figures = client.get("/metrics").text

        free = next(line for line in figures.splitlines() if line.startswith("hotro_disk_free_bytes "))
        assert 0 < float(free.split()[1]) <= 4 * MB
