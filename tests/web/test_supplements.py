"""A supplement: only the asked items, with the officer's reason; partial answers are kept; the rest can follow."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from processor.domain.access.officer import Officer
from processor.domain.catalogue import Catalogue
from processor.domain.supplement import AskedItem
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.claims import claim_dossier, release_dossier
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import ask, send_answer
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.factories import an_officer
from tests.submissions import DOSSIER, answers, papers, pdf, sent
from tests.web.test_applicant import read, text_of
from tests.web.test_officer import signed_in

ASKED = (
    AskedItem("certificate_copy", "Hết hạn", "Gửi bản còn hiệu lực"),
    AskedItem("contracts", "Không rõ", "Thiếu trang ký"),
)


@pytest.fixture
def officer(wired: Wired) -> Officer:
    return an_officer(wired.engine)


@pytest.fixture
def receipt(client: TestClient, wired: Wired, catalogue: Catalogue, officer: Officer, tmp_path: Path) -> dict[str, Any]:
    """A dossier that an officer has accepted and asks to be completed."""
    found = sent(client, catalogue.form(DOSSIER), tmp_path)
    claim_dossier(wired, officer, found["reference"])
    take_step(wired, officer, found["reference"], "accept", Given())
    opened = open_dossier(wired, found["reference"])
    ask(wired, officer, opened.dossier.reference, ASKED)
    return found


def link_of(client: TestClient, receipt: dict[str, Any]) -> str:
    client.post("/tra-cuu", data={"reference": receipt["reference"], "access_code": receipt["access_code"]})
    return str(client.get("/tra-cuu/bo-sung").headers["location"])


def upload(client: TestClient, link: str, item: str, content: bytes) -> Any:
    return client.post(f"{link}/giay-to/{item}", files=[(item, (f"{item}-moi.pdf", content, "application/pdf"))])


def status_of(client: TestClient, receipt: dict[str, Any]) -> dict[str, Any]:
    bearer = {"Authorization": f"Bearer {receipt['access_code']}"}
    found: dict[str, Any] = client.get(f"/api/v1/dossiers/{receipt['reference']}", headers=bearer).json()
    return found


def test_only_the_asked_items_are_shown_with_the_reason(client: TestClient, receipt: dict[str, Any]) -> None:
    link = link_of(client, receipt)

    page = client.get(link)
    other = client.get(f"{link}/giay-to/payment_records")
    section = client.get(f"{link}/phan/applicant")

    assert "Công chức ghi: Hết hạn: Gửi bản còn hiệu lực" in text_of(page.text)
    assert "Hóa đơn và chứng từ thanh toán" not in text_of(page.text)
    assert other.status_code == section.status_code == 404


def test_what_was_uploaded_is_kept_until_it_is_sent(
    client: TestClient, receipt: dict[str, Any], tmp_path: Path
) -> None:
    link = link_of(client, receipt)

    kept = upload(client, link, "certificate_copy", pdf(tmp_path, 7))
    again = client.get(link_of(client, receipt))

    assert kept.status_code == 303 and kept.headers["location"] == link
    assert "certificate_copy-moi.pdf" in text_of(again.text)
    assert "Còn 1 mục chưa có" in text_of(again.text)
    assert status_of(client, receipt)["status"] == "supplement_requested"


def test_part_of_it_can_be_sent_and_the_rest_later(
    client: TestClient, wired: Wired, receipt: dict[str, Any], tmp_path: Path
) -> None:
    link = link_of(client, receipt)
    upload(client, link, "certificate_copy", pdf(tmp_path, 7))

    part = client.post(f"{link}/gui-bo-sung")
    between = status_of(client, receipt)
    explained = {"contracts.absent": "1", "contracts.absence_reason": "Đang ký phụ lục, có ngày 20/12/2026"}
    client.post(f"{link}/giay-to/contracts", data=explained)
    rest = client.post(f"{link}/gui-bo-sung")

    assert part.status_code == rest.status_code == 201
    assert "Còn chờ: Hợp đồng tư vấn, đánh giá, chứng nhận" in text_of(part.text)
    assert between["status"] == "supplement_requested"
    assert "Đã đủ các mục được yêu cầu" in text_of(rest.text)
    assert status_of(client, receipt)["status"] == "accepted"
    assert verify(wired).problems == []


def test_sending_nothing_says_what_is_missing(client: TestClient, receipt: dict[str, Any]) -> None:
    link = link_of(client, receipt)

    refused = client.post(f"{link}/gui-bo-sung")

    assert refused.status_code == 422
    assert "Chưa có mục nào để gửi" in text_of(refused.text)


def test_sent_twice_it_is_sent_once(client: TestClient, wired: Wired, receipt: dict[str, Any], tmp_path: Path) -> None:
    link = link_of(client, receipt)
    for seed, item in enumerate(("certificate_copy", "contracts")):
        upload(client, link, item, pdf(tmp_path, 10 + seed))

    client.post(f"{link}/gui-bo-sung")
    again = client.post(f"{link}/gui-bo-sung")
    back = client.get(link)

    assert again.status_code == 409
    assert "không gửi thêm lần nữa" in text_of(back.text)
    assert verify(wired).problems == []


def test_the_receipt_of_the_dossier_stays_as_it_was(
    client: TestClient, receipt: dict[str, Any], tmp_path: Path
) -> None:
    path = receipt["receipt_url"].removeprefix("http://127.0.0.1:8000")
    before = client.get(f"{path}.json").json()
    link = link_of(client, receipt)
    upload(client, link, "certificate_copy", pdf(tmp_path, 7))

    client.post(f"{link}/gui-bo-sung")

    assert client.get(f"{path}.json").json() == before


def test_a_program_answers_in_one_call(client: TestClient, receipt: dict[str, Any], tmp_path: Path) -> None:
    url = f"/api/v1/dossiers/{receipt['reference']}/supplements"
    bearer = {"Authorization": f"Bearer {receipt['access_code']}"}
    files = [(one.item_id, (f"{one.item_id}.pdf", pdf(tmp_path, 20), "application/pdf")) for one in ASKED]

    unasked = client.post(url, headers=bearer, files=[("payment_records", files[0][1])])
    wrong = client.post(url, headers={"Authorization": "Bearer sai"}, files=files)
    done = client.post(url, headers=bearer, files=files)
    late = client.post(url, headers=bearer, files=files)

    assert unasked.status_code == 422 and unasked.json()["errors"][0]["field"] == "payment_records"
    assert wrong.status_code == 404
    assert done.status_code == 201 and done.json()["remaining"] == []
    assert {file["item_id"] for file in done.json()["attachments"]} == {"certificate_copy", "contracts"}
    assert late.status_code == 409 and late.json()["code"] == "supplement_not_asked"
    assert status_of(client, receipt)["status"] == "accepted"


def test_an_officer_asks_at_the_desk(
    client: TestClient, wired: Wired, catalogue: Catalogue, officer: Officer, tmp_path: Path
) -> None:
    found = sent(client, catalogue.form(DOSSIER), tmp_path)
    claim_dossier(wired, officer, found["reference"])
    take_step(wired, officer, found["reference"], "accept", Given())
    desk, reader = signed_in(wired, "can-bo-2"), signed_in(wired, "nguoi-doc", "reader")
    path = f"/can-bo/ho-so/{found['reference']}"
    page = desk.get(f"{path}/bo-sung")
    csrf = read(page.text).find("input", {"name": "csrf"})
    assert csrf is not None
    typed = {"csrf": csrf["value"], "reason.contracts": "Sai", "text.contracts": "Sai năm ký"}

    nothing = desk.post(f"{path}/bo-sung", data=typed)
    unclear = desk.post(f"{path}/bo-sung", data=typed | {"item": "contracts", "text.contracts": ""})
    not_held = desk.post(f"{path}/bo-sung", data=typed | {"item": "contracts"})
    release_dossier(wired, officer, found["reference"])
    desk.post(f"{path}/nhan", data={"csrf": csrf["value"]})
    own = read(reader.get(f"{path}/bo-sung").text).find("input", {"name": "csrf"})
    assert own is not None
    forbidden = reader.post(f"{path}/bo-sung", data=typed | {"item": "contracts", "csrf": own["value"]})
    question = desk.post(f"{path}/bo-sung", data=typed | {"item": "contracts"})
    asked = desk.post(f"{path}/bo-sung", data=typed | {"item": "contracts", "_action": "confirm"})
    log = desk.get(path)

    assert nothing.status_code == 422 and "Chưa chọn mục nào" in text_of(nothing.text)
    assert "Sai năm ký" in nothing.text
    assert unclear.status_code == 422 and "chưa ghi cần làm gì" in text_of(unclear.text)
    assert not_held.status_code == 409 and "Sai năm ký" in not_held.text
    assert forbidden.status_code == 403
    assert "bổ sung 1 mục? Thời hạn tạm dừng" in text_of(question.text)
    assert asked.status_code == 303
    assert "Sai, Sai năm ký" in text_of(log.text) and "supplement_requested" not in text_of(log.text)
    assert [one["text"] for one in status_of(client, found)["asked_items"]] == ["Sai năm ký"]


def test_what_was_explained_before_stays_on_the_receipt(
    client: TestClient, wired: Wired, catalogue: Catalogue, officer: Officer, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    told = answers(form) | {"contracts.absent": "1", "contracts.absence_reason": "Tự xây dựng"}
    files = [paper for paper in papers(form, tmp_path) if paper[0] != "contracts"]
    found = client.post(f"/api/v1/forms/{DOSSIER}/dossiers", data=told, files=files).json()
    claim_dossier(wired, officer, found["reference"])
    take_step(wired, officer, found["reference"], "accept", Given())
    opened = open_dossier(wired, found["reference"])
    path = found["receipt_url"].removeprefix("http://127.0.0.1:8000")

    ask(wired, officer, opened.dossier.reference, ASKED[1:])
    link = link_of(client, found)
    reason = {"contracts.absent": "1", "contracts.absence_reason": "Không thuê ai"}
    client.post(f"{link}/giay-to/contracts", data=reason)
    answered = client.post(f"{link}/gui-bo-sung")

    assert answered.status_code == 201
    assert "Tự xây dựng" in client.get(path).text and "Không thuê ai" not in client.get(path).text
    assert open_dossier(wired, found["reference"]).supplements[0].asked[0].explained == "Không thuê ai"
    assert verify(wired).problems == []


def test_the_same_answer_posted_at_the_same_time_is_taken_once(
    client: TestClient, wired: Wired, receipt: dict[str, Any], tmp_path: Path
) -> None:
    link = link_of(client, receipt)
    upload(client, link, "certificate_copy", pdf(tmp_path, 7))
    draft = open_draft(wired, link.rsplit("/", 1)[1])

    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(send_answer, wired, draft) for _ in range(4)]
        failed = [one.exception() for one in tries]

    assert [error for error in failed if error is None] == [None]
    assert len([event for event in status_of(client, receipt)["events"] if event["kind"] == "supplement_answered"]) == 1
    assert verify(wired).problems == []
