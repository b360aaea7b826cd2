"""The desk: who may come in, what they see, what each step does."""

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import ROLES, add_officer, disable
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, erase
from processor.services.proof.verification import verify
from processor.web.app import ROUTES, create_app
from processor.web.site import Site
from tests.application import URL, MovedClock
from tests.routes import path_of
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import text_of, value_of

PASSWORD = "mat-khau-vi-du-dai"


def signed_in(wired: Wired, name: str, role: str = "intake") -> TestClient:
    add_officer(wired, name, role, PASSWORD)
    client = TestClient(
        create_app(wired, Site(wired.settings.site)), URL, follow_redirects=False, raise_server_exceptions=False
    )
    page = client.get("/can-bo/dang-nhap")
    answer = client.post(
        "/can-bo/dang-nhap", data={"name": name, "password": PASSWORD, "csrf": value_of(page.text, "csrf")}
    )
    assert answer.status_code == 303
    return client


def step(client: httpx2.Client, reference: str, path: str, **data: str) -> httpx2.Response:
    page = client.get(f"/can-bo/ho-so/{reference}")
    return client.post(f"/can-bo/ho-so/{reference}/{path}", data={"csrf": value_of(page.text, "csrf"), **data})


@pytest.fixture
def reference(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> str:
    return str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"])


def test_every_desk_route_leads_a_stranger_to_the_sign_in_page(client: TestClient, reference: str) -> None:
    for route in ROUTES:
        if not route.path.startswith("/can-bo/ho-so"):
            continue
        path = path_of(route, reference=reference)
        posts = "POST" in (route.methods or set())
        answer = client.post(path, data={"csrf": ""}) if posts else client.get(path)

        assert answer.status_code == (403 if posts else 303), path
        assert posts or answer.headers["location"] == f"/can-bo/dang-nhap?tiep={quote(path)}"


def test_an_unknown_name_and_a_wrong_password_get_the_same_page(client: TestClient, wired: Wired) -> None:
    add_officer(wired, "can-bo-1", "intake", PASSWORD)
    csrf = value_of(client.get("/can-bo/dang-nhap").text, "csrf")

    wrong = client.post("/can-bo/dang-nhap", data={"name": "can-bo-1", "password": "sai", "csrf": csrf})
    unknown = client.post("/can-bo/dang-nhap", data={"name": "khong-ai", "password": "sai", "csrf": csrf})

    assert wrong.status_code == unknown.status_code == 403
    assert text_of(wrong.text) == text_of(unknown.text)


def test_signing_in_needs_the_token_of_its_own_page(client: TestClient, wired: Wired) -> None:
    add_officer(wired, "can-bo-1", "intake", PASSWORD)

    answer = client.post("/can-bo/dang-nhap", data={"name": "can-bo-1", "password": PASSWORD, "csrf": "x"})

    assert answer.status_code == 403
    assert "hotro=" not in answer.headers.get("set-cookie", "")


def test_a_session_ends_when_signed_out_idle_or_disabled(wired: Wired, moved_clock: MovedClock) -> None:
    first, second, third = (signed_in(wired, name) for name in ("mot", "hai", "ba"))
    cookie = first.cookies["hotro"]
    first.post("/can-bo/dang-xuat", data={"csrf": value_of(first.get("/can-bo/ho-so").text, "csrf")})
    first.cookies.set("hotro", cookie)
    disable(wired, "hai")

    assert first.get("/can-bo/ho-so").status_code == 303
    assert second.get("/can-bo/ho-so").status_code == 303
    assert third.get("/can-bo/ho-so").status_code == 200
    moved_clock.move(minutes=31)
    assert third.get("/can-bo/ho-so").status_code == 303


def test_after_signing_in_the_way_leads_only_to_the_desk(client: TestClient) -> None:
    for asked in ("https://xau.example", "//xau.example", "/can-bo/\\xau", "/nop/x"):
        page = client.get(f"/can-bo/dang-nhap?tiep={asked}")

        assert value_of(page.text, "tiep") == "/can-bo/ho-so"


def test_the_queue_is_filtered_by_form_status_and_age(wired: Wired, reference: str, moved_clock: MovedClock) -> None:
    officer = signed_in(wired, "can-bo-1")

    assert reference in officer.get("/can-bo/ho-so").text
    assert reference in officer.get(f"/can-bo/ho-so?bieu-mau={DOSSIER}&trang-thai=submitted&ai=chua").text
    assert reference not in officer.get("/can-bo/ho-so?bieu-mau=dang-ky-nhu-cau").text
    assert reference not in officer.get("/can-bo/ho-so?trang-thai=accepted").text
    assert reference not in officer.get("/can-bo/ho-so?cho=7").text
    assert "Không có hồ sơ khớp bộ lọc" in officer.get("/can-bo/ho-so?cho=7").text


def test_a_dossier_shows_answers_as_asked_its_files_and_its_log(wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo-1")

    page = text_of(officer.get(f"/can-bo/ho-so/{reference}").text)

    assert "Tiêu chuẩn ISO 22000" in page
    assert "84.000.000" in page
    assert "certificate_copy.pdf" in page
    assert "Đã gửi" in page and "chưa quét" in page


def test_a_file_is_a_download_that_no_browser_runs_and_its_opening_is_recorded(
    wired: Wired, client: TestClient, tmp_path: Path, catalogue: Catalogue
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    reference = receipt["reference"]
    officer = signed_in(wired, "can-bo-1")
    page = BeautifulSoup(officer.get(f"/can-bo/ho-so/{reference}").text, "html.parser")
    link = page.find("a", href=re.compile("/tep/"))
    assert link is not None

    answer = officer.get(str(link["href"]))

    hashes = [file["sha256"] for file in receipt["attachments"]]
    assert hashlib.sha256(answer.content).hexdigest() in hashes
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Tải tệp" in text_of(officer.get(f"/can-bo/ho-so/{reference}").text)


def test_a_file_of_another_dossier_is_not_found(
    wired: Wired, client: TestClient, reference: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    officer = signed_in(wired, "can-bo-1")
    other = sent(client, catalogue.form(DOSSIER), tmp_path)

    answer = officer.get(f"/can-bo/ho-so/{reference}/tep/{other['attachments'][0]['id']}")

    assert answer.status_code == 404


def test_of_two_officers_one_claims_and_the_other_is_told_who_holds_it(wired: Wired, reference: str) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")

    won = step(first, reference, "nhan")
    lost = step(second, reference, "nhan")

    assert won.status_code == 303
    assert lost.status_code == 409 and "can-bo-1 đã nhận hồ sơ này" in text_of(lost.text)


def test_a_dossier_erased_meanwhile_is_not_claimed_and_the_page_says_so(wired: Wired, reference: str) -> None:
    handler = signed_in(wired, "can-bo-1")
    told = {"csrf": value_of(handler.get(f"/can-bo/ho-so/{reference}").text, "csrf")}
    erase(wired, reference, Order("dossier", "term_over", "hotro", by_rule=True))

    refused = handler.post(f"/can-bo/ho-so/{reference}/nhan", data=told)

    assert refused.status_code == 409
    assert f"Dữ liệu của hồ sơ {reference} đã xóa rồi" in text_of(refused.text)


def test_a_released_dossier_can_be_claimed_by_another(wired: Wired, reference: str) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")
    step(first, reference, "nhan")
    step(first, reference, "tra-ve")

    answer = step(second, reference, "nhan")

    assert answer.status_code == 303
    assert verify(wired).problems == []


def test_only_the_holder_accepts(wired: Wired, reference: str) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")
    step(first, reference, "nhan")

    foreign = step(second, reference, "viec/accept")
    accepted = step(first, reference, "viec/accept")
    again = step(first, reference, "viec/accept")

    assert foreign.status_code == 409 and "Nhận xử lý" in text_of(foreign.text)
    assert accepted.status_code == 303
    assert again.status_code == 409 and "Đã tiếp nhận" in text_of(again.text)


def test_refusing_needs_a_reason_and_a_confirmation_and_the_applicant_reads_it(
    wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    officer = signed_in(wired, "can-bo-1")
    step(officer, receipt["reference"], "nhan")

    empty = step(officer, receipt["reference"], "viec/refuse_at_intake", reason=" ")
    asked = step(officer, receipt["reference"], "viec/refuse_at_intake", reason="Thiếu trang 2")
    refused = step(officer, receipt["reference"], "viec/refuse_at_intake", reason="Thiếu trang 2", _action="confirm")

    status = client.post("/tra-cuu", data={k: receipt[k] for k in ("reference", "access_code")})
    assert empty.status_code == 422 and "Ô “Lý do” đang trống" in text_of(empty.text)
    assert "Từ chối tiếp nhận" in text_of(asked.text) and "Thiếu trang 2" in text_of(asked.text)
    assert refused.status_code == 303
    assert "Lý do: Thiếu trang 2" in text_of(status.text)


@pytest.mark.parametrize("role", ROLES)
def test_only_intake_appraisers_and_admins_handle_dossiers(role: str, wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo", role)

    answer = step(officer, reference, "nhan")

    assert answer.status_code == (303 if role in ("intake", "appraiser", "admin") else 403)


def test_a_post_without_the_session_token_changes_nothing(wired: Wired, reference: str) -> None:
    officer = signed_in(wired, "can-bo-1")

    answer = officer.post(f"/can-bo/ho-so/{reference}/nhan", data={"csrf": "x"})

    assert answer.status_code == 403
    assert "Chưa ai nhận" in text_of(officer.get(f"/can-bo/ho-so/{reference}").text)
