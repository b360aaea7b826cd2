"""All connections to the database are in use: when to come again is told, what was typed stays. On both databases."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.engine import reading
from tests.running import running, told
from tests.submissions import API, DOSSIER, answers, papers, stored_files
from tests.uploads import Sender, new_draft

BUSY = (503, "unavailable")
CONNECTIONS = 2
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NO_FILE = [("contracts", ("", b"", "application/octet-stream"))]


@pytest.fixture
def small(built_site: Path, tmp_path: Path, database_url: str) -> Iterator[tuple[Wired, TestClient]]:
    """A server with two connections that waits a tenth of a second for one of them."""
    asked = {"database_url": database_url, "database_connections": CONNECTIONS, "database_wait_seconds": 0.1}
    with running(built_site, tmp_path / "var", **asked) as (wired, client):
        yield wired, client


@contextmanager
def all_in_use(wired: Wired) -> Iterator[None]:
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(reading(wired.engine))
        yield


def test_a_program_is_told_when_to_come_again_and_the_same_key_works_afterwards(
    small: tuple[Wired, TestClient], tmp_path: Path
) -> None:
    wired, client = small
    form, key = wired.catalogue.form(DOSSIER), {"idempotency-key": "khoa-khi-dong-nguoi"}
    with all_in_use(wired):
        refused = client.post(API, data=answers(form), files=papers(form, tmp_path), headers=key)
        looked = client.get("/api/v1/dossiers/ABCD-EFGH", headers={"authorization": "Bearer x"})
        left = stored_files(tmp_path / "var")
    taken = client.post(API, data=answers(form), files=papers(form, tmp_path), headers=key)

    assert [told(refused), told(looked), left] == [BUSY, BUSY, []]
    assert taken.status_code == 201
    assert verify(wired).problems == []


@on_postgresql
def test_a_form_posted_meanwhile_stands_again_with_what_was_typed(
    small: tuple[Wired, TestClient], tmp_path: Path
) -> None:
    wired, client = small
    form = wired.catalogue.form(DOSSIER)
    page = answers(form) | {"_key": "khoa-cua-trang", "_version": form.version}
    with all_in_use(wired):
        refused = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))
    sent = client.post(f"/nop/{DOSSIER}", data=page, files=papers(form, tmp_path))

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "120")
    assert "Trang đang bận, chưa nhận được lần gửi này" in refused.text
    assert page["organisation_name"] in refused.text and 'value="khoa-cua-trang"' in refused.text
    assert sent.status_code == 303


def test_a_part_of_a_draft_posted_meanwhile_is_sent_again_by_one_press_and_the_draft_is_as_it_was(
    small: tuple[Wired, TestClient],
) -> None:
    wired, client = small
    token = new_draft(wired)
    page = f"/ban-nhap/{token}/phan/applicant"
    typed = {"organisation_name": "Hợp tác xã <Vừa Gõ> (ví dụ)"}
    with all_in_use(wired):
        refused = client.post(page, data=typed, files=NO_FILE)
        by_script = client.post(page, data=typed, files=NO_FILE, headers={"accept": "application/json"})
    before = open_draft(wired, token).typed
    client.post(page, data=typed, files=NO_FILE)

    assert (refused.status_code, refused.headers["retry-after"], before) == (503, "120", {})
    assert f'action="{page}"' in refused.text
    assert 'name="organisation_name" value="Hợp tác xã &lt;Vừa Gõ&gt; (ví dụ)"' in refused.text
    assert told(by_script) == BUSY
    assert open_draft(wired, token).typed["organisation_name"] == [typed["organisation_name"]]


@on_postgresql
def test_a_piece_of_a_file_sent_meanwhile_is_refused_and_goes_on_from_where_it_was(
    small: tuple[Wired, TestClient],
) -> None:
    wired, client = small
    sender = Sender(client, new_draft(wired))
    path = sender.begin(1000).headers["location"]
    with all_in_use(wired):
        refused = sender.piece(path, 0, b"x" * 100)
    taken = sender.piece(path, 0, b"x" * 100)

    assert told(refused) == BUSY
    assert taken.status_code == 204


@on_postgresql
def test_a_server_whose_connections_are_free_again_is_ready(small: tuple[Wired, TestClient]) -> None:
    wired, client = small
    with all_in_use(wired):
        busy, alive = client.get("/readyz"), client.get("/healthz")
    free = client.get("/readyz")

    assert (told(busy), alive.status_code, free.status_code) == (BUSY, 200, 200)
