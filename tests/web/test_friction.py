"""The friction report on the desk, with what a change of a form did."""

from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.tally import Tally
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.figures.tallies import add_tallies
from tests.submissions import DOSSIER
from tests.web.test_applicant import read, text_of
from tests.web.test_officer import signed_in

REPORT = "/can-bo/bao-cao/friction"
BEFORE_AFTER = f"{REPORT}/truoc-sau"


def test_the_report_leads_to_the_question_and_to_the_comparison(client: TestClient, wired: Wired) -> None:
    fault = Tally("fault", DOSSIER, wired.catalogue.form(DOSSIER).version, "certificate_no", "text_required")
    with writing(wired.engine) as connection:
        add_tallies(connection, wired.today(), {fault: 7})

    page = read(signed_in(wired, "can-bo").get(REPORT).text)

    links = {link["href"] for link in page.select("article a[href]")}
    assert f"/bieu-mau/{DOSSIER}/#field-certificate_no" in links
    assert f"{BEFORE_AFTER}?nam={wired.today().year}" in links
    assert client.get(f"/bieu-mau/{DOSSIER}/").text.count('id="field-certificate_no"') == 1


def test_the_comparison_of_a_year_without_a_change_says_so(wired: Wired) -> None:
    answer = signed_in(wired, "can-bo").get(f"{BEFORE_AFTER}?nam=2026")

    assert answer.status_code == 200
    assert "Không có lần đổi biểu mẫu nào" in text_of(answer.text)
    assert len(read(answer.text).select("h1")) == 1


def test_a_wrong_year_names_the_years_there_are(wired: Wired) -> None:
    answer = signed_in(wired, "can-bo").get(f"{BEFORE_AFTER}?nam=hai")

    assert answer.status_code == 404 and "2023" in text_of(answer.text)


def test_a_form_opened_through_a_channel_carries_it_and_an_unknown_one_is_dropped(
    client: TestClient, wired: Wired
) -> None:
    channel = next(iter(wired.catalogue.outreach))

    known, unknown = (client.get(f"/nop/{DOSSIER}", params={"kenh": asked}).text for asked in (channel, "khong-co"))

    fields = [read(page).find("input", {"name": "_outreach"}) for page in (known, unknown)]
    assert [field and field["value"] for field in fields] == [channel, None]


def test_a_draft_begun_through_a_channel_keeps_it(client: TestClient, wired: Wired) -> None:
    channel = next(iter(wired.catalogue.outreach))
    for asked in (channel, "khong-co"):
        client.post(f"/nop/{DOSSIER}", data={"_action": "save", "_outreach": asked})

    with writing(wired.engine) as connection:
        found = connection.execute(text("SELECT outreach FROM drafts ORDER BY id")).scalars().all()

    assert found == [channel, None]
