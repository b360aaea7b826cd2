"""A sender corrects whom to reach: by the form's rules, what stood is kept, the old address is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.engine import reading
from processor.storage.tables.core import dossiers, events, outbox, revisions
from tests.application import MovedClock
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import read, text_of, value_of
from tests.web.test_officer import signed_in, step
from tests.web.test_tracking import CONTENT, FEEDBACK, STATUS, at, carried, codes, sent_to, view

CORRECT = "/tra-cuu/lien-he"
NEW = {"contact_name": "Lê Thị Mới", "contact_phone": "0987 654 321", "contact_email": "moi@vi-du.example"}
Correct = Callable[..., Any]


@pytest.fixture
def receipt(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, Any]:
    return sent(client, catalogue.form(DOSSIER), tmp_path)


@pytest.fixture
def correct(client: TestClient, receipt: dict[str, Any]) -> Correct:
    """Open the page, change what is given, save."""
    view(client, receipt)

    def save(**changed: str) -> Any:
        page = client.get(CORRECT)
        names = ("revision", *NEW)
        return client.post(CORRECT, data={name: value_of(page.text, name) for name in names} | changed)

    return save


def rows(wired: Wired, query: Any) -> list[Any]:
    with reading(wired.engine) as connection:
        return list(connection.execute(query))


def test_the_page_shows_what_stands_now(client: TestClient, correct: Correct, catalogue: Catalogue) -> None:
    page = client.get(CORRECT)

    shown = {name: value_of(page.text, name) for name in NEW}
    assert shown == {
        "contact_name": "Trần Thị Ví Dụ",
        "contact_phone": "0912 345 678",
        "contact_email": "lien-he@vi-du.example",
    }
    assert len(read(page.text).select("form[action='/tra-cuu/lien-he'] input:not([type=hidden])")) == 3


def test_corrected_data_is_shown_everywhere_and_what_stood_before_is_kept(
    client: TestClient, wired: Wired, correct: Correct, receipt: dict[str, Any]
) -> None:
    saved = correct(**NEW)

    status, content = client.get(saved.headers["location"]), text_of(client.get(CONTENT).text)
    desk = text_of(signed_in(wired, "can-bo-1").get(f"/can-bo/ho-so/{receipt['reference']}").text)
    [(revision, before)] = rows(wired, select(revisions.c.revision, revisions.c.answers))
    assert saved.status_code == 303
    assert "Đã sửa thông tin liên hệ" in text_of(status.text)
    assert "Lê Thị Mới" in content and "0987 654 321" in content and "bản sửa lúc" in content
    assert "Lê Thị Mới" in desk and "Sửa thông tin liên hệ" in desk
    assert revision == 1 and before["contact_name"] == "Trần Thị Ví Dụ"
    assert verify(wired).problems == []


def test_the_event_holds_no_personal_text(wired: Wired, correct: Correct) -> None:
    correct(**NEW)

    [(data, note)] = rows(wired, select(events.c.data, events.c.note).where(events.c.kind == "contact_corrected"))
    assert '"fields":["contact_email","contact_name","contact_phone"]' in data
    assert note is None and not any(value in data for value in NEW.values())


def test_the_notice_goes_to_the_address_that_stood_before(wired: Wired, correct: Correct) -> None:
    correct(contact_email="moi@vi-du.example")

    told = rows(wired, select(outbox.c.notice, outbox.c.address).order_by(outbox.c.id))
    assert told == [("receipt", None), ("contact_corrected", "lien-he@vi-du.example")]


def test_the_same_data_again_changes_nothing(wired: Wired, correct: Correct) -> None:
    saved = correct(contact_phone="+84 912.345.678")

    assert saved.status_code == 303
    assert rows(wired, select(revisions)) == []
    assert rows(wired, select(dossiers.c.revision)) == [(1,)]


def test_faults_are_told_as_on_the_form_and_what_was_typed_is_kept(wired: Wired, correct: Correct) -> None:
    refused = correct(contact_name="", contact_phone="12", contact_email="<b>@x")

    page = read(refused.text)
    links = [link["href"] for link in page.select(".hotro-summary a")]
    assert refused.status_code == 422
    assert page.title.text.startswith("Lỗi: ")  # type: ignore[union-attr]
    assert links == ["#f-contact_name", "#f-contact_phone", "#f-contact_email"]
    assert value_of(refused.text, "contact_phone") == "12"
    assert value_of(refused.text, "contact_email") == "<b>@x"
    assert page.select_one("#f-contact_phone")["aria-invalid"] == "true"  # type: ignore[index]
    assert rows(wired, select(revisions)) == []


def test_a_page_that_is_out_of_date_is_told_and_saves_the_second_time(
    client: TestClient, wired: Wired, correct: Correct
) -> None:
    stale = {"revision": "1", **NEW, "contact_name": "Người Thứ Hai"}
    correct(contact_name="Người Thứ Nhất")

    conflict = client.post(CORRECT, data=stale)
    newest = {name: value_of(conflict.text, name) for name in stale}
    saved = client.post(CORRECT, data=newest)

    assert conflict.status_code == 409 and "Đơn vị vừa sửa hồ sơ này lúc" in text_of(conflict.text)
    assert newest == stale | {"revision": "2"}
    assert saved.status_code == 303
    assert "Người Thứ Hai" in text_of(client.get(CONTENT).text)
    assert verify(wired).problems == []


def test_no_officer_is_named_to_the_sender(
    client: TestClient, wired: Wired, correct: Correct, receipt: dict[str, Any]
) -> None:
    officer = signed_in(wired, "can-bo-1")
    step(officer, receipt["reference"], "nhan")
    step(officer, receipt["reference"], "viec/accept")

    conflict = client.post(CORRECT, data={"revision": "1", **NEW})

    assert conflict.status_code == 409
    assert "can-bo-1" not in text_of(conflict.text)


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_revision_saves_nothing(revision: str, wired: Wired, correct: Correct) -> None:
    refused = correct(**NEW, revision=revision)

    assert refused.status_code == 409
    assert rows(wired, select(revisions)) == []


def test_no_other_answer_can_be_changed_here(wired: Wired, correct: Correct) -> None:
    correct(**NEW, organisation_name="Tên khác", requested_amount="1")

    [(answers,)] = rows(wired, select(dossiers.c.answers))
    assert answers["organisation_name"] != "Tên khác" and answers["requested_amount"] != 1


def test_a_pass_that_lapses_while_typing_loses_nothing(
    client: TestClient, receipt: dict[str, Any], correct: Correct, moved_clock: MovedClock
) -> None:
    moved_clock.move(minutes=31)

    lapsed = client.post(CORRECT, data={"revision": "1", **NEW})
    hidden = carried(lapsed.text)
    again = client.post("/tra-cuu", data={**codes(receipt), **hidden})

    assert lapsed.status_code == 403
    assert {name: value_of(again.text, name) for name in NEW} == NEW
    assert value_of(again.text, "revision") == "1"


def test_a_form_asks_only_for_its_own_contact_data(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    view(client, sent_to(client, catalogue, FEEDBACK, tmp_path))

    page = client.get(CORRECT)
    saved = client.post(
        CORRECT, data={"revision": "1", "contact_name": "Lê Thị Mới", "contact_email": "moi@vi-du.example"}
    )

    assert read(page.text).find(True, {"name": "contact_phone"}) is None
    assert saved.status_code == 303


def test_contact_data_can_be_corrected_after_the_end_too(
    client: TestClient, wired: Wired, correct: Correct, receipt: dict[str, Any]
) -> None:
    at(wired, receipt, "refused_at_intake")

    saved = correct(**NEW)

    assert saved.status_code == 303
    assert read(client.get(STATUS).text).find("a", href=CORRECT) is not None
