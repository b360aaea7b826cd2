"""The register of requests on the desk, and erasing from it: forms, questions, words of the days, an empty state."""

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.desk import Sent, a_dossier, take_back
from tests.privacy import DEEDS, request_typed
from tests.web.test_applicant import text_of, value_of
from tests.web.test_officer import signed_in

REGISTER = "/can-bo/du-lieu-ca-nhan"
ERASING = {"scope": "dossier", "ground": "requested", "reason": "Theo yêu cầu (ví dụ)"}


@pytest.fixture
def leader(wired: Wired) -> TestClient:
    return signed_in(wired, "lanh-dao", "leader")


def post(client: TestClient, path: str, page: str = "", **typed: str):  # type: ignore[no-untyped-def]
    csrf = value_of(client.get(page or path).text, "csrf")
    return client.post(path, data={"csrf": csrf, **typed})


def entered(client: TestClient, wired: Wired, days_ago: int = 0, **changed: str) -> str:
    """The address of a new request."""
    typed = {name: values[0] for name, values in request_typed(wired, days_ago, **changed).items()}
    answer = post(client, f"{REGISTER}/moi", **typed)
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.headers["location"])


def withdrawn(wired: Wired) -> Sent:
    sent = a_dossier(wired, contact_name="Vũ Thị Xóa Đi")
    take_back(wired, sent)
    return sent


def test_an_empty_register_says_so(leader: TestClient) -> None:
    said = text_of(leader.get(REGISTER).text)

    assert "Chưa có yêu cầu nào." in said
    assert "Chưa xóa dữ liệu nào." in text_of(leader.get(f"{REGISTER}/da-xoa").text)


def test_a_request_is_entered_dealt_with_and_closed(wired: Wired, leader: TestClient) -> None:
    place = entered(leader, wired)

    for deed, typed in DEEDS.items():
        answer = post(leader, f"{place}/{deed}", **{name: values[0] for name, values in typed.items()})
        assert answer.status_code == 303, text_of(answer.text)

    said = text_of(leader.get(place).text)
    assert "Đã làm theo yêu cầu" in said and "Đã gửi bản sao (ví dụ)" in said and "Trả lời và đóng" in said
    assert post(leader, f"{place}/xac-dinh", identified="Lần nữa").status_code == 409


def test_the_days_are_told_in_words_and_never_by_colour_alone(wired: Wired, leader: TestClient) -> None:
    entered(leader, wired, days_ago=30)
    entered(leader, wired, kind="erase")

    page = BeautifulSoup(leader.get(REGISTER).text, "html.parser")

    first, second = (row.get_text(" ", strip=True) for row in page.select("tbody tr"))
    assert "quá hạn" in first and "Quá hạn" in first and "phản hồi trước hết ngày" in second
    assert "Đang mở: 2" in page.get_text() and "Quá hạn: 1." in page.get_text()


def test_the_first_page_of_the_desk_tells_what_is_late_or_near(wired: Wired, leader: TestClient) -> None:
    quiet = text_of(leader.get("/can-bo/ho-so").text)
    entered(leader, wired, days_ago=30)
    entered(leader, wired)

    said = text_of(leader.get("/can-bo/ho-so").text)

    assert "Yêu cầu về dữ liệu cá nhân" not in quiet
    assert "Yêu cầu về dữ liệu cá nhân: 1 quá hạn, 1 sắp đến hạn." in said
    assert "quá hạn, 1 sắp" not in text_of(signed_in(wired, "chi-xem", "reader").get("/can-bo/ho-so").text)


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(wired: Wired, leader: TestClient) -> None:
    answer = post(leader, f"{REGISTER}/moi", person="Trần Thị Ví Dụ")

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422 and page.title is not None and page.title.get_text().startswith("Lỗi: ")
    assert {box["name"] for box in page.select("[aria-invalid=true]")} >= {"contact", "wanted"}
    assert value_of(answer.text, "person") == "Trần Thị Ví Dụ"


