"""Files lie in an object store: what senders and officers do works the same, also when the store does not."""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from processor.console import Stopped, parts_of
from processor.services.at_rest import encrypt, standing
from processor.services.intake.drafts import erase_draft, open_draft
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, erase
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.settings import Settings
from processor.storage.at_rest.key import make_key_file
from processor.storage.sealed_rows import Counted
from tests.desk import Sent, take_back
from tests.object_storage import ObjectServer
from tests.running import JSON, running, told
from tests.served import free_port
from tests.submissions import API, DOSSIER, answers, papers
from tests.test_cli import hotro_here
from tests.uploads import Sender, new_draft, paper, received
from tests.web.test_officer import signed_in

BUSY = (503, "unavailable")


class Office:
    """Any number of servers on one database and one bucket, each with a disk of its own."""

    def __init__(self, folder: Path, site: Path, server: ObjectServer, database: Path) -> None:
        self.folder = folder
        self.site = site
        self.server = server
        self.url = server.fresh()
        self.database = f"sqlite:///{shutil.copy(database, folder / 'hotro.db')}"

    @contextmanager
    def open(self, name: str = "var", **more: Any) -> Iterator[tuple[Wired, TestClient]]:
        shared = {"database_url": self.database, "attachments_url": self.url, "secret_key": "chung" * 8}
        with running(self.site, self.folder / name, **(shared | self.server.settings | more)) as opened:
            yield opened

    def objects(self) -> list[str]:
        return [place.name for place in self.server.files(self.url)]


@pytest.fixture
def office(tmp_path: Path, built_site: Path, object_server: ObjectServer, empty_database: Path) -> Office:
    return Office(tmp_path, built_site, object_server, empty_database)


def post(client: TestClient, wired: Wired, folder: Path) -> httpx2.Response:
    form = wired.catalogue.form(DOSSIER)
    return client.post(API, data=answers(form), files=papers(form, folder))


def on_the_machine(wired: Wired) -> list[str]:
    return [place.name for place in wired.settings.spool.iterdir()]


def test_a_dossier_is_sent_looked_at_taken_along_and_erased(office: Office, tmp_path: Path) -> None:
    with office.open() as (wired, client):
        sent = post(client, wired, tmp_path).json()
        officer = signed_in(wired, "can-bo", "leader")
        way = f"/can-bo/ho-so/{sent['reference']}/tep/{sent['attachments'][0]['id']}"
        fetched, page = officer.get(way), officer.get(f"{way}/trang/1")
        package = officer.get(f"/can-bo/ho-so/{sent['reference']}/tron-goi.zip")
        kept, sound = office.objects(), verify(wired)
        take_back(wired, Sent(sent["reference"], sent["access_code"]))
        erase(wired, sent["reference"], Order("dossier", "requested", "officer:leader"))

        assert hashlib.sha256(fetched.content).hexdigest() == sent["attachments"][0]["sha256"]
        assert (page.headers["content-type"], package.status_code) == ("image/webp", 200)
        assert kept == sorted(file["id"] for file in sent["attachments"])
        assert (sound.problems, sound.files_without_row) == ([], 0)
        assert (office.objects(), on_the_machine(wired), verify(wired).problems) == ([], [], [])


def test_a_file_begun_at_one_server_is_finished_at_another(office: Office, tmp_path: Path) -> None:
    content = paper(tmp_path, 60_000)
    with office.open("one") as (wired, one), office.open("two") as (_, two):
        token = new_draft(wired)
        path = Sender(one, token).begun(len(content))
        first = Sender(one, token).piece(path, 0, content[:25_000])
        state = Sender(two, token).state(path)
        last = Sender(two, token).piece(path, 25_000, content[25_000:])

        assert (first.status_code, state.headers["upload-offset"], last.status_code) == (204, "25000", 204)
        assert [digest for _, _, digest in received(wired, token)] == [hashlib.sha256(content).hexdigest()]
        assert office.objects() == [last.headers["hotro-attachment"]]

        erase_draft(wired, open_draft(wired, token))

        assert office.objects() == []


def test_what_lay_there_in_clear_is_encrypted_while_it_is_served(office: Office, tmp_path: Path) -> None:
    make_key_file(tmp_path / "khoa")
    with office.open() as (wired, client):
        sent = post(client, wired, tmp_path).json()
    in_clear = [b"%PDF" in place.read_bytes() for place in office.server.files(office.url)]
    with office.open(at_rest_key=tmp_path / "khoa") as (wired, client):
        files = encrypt(wired, lambda what, done: None)[1]
        way = f"/can-bo/ho-so/{sent['reference']}/tep/{sent['attachments'][0]['id']}"
        fetched = signed_in(wired, "can-bo", "leader").get(way)

        assert (files, standing(wired).files) == (len(in_clear), Counted(len(in_clear), 0)) and any(in_clear)
        assert hashlib.sha256(fetched.content).hexdigest() == sent["attachments"][0]["sha256"]
        assert verify(wired).problems == []
    assert not any(b"%PDF" in place.read_bytes() for place in office.server.files(office.url))


