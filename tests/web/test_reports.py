"""The reports on the desk and the figures for everybody: page and files say the same."""

import csv
import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.rendering.documents.workbook import HEAD_ROW
from processor.services.appraisal.feedback import answer_feedback
from processor.services.appraisal.money import set_envelope
from processor.services.parts import Wired
from processor.services.reports.reports import MAKERS
from processor.services.reports.statistics import publish_statistics
from tests.desk import officer
from tests.feedback import ANSWER, QUESTION, a_feedback, answer_typed
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import text_of
from tests.web.test_officer import signed_in

BUDGET = "/can-bo/bao-cao/budget"


@pytest.fixture
def desk_client(wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path) -> TestClient:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    set_envelope(wired, wired.today().year, 810_000_000, "Quyết định ví dụ số 01/QĐ-VD")
    return signed_in(wired, "nguoi-doc", "reader")


@pytest.mark.parametrize("name", sorted(MAKERS))
@pytest.mark.parametrize("year", ["2026", "2029"])
def test_every_report_opens_as_a_page_and_as_each_file(desk_client: TestClient, name: str, year: str) -> None:
    page = desk_client.get(f"/can-bo/bao-cao/{name}?nam={year}")
    files = {
        ending: desk_client.get(f"/can-bo/bao-cao/{name}.{ending}?nam={year}")
        for ending in ("xlsx", "csv", "json", "docx")
    }

    assert page.status_code == 200
    assert len(BeautifulSoup(page.text, "html.parser").select("h1")) == 1
    assert [answer.status_code for answer in files.values()] == [200] * 4
    assert files["json"].json()["report"] == name
    assert openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).sheetnames[-1] == "Cách tính"
    assert docx.Document(io.BytesIO(files["docx"].content)).paragraphs[0].text == files["json"].json()["title"]
    assert files["csv"].content.startswith(b"\xef\xbb\xbf")


def test_page_and_files_agree_to_the_dong(desk_client: TestClient) -> None:
    told = desk_client.get(f"{BUDGET}.json").json()["tables"][0]["rows"]
    amounts = [row["amount"] for row in told]

    rows = list(csv.DictReader(io.StringIO(desk_client.get(f"{BUDGET}.csv").content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(desk_client.get(f"{BUDGET}.xlsx").content))["Tổng hợp"]
    table = docx.Document(io.BytesIO(desk_client.get(f"{BUDGET}.docx").content)).tables[0]
    page = BeautifulSoup(desk_client.get(BUDGET).text, "html.parser").select("table")[0]

    assert [int(row["amount"]) for row in rows] == amounts
    assert [sheet.cell(HEAD_ROW + 2 + place, 2).value for place in range(len(amounts))] == amounts
    assert [int(row.cells[1].text.replace(".", "")) for row in table.rows[1:]] == amounts
    assert [int(cell.get_text().replace(".", "")) for cell in page.select("td.hotro-figure")] == amounts


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/can-bo/bao-cao/khong-co", "report_unknown", "budget"),
        (f"{BUDGET}?nam=1999", "report_year_unknown", "2023"),
        (f"{BUDGET}?nam=hai-nghin", "report_year_unknown", "2100"),
        (f"{BUDGET}.pdf", "report_format_unknown", "xlsx, csv, json, docx"),
        (f"{BUDGET}.csv?bang=la", "report_table_unknown", "by_month"),
    ],
)
def test_what_there_is_not_names_what_there_is(desk_client: TestClient, path: str, code: str, said: str) -> None:
    page = desk_client.get(path)
    program = desk_client.get(path, headers={"Accept": "application/json"})

    assert page.status_code == 404 and said in text_of(page.text)
    assert code in (program.text + page.text) or said in program.text


def test_the_list_names_every_report(desk_client: TestClient, catalogue: Catalogue) -> None:
    page = desk_client.get("/can-bo/bao-cao?nam=2026")

    for name in MAKERS:
        assert f"/can-bo/bao-cao/{name}?nam=2026" in page.text
        assert catalogue.reports[name].title.replace("{year}", "2026") in text_of(page.text)


def test_public_figures_follow_their_own_schema(client: TestClient, wired: Wired, desk_client: TestClient) -> None:
    import jsonschema  # a grammar of two seconds, which every worker of the suite would read

    assert client.get("/cong-khai/so-lieu.json").status_code == 404
    assert "Chưa tính số liệu" in client.get("/cong-khai/so-lieu").text

    publish_statistics(wired)

    told = client.get("/cong-khai/so-lieu.json").json()
    jsonschema.validate(told, client.get("/cong-khai/so-lieu/luoc-do.json").json())
    rows = list(csv.DictReader(io.StringIO(client.get("/cong-khai/so-lieu.csv").content.decode("utf-8-sig"))))
    assert [int(row["received"]) for row in rows] == [row["received"] for row in told["tables"][0]["rows"]] == [1]
    assert client.get("/cong-khai/so-lieu.csv?bang=la").status_code == 404
    assert json.dumps(told) and "Đã nhận" in text_of(client.get("/cong-khai/so-lieu").text)


def test_published_answers_are_read_by_everybody_without_the_sender(client: TestClient, wired: Wired) -> None:
    assert "Chưa có câu hỏi nào được đăng" in client.get("/cong-khai/tra-loi").text
    feedback = a_feedback(wired, agreed=True)

    answer_feedback(wired, officer(wired, "intake"), feedback.reference, answer_typed(publish=True))

    page = text_of(client.get("/cong-khai/tra-loi").text)
    assert QUESTION in page and ANSWER in page
    assert "Hợp tác xã Ví dụ" not in page and feedback.reference not in page


def test_feedback_is_answered_and_forwarded_on_the_desk(client: TestClient, wired: Wired) -> None:
    feedback = a_feedback(wired, agreed=True)
    desk = signed_in(wired, "tiep-nhan", "intake")
    path = f"/can-bo/ho-so/{feedback.reference}"
    page = BeautifulSoup(desk.get(path).text, "html.parser")
    csrf = page.select_one("input[name=csrf]")
    assert csrf and page.select_one("form[action$='viec/answer_feedback']")

    refused = desk.post(f"{path}/viec/answer_feedback", data={"csrf": csrf["value"], "publish": "keep"})
    done = desk.post(
        f"{path}/viec/answer_feedback", data={"csrf": csrf["value"], **{k: v[0] for k, v in answer_typed().items()}}
    )

    assert refused.status_code == 422 and "Câu trả lời" in text_of(refused.text)
    assert done.status_code == 303
    again = desk.get(f"{path}/viec/answer_feedback")
    assert ANSWER in again.text
    status = client.post("/tra-cuu", data={"reference": feedback.reference, "access_code": feedback.access_code})
    assert "Đã trả lời" in text_of(status.text) and ANSWER in text_of(status.text)
