"""What officers take along: a whole dossier as a ZIP, a list of what the queue shows."""

import io
import json
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import known_officer
from processor.services.exchange.dossier_lists import ask_for_list, expire_lists
from processor.services.parts import Wired
from tests.application import MovedClock
from tests.desk import Sent, kinds
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import value_of
from tests.web.test_officer import signed_in


@pytest.fixture
def reference(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> str:
    return str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"])


def test_the_package_is_an_attachment_that_no_browser_runs_and_is_in_the_log(wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo", "reader")
    page = officer.get(f"/can-bo/ho-so/{reference}").text

    answer = officer.get(f"/can-bo/ho-so/{reference}/tron-goi.zip")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("manifest.json"))["reference"] == reference
    assert f"/can-bo/ho-so/{reference}/tron-goi.zip" in page
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="ho-so-{reference}-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert kinds(wired, Sent(reference, ""))[-1] == "exported"


def asked(officer: TestClient, ending: str, query: str = "") -> str:
    """The page of the list, once it is made."""
    page = officer.get("/can-bo/ho-so").text
    form = {"csrf": value_of(page, "csrf"), "ending": ending, "query": query}
    answer = officer.post("/can-bo/xuat", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def finished(officer: TestClient, path: str) -> BeautifulSoup:
    for _ in range(100):
        page = officer.get(path)
        if "refresh" not in page.headers:
            return BeautifulSoup(page.text, "html.parser")
        time.sleep(0.1)
    raise AssertionError("the list was never made")


@pytest.mark.parametrize("role", ["reader", "leader", "intake"])
def test_a_list_is_asked_for_followed_and_fetched(role: str, wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo", role)

    path = asked(officer, "csv")
    page = finished(officer, path)
    answer = officer.get(f"{path}/tep")

    assert "Đã ghi 1 dòng." in page.get_text()
    assert reference in answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''danh-sach-ho-so-")


def test_the_page_loads_itself_again_until_the_list_is_made(wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo")
    waiting = ask_for_list(wired, known_officer(wired, "can-bo"), "", "xlsx")

    page = officer.get(f"/can-bo/xuat/{waiting}")

    assert page.headers["refresh"] == "3"
    assert "Đang đếm hồ sơ." in page.text and "Tải lại ngay" in page.text
    assert officer.get(f"/can-bo/xuat/{waiting}/tep").status_code == 404


def test_another_officer_cannot_fetch_it(wired: Wired, reference: str) -> None:
    mine, other = signed_in(wired, "can-bo"), signed_in(wired, "can-bo-khac", "admin")
    path = asked(mine, "json")
    finished(mine, path)

    assert [other.get(place).status_code for place in (path, f"{path}/tep")] == [404, 404]


def test_after_a_day_it_says_so_and_is_made_again(wired: Wired, reference: str, moved_clock: MovedClock) -> None:
    officer = signed_in(wired, "can-bo")
    path = asked(officer, "csv")
    finished(officer, path)

    expire_lists(replace(wired, clock=lambda: moved_clock() + timedelta(days=2)))
    gone = officer.get(path).text
    officer.post(path, data={"csrf": value_of(gone, "csrf")})

    assert "đã quá một ngày" in gone
    assert "Đã ghi 1 dòng." in finished(officer, path).get_text()


def test_a_format_that_there_is_not_is_refused(wired: Wired) -> None:
    officer = signed_in(wired, "can-bo")
    csrf = value_of(officer.get("/can-bo/ho-so").text, "csrf")

    assert officer.post("/can-bo/xuat", data={"csrf": csrf, "ending": "exe"}).status_code == 404


def test_the_filter_of_the_queue_goes_along(wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo")

    path = asked(officer, "json", "trang-thai=approved&sau=x&la=<script>")

    assert officer.get(f"{path}").text.count("trang-thai=approved") == 1
    finished(officer, path)
    assert officer.get(f"{path}/tep").json() == []
