"""The plan as everybody reads it, and its log of activities as any officer fills it."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.outreach.activities import PAGE_SIZE, log_activity
from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.activities import activity_typed
from tests.desk import officer
from tests.web.test_applicant import text_of, value_of
from tests.web.test_officer import signed_in

DESK = "/can-bo/ke-hoach/2024"


@pytest.fixture
def unit(wired: Wired) -> TestClient:
    """A unit of the Department: an account that only reads dossiers."""
    return signed_in(wired, "phong-vi-du", "reader")


def add(client: TestClient, **changed: str):  # type: ignore[no-untyped-def]
    csrf = value_of(client.get(DESK).text, "csrf")
    return client.post(DESK, data={"csrf": csrf, **activity_typed(**changed)})


def kept(wired: Wired) -> int:
    with reading(wired.engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM activities")).scalar() or 0)


def test_everybody_reads_every_task_with_its_state_and_figures(client: TestClient, catalogue: Catalogue) -> None:
    page = client.get("/ke-hoach/2024")

    said = text_of(page.text)
    assert page.status_code == 200
    assert [task.title for task in catalogue.plans["2024"].tasks if task.title not in said] == []
    assert "Đã qua ngày trong kế hoạch, chưa ghi văn bản hoàn thành" in said
    assert "Hồ sơ đã gửi: 0" in said
    assert "Kinh phí đã đặt: chưa đặt" in said
    assert len(BeautifulSoup(page.text, "html.parser").select("h1")) == 1


def test_the_static_page_is_drawn_from_the_same_tasks(client: TestClient, catalogue: Catalogue) -> None:
    page = BeautifulSoup(client.get("/ke-hoach-2024/").text, "html.parser")

    rows = page.select(".hotro-block--ke-hoach tbody tr")

    assert [row.select("td")[0].get_text() for row in rows] == [one.title for one in catalogue.plans["2024"].tasks]
    assert "Xong trước ngày 15/10/2024" in rows[5].get_text()
    links = [str(link["href"]) for row in rows for link in row.select("a")]
    anchors = {link.partition("#")[2] for link in links}
    plan = BeautifulSoup(client.get("/van-ban/ke-hoach-2024/").text, "html.parser")
    assert {anchor for anchor in anchors if plan.find(id=anchor) is None} == set()
    assert [one.label for one in catalogue.publicity.channels if one.label not in page.get_text()] == []


def test_a_plan_that_there_is_not_is_not_found(client: TestClient, unit: TestClient) -> None:
    assert client.get("/ke-hoach/1999").status_code == 404
    assert unit.get("/can-bo/ke-hoach/1999").status_code == 404


def test_a_unit_adds_an_activity_and_takes_it_back_after_a_question(wired: Wired, unit: TestClient) -> None:
    added = add(unit)
    page = unit.get(DESK)
    link = BeautifulSoup(page.text, "html.parser").select_one("a[href$='/go']")
    assert link is not None
    question = unit.get(str(link["href"]))

    gone = unit.post(str(link["href"]), data={"csrf": value_of(question.text, "csrf")})

    assert added.status_code == gone.status_code == 303
    assert "1 hoạt động đang tính, 40 lượt người." in text_of(page.text)
    assert "Gỡ hoạt động ngày 20/05/2024 tại Hội trường Ví dụ khỏi nhật ký?" in text_of(question.text)
    after = text_of(unit.get(DESK).text)
    assert "0 hoạt động đang tính" in after and "Đã gỡ" in after
    assert kept(wired) == 1
    assert unit.post(str(link["href"]), data={"csrf": value_of(question.text, "csrf")}).status_code == 409


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(wired: Wired, unit: TestClient) -> None:
    answer = add(unit, place="", held_on="31/02/2024")

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert {box["name"] for box in page.select("[aria-invalid=true]")} == {"place", "held_on"}
    unit_box = page.select_one("[name=unit]")
    assert unit_box is not None and unit_box["value"] == "Phòng Ví dụ"
    assert kept(wired) == 0


def test_a_forged_post_adds_nothing(wired: Wired, unit: TestClient) -> None:
    answer = unit.post(DESK, data={"csrf": "x", **activity_typed()})

    assert answer.status_code == 403
    assert kept(wired) == 0


def test_a_long_log_is_read_page_by_page(wired: Wired, unit: TestClient) -> None:
    writer = officer(wired, "intake")
    for number in range(PAGE_SIZE + 1):
        log_activity(wired, writer, "2024", activity_typed(place=f"Hội trường số {number}"))

    first, second, beyond = (text_of(unit.get(f"{DESK}?trang={page}").text) for page in ("1", "2", "99999"))

    assert f"Hội trường số {PAGE_SIZE} " in first and "Hội trường số 0 " not in first
    assert "Hội trường số 0 " in second
    assert "Trang 2 trên 2" in beyond


def test_what_others_wrote_stays(wired: Wired, unit: TestClient) -> None:
    number = log_activity(wired, officer(wired, "intake"), "2024", activity_typed())

    page = unit.get(DESK)
    refused = unit.post(f"{DESK}/hoat-dong/{number}/go", data={"csrf": value_of(page.text, "csrf")})

    assert "/go" not in page.text
    assert refused.status_code == 403
