"""A database that is locked, full or gone: when to come again is told, what was typed stays, the same key works."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.intake.drafts import open_draft
from processor.services.proof.verification import verify
from processor.storage.engine import Engine, open_engine, writing
from tests.disks import full_tablespace
from tests.postgres import Postgres
from tests.running import impatient, running, told
from tests.served import served
from tests.submissions import API, DOSSIER, answers, papers, stored_files
from tests.uploads import Sender, new_draft

BUSY = (503, "unavailable")
NO_FILE = [("contracts", ("", b"", "application/octet-stream"))]
KEYED = {"idempotency-key": "cung-mot-khoa-nay"}


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Another process is in the middle of a long write."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE dossiers, drafts, uploads IN EXCLUSIVE MODE"))
        yield


@pytest.fixture
def other(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def test_a_locked_database_is_waited_for_then_nothing_is_kept_and_the_same_key_works(
    database_url: str, other: Engine, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    form = catalogue.form(DOSSIER)
    told_answers, files = answers(form), papers(form, tmp_path)
    with impatient(built_site, tmp_path / "var", database_url, catalogue) as (wired, client):
        with locked(other):
            refused = client.post(API, data=told_answers, files=files, headers=KEYED)
            left = stored_files(tmp_path / "var")
        taken = client.post(API, data=told_answers, files=files, headers=KEYED)
        again = client.post(API, data=told_answers, files=files, headers=KEYED)

        assert (told(refused), left) == (BUSY, [])
        assert (taken.status_code, again.status_code) == (201, 200)
        assert taken.json()["reference"] == again.json()["reference"]
        assert verify(wired).problems == []


def test_a_page_posted_to_a_locked_database_stands_again_with_what_was_typed_and_its_key(
    database_url: str, other: Engine, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    form = catalogue.form(DOSSIER)
    page = answers(form) | {"_key": "khoa-cua-trang", "_version": form.version}
    with impatient(built_site, tmp_path / "var", database_url, catalogue) as (_, client):
        with locked(other):
            refused = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))
        first = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))
        second = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "120")
    assert "Trang đang bận, chưa nhận được lần gửi này" in refused.text
    assert "Chưa lưu được lần gửi này" in refused.text and "chỗ cần sửa" not in refused.text
    assert page["organisation_name"] in refused.text
    assert re.search(r'name="_key" value="khoa-cua-trang"', refused.text)
    assert first.status_code == 303 and first.headers["location"] == second.headers["location"]


def test_a_part_of_a_draft_posted_to_a_locked_database_stands_again_with_what_was_typed(
    database_url: str, other: Engine, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    with impatient(built_site, tmp_path / "var", database_url, catalogue) as (wired, client):
        token = new_draft(wired)
        page = f"/ban-nhap/{token}/phan/applicant"
        typed = {"organisation_name": "Hợp tác xã Vừa Gõ (ví dụ)"}
        with locked(other):
            refused = client.post(page, data=typed, files=NO_FILE)
        before = open_draft(wired, token).typed
        client.post(page, data=typed, files=NO_FILE)

        assert (refused.status_code, refused.headers["retry-after"], before) == (503, "120", {})
        assert "Trang đang bận, chưa nhận được lần gửi này" in refused.text
        assert 'value="Hợp tác xã Vừa Gõ (ví dụ)"' in refused.text
        assert open_draft(wired, token).typed["organisation_name"] == [typed["organisation_name"]]


def test_a_page_posted_to_a_disk_nearly_full_keeps_its_text_and_lets_its_files_go(
    tmp_path: Path, built_site: Path
) -> None:
    with running(built_site, tmp_path / "var", disk_reserve=10**9) as (wired, client):
        form = wired.catalogue.form(DOSSIER)
        refused = client.post(f"/nop/{DOSSIER}", data=answers(form), files=papers(form, tmp_path))

        assert (refused.status_code, refused.headers["retry-after"]) == (503, "120")
        assert "Trang sắp hết chỗ lưu" in refused.text and answers(form)["organisation_name"] in refused.text
        assert stored_files(tmp_path / "var") == []


def test_a_piece_of_a_file_is_refused_or_kept_whole_while_the_database_is_locked(
    database_url: str, other: Engine, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    with impatient(built_site, tmp_path / "var", database_url, catalogue) as (wired, client):
        sender = Sender(client, new_draft(wired))
        with locked(other):
            refused = sender.begin(1000)
            left = stored_files(tmp_path / "var")
        begun = sender.begin(1000)

        assert (told(refused), left) == (BUSY, [])
        assert begun.status_code == 201


def test_a_disk_full_under_postgresql_is_told_as_such_and_it_goes_on_once_there_is_room(
    postgres: Postgres, tmp_path: Path, built_site: Path
) -> None:
    with (
        full_tablespace(postgres) as (disk, url),
        running(built_site, tmp_path / "var", database_url=url) as (wired, client),
    ):
        form = wired.catalogue.form(DOSSIER)
        disk.fill()
        refused = until_refused(client, answers(form), tmp_path, wired.catalogue)
        kept = len(stored_files(tmp_path / "var"))
        sound = verify(wired)
        disk.clear()
        taken = client.post(API, data=answers(form), files=papers(form, tmp_path), headers=KEYED)

        assert told(refused) == (507, "storage_full")
        assert (sound.problems, sound.attachments) == ([], kept)
        assert taken.status_code == 201


def until_refused(
    client: TestClient, told_answers: dict[str, str], folder: Path, catalogue: Catalogue
) -> httpx2.Response:
    """The last pages of a table that has some are filled first."""
    for number in range(400):
        key = {"idempotency-key": f"khoa-thu-{number}"}
        files = papers(catalogue.form(DOSSIER), folder)
        answer = client.post(API, data=told_answers, files=files, headers=key)
        if answer.status_code != 201:
            return answer
    raise AssertionError("the disk never became full")


def test_a_server_lives_through_a_postgresql_that_stops_and_comes_back(
    postgres: Postgres, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    url = postgres.fresh()
    form = catalogue.form(DOSSIER)
    told_answers, files = answers(form), papers(form, tmp_path)
    with served(tmp_path / "data", built_site, HOTRO_DATABASE_URL=url) as server:

        def post() -> httpx2.Response:
            return httpx2.post(f"{server.url}{API}", data=told_answers, files=files, headers=KEYED, timeout=60)

        before = httpx2.post(f"{server.url}{API}", data=told_answers, files=files, timeout=60)
        postgres.stop()
        try:
            while_down = [post(), httpx2.get(f"{server.url}/readyz"), httpx2.get(f"{server.url}/healthz")]
        finally:
            postgres.start()
        after = post()
        verified = server.run("verify")

    postgres.give_back(url)
    assert before.status_code == 201
    assert [told(one) for one in while_down[:2]] == [BUSY] * 2
    assert while_down[2].status_code == 200
    assert after.status_code == 201
    assert verified.returncode == 0, verified.stderr