def test_a_dossier_is_erased_after_a_question_that_says_what_stays_in_backups(
    wired: Wired, leader: TestClient, catalogue: Catalogue
) -> None:
    sent = withdrawn(wired)
    place = entered(leader, wired, kind="erase", dossiers=sent.reference)
    erase = f"/can-bo/ho-so/{sent.reference}/xoa-du-lieu?yeu-cau={place.rpartition('/')[2]}"

    question = post(leader, erase, **ERASING)
    done = post(leader, erase, **ERASING, _action="confirm")

    assert f"Xóa dữ liệu của hồ sơ {sent.reference}?" in text_of(question.text)
    assert "Bản sao lưu còn giữ chậm nhất đến ngày" in text_of(question.text)
    assert done.status_code == 303 and done.headers["location"] == f"{REGISTER}/da-xoa"
    told = text_of(leader.get(f"{REGISTER}/da-xoa").text)
    assert sent.reference in told and "yêu cầu số" in told and "Theo yêu cầu (ví dụ)" in told
    page = leader.get(f"/can-bo/ho-so/{sent.reference}")
    assert page.status_code == 200 and "Dữ liệu của hồ sơ này đã xóa" in text_of(page.text)
    assert "Vũ Thị Xóa Đi" not in page.text
    assert verify(wired).problems == []


def test_what_has_to_be_kept_is_refused_with_the_reason(wired: Wired, leader: TestClient) -> None:
    sent = a_dossier(wired)

    answer = post(leader, f"/can-bo/ho-so/{sent.reference}/xoa-du-lieu", **ERASING)

    assert answer.status_code == 409
    assert "Hồ sơ đang xử lý. Đơn vị rút hồ sơ thì xóa được." in text_of(answer.text)


def test_a_request_number_that_there_is_not_erases_nothing(wired: Wired, leader: TestClient) -> None:
    sent = withdrawn(wired)
    erase = f"/can-bo/ho-so/{sent.reference}/xoa-du-lieu"

    answer = post(leader, f"{erase}?yeu-cau=99", erase, **ERASING, _action="confirm")

    assert answer.status_code == 404
    assert "Vũ Thị Xóa Đi" in leader.get(f"/can-bo/ho-so/{sent.reference}").text


def test_a_file_sent_by_mistake_is_taken_out_after_a_question_that_names_it(wired: Wired, leader: TestClient) -> None:
    sent = a_dossier(wired)
    place = f"/can-bo/ho-so/{sent.reference}"
    link = BeautifulSoup(leader.get(place).text, "html.parser").select_one("a[href$='/go']")
    assert link is not None
    path = str(link["href"])

    nothing = post(leader, path)
    question = post(leader, path, reason="Ảnh căn cước (ví dụ)")
    back = post(leader, path, reason="Ảnh căn cước (ví dụ)", _action="edit")
    gone = post(leader, path, reason="Ảnh căn cước (ví dụ)", _action="confirm")

    assert (nothing.status_code, question.status_code, gone.status_code) == (422, 200, 303)
    assert "Gỡ tệp “" in text_of(question.text) and value_of(back.text, "reason") == "Ảnh căn cước (ví dụ)"
    said = text_of(leader.get(place).text)
    assert "Gỡ tệp gửi nhầm · lanh-dao" in said and "Ảnh căn cước (ví dụ)" in said
    assert leader.get(path).status_code == 404
    assert verify(wired).problems == []


def test_the_log_of_looks_and_a_copy_are_reached_from_the_request(wired: Wired, leader: TestClient) -> None:
    sent = a_dossier(wired)
    leader.get(f"/can-bo/ho-so/{sent.reference}")
    place = entered(leader, wired, kind="export", dossiers=sent.reference)

    links = [str(one["href"]) for one in BeautifulSoup(leader.get(place).text, "html.parser").select("ul li a")]
    log, copy = leader.get(f"{place}/nguoi-xem"), leader.get(f"{place}/du-lieu.zip")

    assert {f"{place}/nguoi-xem", f"{place}/du-lieu.zip"} <= set(links)
    assert "Xem hồ sơ" in text_of(log.text) and "lãnh đạo" in text_of(log.text)
    assert copy.headers["content-disposition"].startswith("attachment") and copy.content[:2] == b"PK"
    assert copy.headers["x-content-type-options"] == "nosniff" and copy.headers["cache-control"] == "no-store"
