"""What may happen on the way of a dossier, as officers and organisations live it, through the pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.money import envelope, set_envelope
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.application import MovedClock
from tests.submissions import DOSSIER, answers, papers, pdf, sent
from tests.web.test_applicant import read, text_of, value_of
from tests.web.test_officer import signed_in

AMOUNT = 42_000_000
Sent = Callable[..., dict[str, Any]]


class Desk:
    """An officer at the pages of one dossier."""

    def __init__(self, client: TestClient, reference: str) -> None:
        self.client, self.path = client, f"/can-bo/ho-so/{reference}"

    def page(self) -> str:
        return text_of(self.client.get(self.path).text)

    def does(self, path: str, **typed: Any) -> Any:
        html = self.client.get(self.path).text
        told = {"csrf": value_of(html, "csrf"), "seen": value_of(html, "seen"), "_action": "confirm", **typed}
        return self.client.post(f"{self.path}/{path}", data={name.replace("__", "."): v for name, v in told.items()})

    def marks(self, mark: str = "met", **other: str) -> Any:
        items = ("support_request", "registration_certificate", "certificate_copy", "contracts", "payment_records")
        told = {f"mark.{item}": other.get(item, mark) for item in (*items, "other_support_statement")}
        return self.does("phieu", **{f"note.{name}": "Xem lại" for name in other}, **told)

    def proposes(self, amount: int = AMOUNT, reason: str = "") -> Any:
        return self.does("viec/propose", amount=str(amount), reason=reason)


@pytest.fixture
def send(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> Sent:
    return lambda **changed: sent(client, catalogue.form(DOSSIER), tmp_path, **changed)


@pytest.fixture
def at(wired: Wired) -> Callable[[str, str, str], Desk]:
    """Somebody of a role before a dossier; the same name is signed in once."""
    known: dict[str, TestClient] = {}

    def come(name: str, role: str, reference: str) -> Desk:
        known[name] = known.get(name) or signed_in(wired, name, role)
        return Desk(known[name], reference)

    return come


def appraised(at: Any, reference: str) -> Desk:
    """Claimed, accepted, every item met."""
    desk: Desk = at("tham-dinh", "appraiser", reference)
    for path in ("nhan", "viec/accept"):
        assert desk.does(path).status_code == 303
    assert desk.marks().status_code == 303
    return desk


def status_of(client: TestClient, receipt: dict[str, Any]) -> dict[str, Any]:
    bearer = {"Authorization": f"Bearer {receipt['access_code']}"}
    found: dict[str, Any] = client.get(f"/api/v1/dossiers/{receipt['reference']}", headers=bearer).json()
    return found


def read_by_organisation(client: TestClient, receipt: dict[str, Any]) -> str:
    codes = {name: receipt[name] for name in ("reference", "access_code")}
    return text_of(client.post("/tra-cuu", data=codes).text)


def test_a_supplement_is_asked_twice_and_the_officer_is_told_that_this_counts_as_late(
    at: Any, send: Sent, client: TestClient, wired: Wired, tmp_path: Path
) -> None:
    receipt = send()
    desk = appraised(at, receipt["reference"])
    asked = {"item": "contracts", "reason.contracts": "Thiếu", "text.contracts": "Gửi phụ lục"}
    files = {"contracts": ("phu-luc.pdf", pdf(tmp_path, 7), "application/pdf")}
    bearer = {"Authorization": f"Bearer {receipt['access_code']}"}
    supplements = f"/api/v1/dossiers/{receipt['reference']}/supplements"

    desk.does("bo-sung", **asked)
    paused = desk.page()
    client.post(supplements, headers=bearer, files=files)
    question = text_of(desk.does("bo-sung", **asked, _action="").text)
    desk.does("bo-sung", **asked)
    client.post(supplements, headers=bearer, files=files)

    page = desk.page()
    assert "Tạm dừng từ" in paused
    assert "lần yêu cầu thứ 2: hồ sơ sẽ bị tính trễ hạn" in question
    assert "Đã gửi lúc đầu" in page and page.count("phu-luc.pdf") >= 2
    assert "Quá một lần: hồ sơ bị tính trễ hạn" in page
    assert status_of(client, receipt)["status"] == "under_appraisal"
    assert verify(wired).problems == []


def test_a_refusal_at_intake_is_looked_at_again(at: Any, send: Sent, client: TestClient) -> None:
    receipt = send()
    desk = at("tiep-nhan", "intake", receipt["reference"])
    desk.does("nhan")
    desk.does("viec/refuse_at_intake", reason="Thiếu trang 2")

    refused = status_of(client, receipt)["status"]
    desk.does("viec/take_in_again", reason="Trang 2 nằm ở tệp khác")

    assert refused == "refused_at_intake"
    assert status_of(client, receipt)["status"] == "submitted"
    assert "Chưa ai nhận" in desk.page()


def test_the_director_sends_back_and_the_money_is_free_again(at: Any, send: Sent, wired: Wired) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipt = send()
    desk = appraised(at, receipt["reference"])
    desk.proposes()
    director = at("giam-doc", "leader", receipt["reference"])

    nothing = director.does("viec/send_back", reason="")
    back = director.does("viec/send_back", reason="Đối chiếu lại hợp đồng")

    left = envelope(wired, wired.today().year)
    assert nothing.status_code == 422 and back.status_code == 303
    assert "Lý do: Đối chiếu lại hợp đồng" in desk.page() and "Đang thẩm định" in desk.page()
    assert left is not None and (left.reserved, left.committed) == (0, 0)
    assert desk.proposes().status_code == 303


def test_what_the_director_writes_to_the_officer_is_not_read_by_the_organisation(
    at: Any, send: Sent, client: TestClient, wired: Wired
) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipt = send()
    appraised(at, receipt["reference"]).proposes()

    at("giam-doc", "leader", receipt["reference"]).does("viec/send_back", reason="Chỉ công chức đọc")

    assert "Chỉ công chức đọc" not in read_by_organisation(client, receipt)


def test_a_refused_dossier_is_appraised_again(at: Any, send: Sent, client: TestClient, wired: Wired) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipt = send()
    desk = appraised(at, receipt["reference"])
    desk.proposes()
    director = at("giam-doc", "leader", receipt["reference"])
    director.does("viec/reject", reason="Giấy chứng nhận hết hạn")
    refused = read_by_organisation(client, receipt)

    again = director.does("viec/reconsider", reason="Đơn vị gửi giấy gia hạn")
    desk.proposes()
    director.does("viec/approve")

    assert "Lý do: Giấy chứng nhận hết hạn" in refused
    assert again.status_code == 303
    assert status_of(client, receipt)["status"] == "approved"
    assert verify(wired).problems == []


def test_nothing_is_proposed_beyond_the_money_of_the_year(at: Any, send: Sent, wired: Wired) -> None:
    receipt = send()
    desk = appraised(at, receipt["reference"])

    unset = desk.proposes()
    set_envelope(wired, wired.today().year, 30_000_000, "Văn bản ví dụ")
    short = desk.proposes()
    less = desk.proposes(30_000_000, "Kinh phí còn 30 triệu đồng")

    assert unset.status_code == 409 and "Chưa có kinh phí năm" in text_of(unset.text)
    assert short.status_code == 409 and "còn 30.000.000 đồng, hồ sơ cần 42.000.000 đồng" in text_of(short.text)
    assert less.status_code == 303


def test_no_decision_while_a_needed_paper_is_open(at: Any, send: Sent, wired: Wired) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipt = send()
    desk = appraised(at, receipt["reference"])
    desk.marks(contracts="missing")

    refused = desk.proposes()

    assert refused.status_code == 409
    assert "còn 1 mục chưa đánh giá hoặc còn thiếu (“Hợp đồng tư vấn, đánh giá, chứng nhận”)" in text_of(refused.text)
    assert value_of(refused.text, "amount") == str(AMOUNT)


def test_whoever_works_on_a_stale_page_sees_what_happened_and_loses_nothing(at: Any, send: Sent) -> None:
    receipt = send()
    desk = appraised(at, receipt["reference"])
    stale = value_of(desk.client.get(desk.path).text, "seen")
    desk.does("y-kien", text="Đã gọi điện cho đơn vị")

    late = desk.does("phieu", seen=stale, mark__contracts="not_met", note__contracts="Thiếu chữ ký")

    page = text_of(late.text)
    assert late.status_code == 409 and "vừa sửa hồ sơ này" in page
    assert "Việc mới từ lúc trang này được mở: Ghi ý kiến" in page
    assert "Thiếu chữ ký" in late.text
    again = desk.does("phieu", mark__contracts="not_met", note__contracts="Thiếu chữ ký")
    assert again.status_code == 303


def test_an_officer_leaves_and_the_work_is_handed_over(at: Any, send: Sent, wired: Wired) -> None:
    receipt = send()
    appraised(at, receipt["reference"])
    other = at("tham-dinh-2", "appraiser", receipt["reference"])
    director = at("giam-doc", "leader", receipt["reference"])

    foreign = other.does("ban-giao", to="tham-dinh-2")
    handed = director.does("ban-giao", to="tham-dinh-2")

    assert foreign.status_code == 409
    assert handed.status_code == 303
    assert "tham-dinh-2 đang giữ hồ sơ này" in other.page() and "tham-dinh → tham-dinh-2" in other.page()


def test_what_came_on_paper_is_typed_in_with_its_channel(
    at: Any, client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    officer = signed_in(wired, "mot-cua", "intake")
    form = catalogue.form(DOSSIER)
    csrf = value_of(officer.get("/can-bo/ban-giay").text, "csrf")

    nothing = officer.post("/can-bo/ban-giay", data={"csrf": csrf, "form": DOSSIER})
    begun = officer.post("/can-bo/ban-giay", data={"csrf": csrf, "form": DOSSIER, "channel": "3"})
    token = begun.headers["location"].rsplit("/", 1)[1]
    officer.post(f"/nop/{DOSSIER}", data={**answers(form), "_draft": token}, files=papers(form, tmp_path))
    received = officer.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token})

    reference = text_of(received.text).split("Mã tham chiếu ")[1].split()[0]
    page = Desk(officer, reference).page()
    assert nothing.status_code == 422 and "Nhận bằng cách nào" in text_of(nothing.text)
    assert received.status_code == 201
    assert "Qua bưu chính công ích" in page and "Đã gửi · mot-cua" in page


def test_tet_in_the_middle_is_explained_day_by_day(at: Any, send: Sent, moved_clock: MovedClock, wired: Wired) -> None:
    moved_clock.move(days=(date(2026, 2, 10) - wired.today()).days)
    receipt = send(certificate_issued_on="01/12/2025", certificate_expires_on="01/12/2028")
    desk = appraised(at, receipt["reference"])

    why = text_of(desk.client.get(f"{desk.path}/han").text)

    assert "Vì sao là thứ Ba, ngày 10/03/2026?" in why and "15 ngày làm việc" in why
    assert "không hứa với tổ chức" in why


def test_the_director_decides_several_at_once_and_one_document_covers_them(
    at: Any, send: Sent, client: TestClient, wired: Wired, tmp_path: Path
) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipts = [send(certificate_no=f"VD-{number}") for number in range(2)]
    desks = [appraised(at, receipt["reference"]) for receipt in receipts]
    for desk in desks:
        desk.proposes()
    director = at("giam-doc", "leader", receipts[0]["reference"]).client
    page = director.get("/can-bo/quyet-dinh").text
    chosen = [receipt["reference"] for receipt in receipts]
    typed = {"csrf": value_of(page, "csrf"), "step": "approve", "reference": chosen}
    typed |= {f"seen.{one}": value_of(page, f"seen.{one}") for one in chosen}

    question = text_of(director.post("/can-bo/quyet-dinh", data=typed).text)
    decided = director.post("/can-bo/quyet-dinh", data=typed | {"_action": "confirm"})
    form = {"document_no": "06/QĐ-KHCN", "decided_on": wired.today().strftime("%d/%m/%Y"), "signer": "Ví Dụ"}
    told = form | {"csrf": value_of(desks[0].client.get(desks[0].path).text, "csrf")}
    signed = pdf(tmp_path, 9)
    scan = {"signed_scan": ("qd.pdf", signed, "application/pdf")}
    recorded = desks[0].client.post(f"{desks[0].path}/viec/record_decision", data=told, files=scan)

    assert "Quyết định hỗ trợ 2 hồ sơ, tổng 84.000.000 đồng?" in question
    assert decided.status_code == recorded.status_code == 303
    assert [status_of(client, receipt)["status"] for receipt in receipts] == ["approved", "approved"]
    assert all("Quyết định 06/QĐ-KHCN" in read_by_organisation(client, receipt) for receipt in receipts)
    assert client.get("/tra-cuu/quyet-dinh").content == signed
    assert verify(wired).problems == []


def test_the_account_is_asked_for_only_after_the_approval(
    at: Any, send: Sent, client: TestClient, wired: Wired
) -> None:
    set_envelope(wired, wired.today().year, 100_000_000, "Văn bản ví dụ")
    receipt = send()
    desk = appraised(at, receipt["reference"])
    early = read_by_organisation(client, receipt), client.get("/tra-cuu/tai-khoan").status_code
    desk.proposes()
    at("giam-doc", "leader", receipt["reference"]).does("viec/approve")
    account = {"account_holder": "Hợp tác xã Ví dụ", "account_no": "0123 456 789", "bank": "Ngân hàng Ví dụ"}

    wrong = client.post("/tra-cuu/tai-khoan", data=account | {"account_no": "không nhớ"})
    given = client.post("/tra-cuu/tai-khoan", data=account)

    assert "tài khoản" not in early[0] and early[1] == 409
    assert wrong.status_code == 422 and value_of(wrong.text, "bank") == "Ngân hàng Ví dụ"
    assert given.status_code == 303
    assert "số 0123456789" in text_of(client.get("/tra-cuu/ho-so").text)
    assert verify(wired).problems == []


def test_a_refused_comment_keeps_its_text_and_the_sheet_as_it_was_saved(at: Any, send: Sent) -> None:
    receipt = send()
    desk = appraised(at, receipt["reference"])

    refused = desk.does("y-kien", text="dài " * 1100)

    checked = read(refused.text).select("input[type=radio][checked]")
    assert refused.status_code == 422 and "dài dài" in refused.text
    assert {str(box["value"]) for box in checked} == {"met"} and len(checked) == 6
