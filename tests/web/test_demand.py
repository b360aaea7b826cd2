"""The demand summary on the desk: page and files agree, the closing asks back, what was closed is looked at again."""

import csv
import io
from typing import Any

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.rendering.documents.workbook import HEAD_ROW
from processor.services.parts import Wired
from processor.storage.engine import writing
from tests.needs import CODES, HACCP, ISO, TRACING, a_registration, registrations_of
from tests.web.test_applicant import text_of, value_of
from tests.web.test_officer import signed_in

DEMAND = "/can-bo/bao-cao/demand"
CLOSE = f"{DEMAND}/chot"
DOCUMENT = "12/BC-VD"


@pytest.fixture
def year(wired: Wired) -> int:
    return wired.today().year + 1


@pytest.fixture
def leader(wired: Wired, year: int, client: TestClient) -> TestClient:
    """Before the needs of three organisations."""
    registrations_of(wired, CODES[:2], ISO, TRACING, year=year)
    a_registration(wired, HACCP, year=year, tax_code=CODES[2], commune_code="09169")
    return signed_in(wired, "lanh-dao", "leader")


def closed(leader: TestClient, year: int, action: str = "confirm", document: str = DOCUMENT) -> Any:
    csrf = value_of(leader.get("/can-bo/tai-khoan").text, "csrf")
    return leader.post(f"{CLOSE}?nam={year}", data={"csrf": csrf, "document_no": document, "_action": action})


def number(shown: str) -> int:
    return int(shown.replace(".", ""))


def test_page_workbook_comma_file_letter_and_program_agree_to_the_dong(leader: TestClient, year: int) -> None:
    told = leader.get(f"{DEMAND}.json?nam={year}").json()["tables"][0]
    declared = [row["declared"] for row in told["rows"]]

    rows = list(csv.DictReader(io.StringIO(leader.get(f"{DEMAND}.csv?nam={year}").content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(leader.get(f"{DEMAND}.xlsx?nam={year}").content))
    letter = docx.Document(io.BytesIO(leader.get(f"{DEMAND}.docx?nam={year}").content)).tables[0]
    page = BeautifulSoup(leader.get(f"{DEMAND}?nam={year}").text, "html.parser").select("table")[0]

    sheet = book["Theo nội dung"]
    assert [int(row["declared"]) for row in rows] == declared == [300_000_000, 60_000_000]
    assert [sheet.cell(HEAD_ROW + 2 + place, 4).value for place in range(3)] == [*declared, 360_000_000]
    assert [number(row.cells[3].text) for row in letter.rows[1:]] == [*declared, 360_000_000]
    shown = [row.select("td")[3].get_text() for row in page.select("tbody tr")]
    assert [number(one) for one in shown] == [*declared, 360_000_000] == [*declared, told["total"]["declared"]]


def test_a_name_that_looks_like_a_formula_stays_a_name(leader: TestClient, wired: Wired, year: int) -> None:
    for _ in range(2):
        a_registration(wired, ISO, year=year, tax_code=CODES[3], organisation_name="=cmd|' /C calc'!A0")
    with writing(wired.engine) as connection:
        connection.execute(text("UPDATE dossiers SET commune_code = '=1+1' WHERE tax_code = :code"), {"code": CODES[2]})

    book = openpyxl.load_workbook(io.BytesIO(leader.get(f"{DEMAND}.xlsx?nam={year}").content))
    written = leader.get(f"{DEMAND}.csv?nam={year}&bang=doubles").content.decode("utf-8-sig")

    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert any(str(cell.value).startswith("=cmd") for cell in cells)
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}
    assert "'=cmd|" in written


def test_the_page_tells_the_countdown_and_whether_it_is_closed(leader: TestClient, year: int) -> None:
    before = text_of(leader.get(f"{DEMAND}?nam={year}").text)
    closed(leader, year)

    after = text_of(leader.get(f"{DEMAND}?nam={year}").text)
    assert "Chưa chốt." in before and "chưa có kế hoạch nào ghi" in before
    assert "Đã chốt." in after and DOCUMENT in after
    assert "15/10/2024" in text_of(leader.get(f"{DEMAND}?nam=2025").text)


def test_the_closing_asks_back_with_the_count_and_the_document(leader: TestClient, wired: Wired, year: int) -> None:
    asked = closed(leader, year, action="")
    again = closed(leader, year, action="edit")

    assert f"với 3 đăng ký, văn bản {DOCUMENT}?" in text_of(asked.text)
    assert asked.status_code == again.status_code == 200
    assert value_of(again.text, "document_no") == DOCUMENT
    assert "Chưa chốt." in text_of(leader.get(f"{DEMAND}?nam={year}").text)


def test_what_was_closed_is_shown_and_downloaded_as_it_was(leader: TestClient, wired: Wired, year: int) -> None:
    done = closed(leader, year)
    a_registration(wired, ISO, year=year, tax_code=CODES[4])

    page = leader.get(done.headers["location"])
    files = {ending: leader.get(f"{CLOSE}/{year}-1.{ending}") for ending in ("xlsx", "csv", "json", "docx")}

    assert done.status_code == 303 and done.headers["location"] == f"{CLOSE}/{year}-1"
    assert "chốt lần 1" in text_of(page.text) and len(BeautifulSoup(page.text, "html.parser").select("h1")) == 1
    assert {ending: answer.status_code for ending, answer in files.items()} == dict.fromkeys(files, 200)
    assert files["json"].json()["tables"][0]["total"]["organisations"] == 3
    assert leader.get(f"{CLOSE}/{year}-2").status_code == 404
    assert leader.get(f"{CLOSE}/{year}-1.pdf").status_code == 404


def test_a_second_closing_is_refused_softly_until_something_comes(leader: TestClient, wired: Wired, year: int) -> None:
    closed(leader, year)

    refused = closed(leader, year)
    a_registration(wired, ISO, year=year, tax_code=CODES[4])
    added = closed(leader, year, document="13/BC-VD")

    assert refused.status_code == 409 and "đã chốt lần 1" in text_of(refused.text)
    assert added.headers["location"] == f"{CLOSE}/{year}-2"
    assert "1 đăng ký" in text_of(leader.get(f"{CLOSE}/{year}-2").text)


def test_a_closing_without_a_document_names_the_field_and_a_wrong_year_the_years(leader: TestClient, year: int) -> None:
    unnamed = closed(leader, year, document="")
    wrong = leader.get(f"{CLOSE}?nam=1999")

    assert unnamed.status_code == 422 and "Số và ký hiệu văn bản" in text_of(unnamed.text)
    assert wrong.status_code == 404 and "2023" in text_of(wrong.text)


@pytest.mark.parametrize("role", ["intake", "reader"])
def test_who_may_not_close_is_told_who_may(role: str, leader: TestClient, wired: Wired, year: int) -> None:
    other = signed_in(wired, "nguoi-khac", role)

    refused = closed(other, year)

    assert refused.status_code == 403 and "lãnh đạo" in text_of(refused.text)
    assert f'href="{CLOSE}' not in other.get(f"{DEMAND}?nam={year}").text
