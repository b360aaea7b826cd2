"""The queue of the desk: views, search, saved filters, several dossiers at once, the register."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import read, text_of, value_of
from tests.web.test_officer import signed_in, step

QUEUE = "/can-bo/ho-so"


@pytest.fixture
def references(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> list[str]:
    form = catalogue.form(DOSSIER)
    names = ("Hợp tác xã Đại Sơn (ví dụ)", "Công ty Bưởi Ngọt (ví dụ)")
    return [sent(client, form, tmp_path, organisation_name=name)["reference"] for name in names]


def post(officer: TestClient, **typed: Any) -> Any:
    csrf = value_of(officer.get(QUEUE).text, "csrf")
    return officer.post(QUEUE, data={"csrf": csrf, **typed})


def shown(officer: TestClient, query: str) -> list[str]:
    return [str(box["value"]) for box in read(officer.get(f"{QUEUE}?{query}").text).select("td [name=reference]")]


@pytest.mark.parametrize("typed", ["dai son", "ĐẠI SƠN", "Đại"])
def test_a_name_is_found_without_its_marks(typed: str, wired: Wired, references: list[str]) -> None:
    officer = signed_in(wired, "can-bo-1")

    assert shown(officer, f"tim={typed}") == references[:1]


def test_a_reference_is_found_in_any_writing_and_a_tax_code_by_its_beginning(
    wired: Wired, references: list[str]
) -> None:
    officer = signed_in(wired, "can-bo-1")

    assert shown(officer, f"tim={references[1].lower().replace('-', ' ')}") == references[1:]
    assert set(shown(officer, "tim=99000")) == set(references)
    assert shown(officer, "tim=khong co") == []


def test_the_standing_views_tell_how_many_there_are(wired: Wired, references: list[str]) -> None:
    officer = signed_in(wired, "can-bo-1")
    step(officer, references[0], "nhan")

    page = text_of(officer.get(QUEUE).text)

    assert "Của tôi (1)" in page and "Chưa ai nhận (1)" in page and "Quá hạn (0)" in page
    assert shown(officer, "xem=cua-toi") == references[:1]
    assert shown(officer, "xem=chua-ai-nhan") == references[1:]


def test_several_are_claimed_at_once_and_what_somebody_has_is_told(wired: Wired, references: list[str]) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")
    step(second, references[1], "nhan")

    nothing = post(first, _action="claim")
    claimed = text_of(post(first, _action="claim", reference=references).text)

    assert nothing.status_code == 409 and "Chưa chọn hồ sơ nào" in text_of(nothing.text)
    assert "Đã nhận xử lý 1 hồ sơ. Chưa nhận xử lý 1 hồ sơ:" in claimed
    assert "can-bo-2 đã nhận hồ sơ này" in claimed


def test_several_are_handed_over_at_once(wired: Wired, references: list[str]) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")
    post(first, _action="claim", reference=references)

    nobody = post(first, _action="hand", reference=references, to="khong-co")
    handed = post(first, _action="hand", reference=references, to="can-bo-2")

    assert nobody.status_code == 409 and "khong-co" in text_of(nobody.text)
    assert "Đã bàn giao 2 hồ sơ" in text_of(handed.text)
    assert set(shown(second, "xem=cua-toi")) == set(references)


def test_who_is_asked_for_an_opinion_is_told_until_it_is_given(wired: Wired, references: list[str]) -> None:
    asking, asked = signed_in(wired, "can-bo-1"), signed_in(wired, "lanh-dao-1", "leader")
    place = f"{QUEUE}/{references[0]}"

    def say(who: TestClient, **typed: str) -> None:
        csrf = value_of(who.get(place).text, "csrf")
        assert who.post(f"{place}/y-kien", data={"csrf": csrf, **typed}).status_code == 303

    say(asking, text="Có đạt không?", ask="lanh-dao-1")
    waiting = text_of(asked.get(QUEUE).text), text_of(asking.get(QUEUE).text)
    say(asked, text="Đạt")

    words = f"chờ ý kiến của bạn ở hồ sơ {references[0]}"
    assert words in waiting[0] and "chờ ý kiến của bạn" not in waiting[1]
    assert "chờ ý kiến của bạn" not in text_of(asked.get(QUEUE).text)


def test_filters_are_kept_under_a_name_by_one_officer_for_themselves(wired: Wired, references: list[str]) -> None:
    first, second = signed_in(wired, "can-bo-1"), signed_in(wired, "can-bo-2")
    query = f"bieu-mau={DOSSIER}&cho=7"
    csrf = value_of(first.get(f"{QUEUE}?{query}").text, "csrf")

    kept = first.post("/can-bo/cach-xem", data={"csrf": csrf, "query": query, "name": "Chờ một tuần"})

    page = read(first.get(f"{QUEUE}?{query}").text)
    drop = page.find("button", {"name": "drop"})
    assert kept.status_code == 303 and "Chờ một tuần" in page.get_text()
    assert "Chờ một tuần" not in second.get(QUEUE).text
    assert drop is not None
    first.post("/can-bo/cach-xem", data={"csrf": csrf, "query": query, "drop": str(drop["value"])})
    assert "Chờ một tuần" not in first.get(QUEUE).text


@pytest.mark.parametrize("query", ["sau=x~1", "sau=2026-01-01~x", "xem=qua-han&sau=2026-01-01~5", "cho=99&ai=x&xem=x"])
def test_an_address_that_nobody_made_shows_a_queue_all_the_same(query: str, wired: Wired) -> None:
    assert signed_in(wired, "can-bo-1").get(f"{QUEUE}?{query}").status_code == 200


def test_the_register_of_a_month_is_a_slip(wired: Wired, references: list[str]) -> None:
    officer = signed_in(wired, "can-bo-1")
    today = wired.today()

    answer = officer.get(f"/can-bo/so-theo-doi/{today.year}-{today.month}.pdf")
    wrong = officer.get("/can-bo/so-theo-doi/2026-13.pdf")

    words = " ".join(pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_bounded().split())
    assert "SỔ THEO DÕI HỒ SƠ" in words and "BẢN NHÁP" in words
    assert "Chưa có; tham chiếu" in words and "0912 345 678" in words
    assert wrong.status_code == 404
