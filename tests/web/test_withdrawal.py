"""A sender takes back what it sent: asked once more, then done; never after a decision."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.engine import reading
from processor.storage.tables.core import outbox
from tests.application import MovedClock
from tests.submissions import DOSSIER, NEED, sent
from tests.web.test_applicant import read, text_of, value_of
from tests.web.test_officer import signed_in, step
from tests.web.test_tracking import FEEDBACK, STATUS, at, carried, codes, sent_to, view

WITHDRAW = "/tra-cuu/rut"
NO_REASON = {"reason": ""}


@pytest.fixture
def receipt(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, Any]:
    return sent(client, catalogue.form(DOSSIER), tmp_path)


def notices(wired: Wired) -> list[str]:
    with reading(wired.engine) as connection:
        return list(connection.execute(select(outbox.c.notice).order_by(outbox.c.id)).scalars())


def test_the_question_names_object_and_effect_and_its_buttons_repeat_the_verb(
    client: TestClient, receipt: dict[str, Any]
) -> None:
    view(client, receipt)

    page = client.get(WITHDRAW)

    assert read(page.text).h1.text == f"Rút hồ sơ {receipt['reference']}?"  # type: ignore[union-attr]
    assert "không mở lại được" in text_of(page.text)
    assert "không rút hồ sơ đã nộp tại Bộ phận Một cửa" in text_of(page.text)
    assert [one.text for one in read(page.text).select("form[action='/tra-cuu/rut'] .md-button")] == [
        "Rút hồ sơ",
        "Quay lại",
    ]
    assert "Đã gửi" in text_of(client.get(STATUS).text)


@pytest.mark.parametrize("status", ["submitted", "accepted", "supplement_requested"])
def test_an_open_dossier_is_withdrawn_with_its_reason_a_notice_and_an_event(
    status: str, client: TestClient, wired: Wired, receipt: dict[str, Any]
) -> None:
    view(client, receipt)
    at(wired, receipt, status)

    answer = client.post(WITHDRAW, data={"reason": "Gửi nhầm biểu mẫu"})

    page = client.get(answer.headers["location"])
    assert answer.status_code == 303
    assert read(page.text).h1.text == "Đã rút"  # type: ignore[union-attr]
    assert "Lý do: Gửi nhầm biểu mẫu" in text_of(page.text)
    assert "Muốn gửi lại thì tạo hồ sơ mới" in text_of(page.text)
    assert notices(wired) == ["receipt", "withdrawn"]
    assert verify(wired).problems == []


@pytest.mark.parametrize(
    ("form_id", "thing", "effect", "told"),
    [
        (NEED, "đăng ký nhu cầu", "không còn tính trong bảng nhu cầu năm", "Không còn tính trong bảng nhu cầu năm 2"),
        (FEEDBACK, "phản ánh", "không trả lời phản ánh này nữa", "Công chức không trả lời phản ánh này nữa"),
    ],
)
def test_each_kind_is_withdrawn_in_its_own_words(
    form_id: str, thing: str, effect: str, told: str, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent_to(client, catalogue, form_id, tmp_path)
    link = read(view(client, receipt)).find("a", href=WITHDRAW)

    asked = client.get(WITHDRAW)
    client.post(WITHDRAW, data=NO_REASON)

    assert link is not None and link.text == f"Rút {thing}"
    assert read(asked.text).h1.text == f"Rút {thing} {receipt['reference']}?"  # type: ignore[union-attr]
    assert effect in text_of(asked.text)
    assert told in text_of(client.get(STATUS).text)


def test_withdrawn_twice_is_withdrawn_once(client: TestClient, wired: Wired, receipt: dict[str, Any]) -> None:
    view(client, receipt)
    client.post(WITHDRAW, data=NO_REASON)

    again = client.post(WITHDRAW, data=NO_REASON)

    assert again.status_code == 303
    assert notices(wired) == ["receipt", "withdrawn"]


def test_from_a_final_status_the_page_says_so(client: TestClient, wired: Wired, receipt: dict[str, Any]) -> None:
    view(client, receipt)
    at(wired, receipt, "refused_at_intake")

    asked, done = client.get(WITHDRAW), client.post(WITHDRAW, data=NO_REASON)

    assert asked.status_code == done.status_code == 409
    assert "đang ở bước “Không tiếp nhận” nên không rút được nữa" in text_of(done.text)
    assert read(client.get(STATUS).text).find("a", href=WITHDRAW) is None
    assert notices(wired) == ["receipt"]


def test_a_reason_that_is_too_long_is_kept_and_told(client: TestClient, receipt: dict[str, Any]) -> None:
    view(client, receipt)

    refused = client.post(WITHDRAW, data={"reason": "a" * 2001})

    page = read(refused.text)
    assert refused.status_code == 422
    assert page.title.text.startswith("Lỗi: ")  # type: ignore[union-attr]
    assert value_of(refused.text, "reason").strip() == "a" * 2001
    assert "Rút bớt 1 ký tự" in page.select_one(".hotro-summary").text  # type: ignore[union-attr]


def test_a_pass_that_lapses_while_the_reason_is_typed_loses_nothing(
    client: TestClient, receipt: dict[str, Any], moved_clock: MovedClock
) -> None:
    view(client, receipt)
    moved_clock.move(minutes=31)

    lapsed = client.post(WITHDRAW, data={"reason": "Gửi nhầm"})
    hidden = carried(lapsed.text)
    wrong = client.post("/tra-cuu", data={**codes(receipt), **hidden, "access_code": "sai"})
    again = client.post("/tra-cuu", data={**codes(receipt), **hidden})

    assert lapsed.status_code == 403 and "đang nhập vẫn còn nguyên" in text_of(lapsed.text)
    assert wrong.status_code == 404 and value_of(wrong.text, "reason") == "Gửi nhầm"
    assert again.status_code == 200 and value_of(again.text, "reason").strip() == "Gửi nhầm"
    assert "Đã gửi" in text_of(client.get(STATUS).text)


def test_at_the_desk_it_leaves_the_open_queue_and_is_found_under_its_status(
    client: TestClient, wired: Wired, receipt: dict[str, Any]
) -> None:
    officer = signed_in(wired, "can-bo-1")
    step(officer, receipt["reference"], "nhan")
    view(client, receipt)

    client.post(WITHDRAW, data={"reason": "Gửi nhầm"})

    late = step(officer, receipt["reference"], "viec/accept")
    page = text_of(officer.get(f"/can-bo/ho-so/{receipt['reference']}").text)
    assert receipt["reference"] not in officer.get("/can-bo/ho-so").text
    assert receipt["reference"] in officer.get("/can-bo/ho-so?trang-thai=withdrawn").text
    assert late.status_code == 409
    assert "Rút hồ sơ · Tổ chức" in page and "Chưa ai nhận" in page
