"""A sender looks at what was sent: by both codes, then by a pass that lapses; sees where it is, fetches everything."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.engine import writing
from processor.storage.tables.core import dossiers, queue, supplements
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from tests.application import URL, MovedClock
from tests.submissions import DOSSIER, NEED, answers, papers, sent
from tests.web.test_applicant import read, text_of, value_of

STATUS = "/tra-cuu/ho-so"
CONTENT = "/tra-cuu/ho-so/noi-dung"
FEEDBACK = "phan-anh-vuong-mac"


@pytest.fixture
def receipt(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, Any]:
    return sent(client, catalogue.form(DOSSIER), tmp_path)


def codes(receipt: dict[str, Any]) -> dict[str, str]:
    return {name: receipt[name] for name in ("reference", "access_code")}


def view(client: TestClient, receipt: dict[str, Any]) -> str:
    """The page that both codes open; from here on the client holds the pass."""
    answer = client.post("/tra-cuu", data=codes(receipt))
    assert answer.status_code == 200, text_of(answer.text)
    return answer.text


def sent_to(client: TestClient, catalogue: Catalogue, form_id: str, folder: Path) -> dict[str, Any]:
    """The receipt of any form, sent through the API."""
    form = catalogue.form(form_id)
    answer = client.post(f"/api/v1/forms/{form_id}/dossiers", data=answers(form), files=papers(form, folder) or None)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def at(wired: Wired, receipt: dict[str, Any], status: str, **columns: Any) -> None:
    """As if officers had brought the dossier to this status."""
    with writing(wired.engine) as connection:
        here = dossiers.c.reference == receipt["reference"]
        changed = update(dossiers).where(here).values(status=status, **columns).returning(dossiers.c.id)
        number = connection.execute(changed).scalar_one()
        connection.execute(update(queue).where(queue.c.dossier_id == number).values(status=status))
        if status == "supplement_requested":
            asked = [{"item_id": "certificate_copy", "reason": "Không đạt", "text": "Trang 2 không đọc được."}]
            row = {"dossier_id": number, "number": 1, "asked": asked, "asked_at": wired.clock()}
            connection.execute(insert(supplements), row)


def carried(html: str) -> dict[str, str]:
    """What the page that asks for the codes takes along."""
    return {str(one["name"]): str(one["value"]) for one in read(html).select("input[form=hotro-tra-cuu]")}


def cookie_of(answer: Any) -> str:
    return str(answer.headers.get("set-cookie", ""))


def test_status_is_found_with_both_codes_however_they_are_typed(client: TestClient, receipt: dict[str, Any]) -> None:
    reference, code = receipt["reference"], receipt["access_code"]
    typed = {"reference": reference.lower().replace("-", " "), "access_code": code.lower().replace("-", "")}

    status = client.post("/tra-cuu", data=typed)

    assert status.status_code == 200
    assert "Đã gửi" in text_of(status.text) and reference in text_of(status.text)


def test_a_wrong_access_code_says_what_to_do_before_anything_else(client: TestClient, receipt: dict[str, Any]) -> None:
    wrong = client.post("/tra-cuu", data={"reference": receipt["reference"], "access_code": "sai"})
    mistyped = client.post("/tra-cuu", data={"reference": "HT-1", "access_code": "sai"})

    first = read(wrong.text).select("article > *")[0]
    assert wrong.status_code == 404 and "Chưa tìm thấy hồ sơ" in first.text
    assert mistyped.status_code == 422 and "ký tự gõ nhầm" in text_of(mistyped.text)
    assert read(wrong.text).title.text.startswith("Lỗi: ")  # type: ignore[union-attr]
    assert cookie_of(wrong) == cookie_of(mistyped) == ""


def test_both_codes_give_a_pass_that_no_script_reads_and_that_holds_no_access_code(
    client: TestClient, receipt: dict[str, Any]
) -> None:
    answer = client.post("/tra-cuu", data=codes(receipt))

    cookie = cookie_of(answer).lower()
    assert cookie.startswith("hotro-xem=")
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    assert receipt["access_code"].lower() not in cookie


def test_on_https_the_pass_is_bound_to_its_host(tmp_path: Path, built_site: Path, catalogue: Catalogue) -> None:
    wired = wire(
        Settings(clamd_url="none", data=tmp_path / "other", site=built_site, public_url="https://hotro.example")
    )
    app = create_app(wired, Site(built_site))
    with TestClient(app, base_url="https://hotro.example", follow_redirects=False) as client:
        receipt = sent(client, catalogue.form(DOSSIER), tmp_path)

        cookie = cookie_of(client.post("/tra-cuu", data=codes(receipt)))

    assert cookie.startswith("__Host-hotro-xem=") and "secure" in cookie.lower()
    wired.engine.dispose()


def test_the_pass_opens_the_page_and_each_look_lengthens_it(
    client: TestClient, receipt: dict[str, Any], moved_clock: MovedClock
) -> None:
    view(client, receipt)
    moved_clock.move(minutes=29)
    still = client.get(STATUS)
    moved_clock.move(minutes=29)

    longer = client.get(STATUS)
    moved_clock.move(minutes=31)
    lapsed = client.get(STATUS)

    assert still.status_code == longer.status_code == 200
    assert lapsed.status_code == 403


def test_a_lapsed_pass_asks_for_the_codes_says_why_and_leads_back(
    client: TestClient, receipt: dict[str, Any], moved_clock: MovedClock
) -> None:
    view(client, receipt)
    moved_clock.move(minutes=31)

    lapsed = client.get(CONTENT)
    again = client.post("/tra-cuu", data={**codes(receipt), "_then": value_of(lapsed.text, "_then")})

    assert "Phiên xem hồ sơ đã hết" in text_of(lapsed.text)
    assert value_of(lapsed.text, "reference") == receipt["reference"]
    assert again.status_code == 303 and again.headers["location"] == CONTENT
    assert client.get(CONTENT).status_code == 200


@pytest.mark.parametrize("then", ["https://xau.example/", "//xau.example", "/tra-cuu/../can-bo", "/can-bo/ho-so", "x"])
def test_the_way_on_leads_only_to_a_senders_own_pages(then: str, client: TestClient, receipt: dict[str, Any]) -> None:
    answer = client.post("/tra-cuu", data={**codes(receipt), "_then": then})

    assert answer.status_code == 200


def test_without_a_pass_every_page_asks_for_the_codes(client: TestClient, receipt: dict[str, Any]) -> None:
    file = receipt["attachments"][0]["id"]

    pages = [client.get(path) for path in (STATUS, CONTENT, f"/tra-cuu/tep/{file}", "/tra-cuu/rut", "/tra-cuu/lien-he")]
    posts = [client.post(path) for path in ("/tra-cuu/rut", "/tra-cuu/lien-he")]

    assert {answer.status_code for answer in [*pages, *posts]} == {403}
    assert all("Nhập mã tham chiếu và mã truy cập" in text_of(answer.text) for answer in [*pages, *posts])


@pytest.mark.parametrize("tampered", ["x", "..", "HT-1.9999999999.x", "a.b.c", "\u0660.\u0661.x", "." * 5000])
def test_what_is_no_pass_opens_nothing(tampered: str, client: TestClient) -> None:
    answer = client.get(STATUS, headers=[(b"cookie", f"hotro-xem={tampered}".encode())])

    assert answer.status_code == 403


def test_a_pass_with_another_expiry_or_reference_opens_nothing(
    client: TestClient, catalogue: Catalogue, receipt: dict[str, Any], tmp_path: Path
) -> None:
    other = sent(client, catalogue.form(DOSSIER), tmp_path)
    view(client, receipt)
    reference, expires, mark = client.cookies["hotro-xem"].split(".")

    answers = []
    for forged in (f"{reference}.{int(expires) + 60}.{mark}", f"{other['reference']}.{expires}.{mark}"):
        client.cookies.clear()
        answers.append(client.get(STATUS, headers={"cookie": f"hotro-xem={forged}"}))

    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_renewed_access_code_ends_the_pass(client: TestClient, wired: Wired, receipt: dict[str, Any]) -> None:
    view(client, receipt)

    at(wired, receipt, "submitted", access_code_hash="f" * 64)

    assert client.get(STATUS).status_code == 403


def test_every_worker_takes_the_pass_of_another(
    client: TestClient, receipt: dict[str, Any], wired: Wired, built_site: Path
) -> None:
    view(client, receipt)
    second = wire(wired.settings)
    with TestClient(create_app(second, Site(built_site)), base_url=URL) as worker:
        worker.cookies.set("hotro-xem", client.cookies["hotro-xem"])

        answer = worker.get(STATUS)

    assert answer.status_code == 200
    second.engine.dispose()


def test_closing_ends_the_view_on_this_device(client: TestClient, receipt: dict[str, Any]) -> None:
    view(client, receipt)

    closed = client.post("/tra-cuu/dong")

    assert closed.status_code == 200 and "Đã đóng hồ sơ trên máy này" in text_of(closed.text)
    assert client.get(STATUS).status_code == 403


@pytest.mark.parametrize("path", ["/tra-cuu/rut", "/tra-cuu/lien-he", "/tra-cuu/dong", "/tra-cuu"])
@pytest.mark.parametrize(
    "headers", [{"origin": "https://xau.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_pass_is_of_no_use_to_the_page_of_another_site(
    path: str, headers: dict[str, str], client: TestClient, receipt: dict[str, Any]
) -> None:
    view(client, receipt)

    refused = client.post(path, data={"reason": "x"}, headers=headers)

    assert refused.status_code == 403 and cookie_of(refused) == ""
    assert "Đã gửi" in text_of(client.get(STATUS).text)


def test_the_timeline_is_an_ordered_list_with_times_and_leaves_out_the_offices_own_affairs(
    client: TestClient, receipt: dict[str, Any]
) -> None:
    page = read(view(client, receipt))

    timeline = page.select("ol.hotro-timeline > li")
    assert len(timeline) == 1 and timeline[0].strong.text == "Đã gửi"  # type: ignore[union-attr]
    assert timeline[0].time["datetime"] == receipt["received_at"]  # type: ignore[index]


def test_where_it_is_is_said_in_words_step_by_step(client: TestClient, wired: Wired, receipt: dict[str, Any]) -> None:
    sent_page = read(view(client, receipt))
    at(wired, receipt, "accepted")
    accepted = read(client.get(STATUS).text)
    at(wired, receipt, "accepted", official_code="H05.27-240101-0001")

    filed = read(client.get(STATUS).text)

    assert words(sent_page) == ["Đang ở đây: Đã gửi", "Sau", "Sau", "Sau", "Sau"]
    assert words(accepted) == ["Đã xong", "Chưa có mã hồ sơ chính thức", "Đang ở đây: Đã tiếp nhận", "Sau", "Sau"]
    assert words(filed)[1] == "Đã xong" and "H05.27-240101-0001" in filed.text
    assert accepted.select_one("[aria-current=step] strong").text == "Thẩm định"  # type: ignore[union-attr]


def words(page: BeautifulSoup) -> list[str]:
    return [tag.text for tag in page.select(".hotro-milestones__state")]


def test_an_unknown_time_limit_is_said_to_be_unknown(client: TestClient, receipt: dict[str, Any]) -> None:
    page = text_of(view(client, receipt))

    assert "Thời hạn giải quyết: Chưa rõ – chưa đối chiếu với văn bản gốc." in page


def test_what_is_asked_for_is_listed_with_the_reason_and_the_way_to_answer(
    client: TestClient, wired: Wired, receipt: dict[str, Any]
) -> None:
    at(wired, receipt, "supplement_requested")

    page = view(client, receipt)
    status = client.get(
        f"/api/v1/dossiers/{receipt['reference']}", headers={"authorization": f"Bearer {receipt['access_code']}"}
    ).json()

    assert "Cần 1 mục. Chỉ gửi các mục được nêu." in text_of(page)
    assert "Bản sao giấy chứng nhận hoặc công nhận : Không đạt Trang 2 không đọc được." in text_of(page)
    assert read(page).find("a", href="/tra-cuu/bo-sung")
    assert status["asked_items"] == [
        {
            "item_id": "certificate_copy",
            "title": "Bản sao giấy chứng nhận hoặc công nhận",
            "reason": "Không đạt",
            "text": "Trang 2 không đọc được.",
        }
    ]


def test_every_kind_of_form_has_its_status_page(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    for form_id in (NEED, FEEDBACK):
        page = text_of(view(client, sent_to(client, catalogue, form_id, tmp_path)))

        assert "Đã gửi" in page and catalogue.form(form_id).title in page
        assert "Mã hồ sơ chính thức:" not in page.split("Gửi ở đây chưa phải")[0]


def test_a_registered_need_can_be_changed_from_its_page_and_a_dossier_cannot(
    client: TestClient, catalogue: Catalogue, receipt: dict[str, Any], tmp_path: Path
) -> None:
    dossier = read(view(client, receipt))
    need = read(view(client, sent_to(client, catalogue, NEED, tmp_path)))

    changed = client.post("/tra-cuu/sua")

    assert dossier.find("form", action="/tra-cuu/sua") is None
    assert need.select_one("form[action='/tra-cuu/sua'] button").text == "Sửa đăng ký nhu cầu"  # type: ignore[union-attr]
    assert changed.status_code == 303 and changed.headers["location"].startswith(f"/nop/{NEED}?ban-nhap=")


def test_a_post_without_text_leads_back_to_the_status_page(
    client: TestClient, catalogue: Catalogue, moved_clock: MovedClock, tmp_path: Path
) -> None:
    receipt = sent_to(client, catalogue, NEED, tmp_path)
    view(client, receipt)
    moved_clock.move(minutes=31)

    lapsed = client.post("/tra-cuu/sua", data={})
    again = client.post("/tra-cuu", data={**codes(receipt), **carried(lapsed.text)})

    assert lapsed.status_code == 403
    assert again.status_code == 200 and read(again.text).h1.text == "Đã gửi"  # type: ignore[union-attr]


def test_what_was_sent_is_shown_as_it_was_asked(client: TestClient, receipt: dict[str, Any]) -> None:
    view(client, receipt)

    page = text_of(client.get(CONTENT).text)

    assert "Tiêu chuẩn ISO 22000" in page and "84.000.000" in page
    assert all(file["name"] in page for file in receipt["attachments"])
    assert receipt["access_code"] not in page


def test_each_file_comes_back_whole_as_a_download_that_no_browser_runs(
    client: TestClient, receipt: dict[str, Any]
) -> None:
    view(client, receipt)

    for file in receipt["attachments"]:
        answer = client.get(f"/tra-cuu/tep/{file['id']}")

        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_a_file_of_another_dossier_is_not_found(
    client: TestClient, catalogue: Catalogue, receipt: dict[str, Any], tmp_path: Path
) -> None:
    other = sent(client, catalogue.form(DOSSIER), tmp_path)
    view(client, receipt)

    foreign = client.get(f"/tra-cuu/tep/{other['attachments'][0]['id']}")
    invented = client.get("/tra-cuu/tep/khong-co")

    assert foreign.status_code == invented.status_code == 404
