"""The log of breaches on the desk: empty, entered, told, closed, in words."""

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.services.parts import Wired
from tests.services.test_breaches import NOTIFIED, TOLD
from tests.web.test_applicant import text_of
from tests.web.test_data_requests import post
from tests.web.test_officer import signed_in

LOG = "/can-bo/su-co"
LONG_AGO = {"found_on": "01/10/2026", "found_time": "8:00"}


@pytest.fixture
def leader(wired: Wired) -> TestClient:
    return signed_in(wired, "lanh-dao", "leader")


def typed(told: dict[str, list[str]], **changed: str) -> dict[str, str]:
    return {name: values[0] for name, values in told.items()} | changed


def test_an_empty_log_says_so_and_by_when_the_authority_is_told(leader: TestClient) -> None:
    said = text_of(leader.get(LOG).text)

    assert "Chưa ghi sự cố nào." in said and "trong 72 giờ từ lúc phát hiện" in said


def test_a_breach_is_entered_told_and_closed(leader: TestClient) -> None:
    entered = post(leader, f"{LOG}/moi", **typed(TOLD, **LONG_AGO))
    place = str(entered.headers["location"])
    early = post(leader, f"{place}/dong", text="Xong (ví dụ)")
    late = text_of(leader.get(LOG).text)
    told = post(leader, f"{place}/da-bao", **typed(NOTIFIED, notified_on="02/10/2026"))
    closed = post(leader, f"{place}/dong", text="Xong (ví dụ)")

    assert (entered.status_code, early.status_code, told.status_code, closed.status_code) == (303, 409, 303, 303)
    assert "quá hạn báo" in late and "Quá hạn báo" in late
    said = text_of(leader.get(place).text)
    assert "đã báo, trong 72 giờ" in said and "Đóng: Xong (ví dụ)" in said and "Đã đóng" in said


def test_what_is_missing_is_said_at_its_field(leader: TestClient) -> None:
    answer = post(leader, f"{LOG}/moi", what="Ví dụ")

    marked = {box.get("name") for box in BeautifulSoup(answer.text, "html.parser").select("[aria-invalid=true]")}
    assert answer.status_code == 422 and {"found_on", "found_time", "data_kinds"} <= marked