def test_a_store_that_is_down_keeps_the_draft_and_stores_nothing_by_halves(
    office: Office, object_server: ObjectServer, tmp_path: Path
) -> None:
    content = paper(tmp_path, 60_000)
    with office.open(s3_seconds=2) as (wired, client):
        form, token = wired.catalogue.form(DOSSIER), new_draft(wired)
        sender = Sender(client, token)
        path = sender.begun(len(content))
        sender.piece(path, 0, content[:25_000])
        before = post(client, wired, tmp_path).json()
        kept = office.objects()
        way = f"/can-bo/ho-so/{before['reference']}/tep/{before['attachments'][0]['id']}"
        officer = signed_in(wired, "can-bo", "leader")

        with object_server.down():
            refused = post(client, wired, tmp_path)
            typed = client.post(f"/nop/{DOSSIER}", data=answers(form), files=papers(form, tmp_path))
            piece = sender.piece(path, 25_000, content[25_000:])
            fetched = officer.get(way, headers=JSON)
            ready, alive = client.get("/readyz"), client.get("/healthz")
            left = office.objects()
        after = post(client, wired, tmp_path)
        state = sender.state(path)
        finished = sender.piece(path, 25_000, content[25_000:])

        assert [told(one) for one in (refused, piece, fetched, ready)] == [BUSY] * 4
        assert (typed.status_code, typed.headers["retry-after"]) == (503, "120")
        assert answers(form)["organisation_name"] in typed.text and "Trang đang bận" in typed.text
        assert (alive.status_code, left, on_the_machine(wired)) == (200, kept, [])
        assert (after.status_code, state.headers["upload-offset"], finished.status_code) == (201, "25000", 204)
        assert officer.get(way).status_code == 200
        assert verify(wired).problems == []


def test_a_store_that_hangs_is_given_up_in_time(office: Office, object_server: ObjectServer, tmp_path: Path) -> None:
    with office.open(s3_seconds=0.5) as (wired, client):
        with object_server.hanging():
            refused = [post(client, wired, tmp_path) for _ in range(3)]
            page = client.get("/tra-cuu")
        taken = until_taken(client, wired, tmp_path)
        sweep_orphans(wired, -60)

        assert [told(one) for one in refused] == [BUSY] * 3 and page.status_code == 200
        assert office.objects() == sorted(file["id"] for file in taken.json()["attachments"])
        assert verify(wired).problems == []


def until_taken(client: TestClient, wired: Wired, folder: Path) -> httpx2.Response:
    """A store that did not answer is not asked again for a moment."""
    for _ in range(100):
        answer = post(client, wired, folder)
        if answer.status_code == 201:
            return answer
        time.sleep(0.2)
    raise AssertionError(answer.text)


def test_a_start_with_a_wrong_key_says_why_in_one_line(office: Office, tmp_path: Path) -> None:
    environment = {"HOTRO_DATABASE_URL": office.database, "HOTRO_ATTACHMENTS_URL": office.url}
    wrong = office.server.environment | {"HOTRO_S3_SECRET": "sai-khoa-bi-mat"}

    ended = hotro_here("serve", data=tmp_path / "var", HOTRO_SITE=str(office.site), **environment, **wrong)

    said = ended.stderr
    assert ended.returncode == 1 and "Traceback" not in said
    assert "không nhận khóa truy cập (403 SignatureDoesNotMatch) (mã store_key_unknown)" in said
    assert len(said.strip().splitlines()) == 1 and "sai-khoa-bi-mat" not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"attachments_url": "s3://khong-co/tep"}, r"không có bucket này \(mã bucket_missing\). Tạo bucket"),
        ({"s3_endpoint": f"http://127.0.0.1:{free_port()}", "s3_seconds": 1}, r"mã store_unreachable"),
        ({"s3_key_id": None}, r"Chưa đặt HOTRO_S3_KEY_ID"),
        ({"s3_secret_file": Path("/khong/co")}, r"Không đọc được HOTRO_S3_SECRET_FILE \(/khong/co\): No such file"),
        ({"attachments_url": "s3:tep"}, r"Viết file:ĐƯỜNG_DẪN hoặc s3://BUCKET/TIỀN_TỐ"),
    ],
)
def test_parts_that_cannot_keep_files_are_not_put_together(
    changed: dict[str, Any], said: str, office: Office, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {
        "data": tmp_path / "var",
        "database_url": office.database,
        "attachments_url": office.url,
    }

    with pytest.raises(Stopped, match=said):
        parts_of(Settings(**(settings | office.server.settings | changed)))
