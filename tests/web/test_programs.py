"""Programs of the province: tokens, the event feed, a dossier as officers see it; what is refused, and how."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import add_officer, change_role, disable, known_officer
from processor.services.appraisal.money import set_envelope
from processor.services.exchange.programs import give_token, list_tokens, take_token_back
from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.desk import Sent as SentDossier
from tests.desk import everything, kinds
from tests.submissions import DOSSIER, sent
from tests.web.test_applicant import value_of
from tests.web.test_officer import PASSWORD, signed_in

EVENTS = "/api/v1/events"


@pytest.fixture
def token(wired: Wired) -> str:
    add_officer(wired, "kho-du-lieu", "reader", PASSWORD)
    return give_token(wired, "kho-du-lieu", "Kho dữ liệu tỉnh (ví dụ)")


@pytest.fixture
def reference(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> str:
    return str(sent(client, catalogue.form(DOSSIER), tmp_path)["reference"])


def with_token(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_the_feed_is_read_on_from_its_cursor(client: TestClient, token: str, reference: str) -> None:
    first = client.get(EVENTS, headers=with_token(token)).json()

    second = client.get(f"{EVENTS}?after={first['next']}", headers=with_token(token)).json()

    (event,) = first["events"]
    assert (event["type"], event["reference"], event["status"]) == ("dossier.submitted", reference, "submitted")
    assert second == {"events": [], "next": first["next"], "more": False}


def test_the_feed_tells_no_name(client: TestClient, token: str, reference: str) -> None:
    (event,) = client.get(EVENTS, headers=with_token(token)).json()["events"]

    assert set(event) == {"cursor", "type", "at", "reference", "form_id", "status", "national_code"}


def test_the_whole_dossier_is_told_and_the_look_is_in_the_log(
    client: TestClient, wired: Wired, token: str, reference: str
) -> None:
    path = f"/api/v1/desk/dossiers/{reference}"

    told = client.get(path, headers=with_token(token)).json()
    client.get(path, headers=with_token(token))

    assert told["answers"]["organisation_name"] == told["organisation_name"]
    assert [file["sha256"] for file in told["attachments"]]
    assert kinds(wired, SentDossier(reference, "")) == ["submitted", "viewed"]
    again = client.get(path, headers=with_token(token)).json()["events"][-1]
    assert (again["actor"], again["kind"]) == ("officer:kho-du-lieu", "viewed")


def refused_with(client: TestClient, path: str, **headers: str) -> tuple[int, str]:
    answer = client.get(path, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("path", [EVENTS, "/api/v1/desk/dossiers/HT-2222-2222-2222", "/api/v1/reports/budget"])
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "bearer hotro_" + "a" * 43])
def test_without_a_token_nothing_is_told(path: str, header: str, client: TestClient, token: str) -> None:
    answer = client.get(path, headers={"authorization": header} if header else {})

    assert (answer.status_code, answer.json()["code"]) == (401, "token_wrong")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_ends_with_its_officer_and_when_it_is_taken_back(client: TestClient, wired: Wired, token: str) -> None:
    other = give_token(wired, "kho-du-lieu", "Chương trình thứ hai")
    (first, _) = list_tokens(wired)

    take_token_back(wired, first.id)
    revoked = refused_with(client, EVENTS, **with_token(token))
    working = client.get(EVENTS, headers=with_token(other)).status_code
    disable(wired, "kho-du-lieu")
    disabled = refused_with(client, EVENTS, **with_token(other))

    assert (revoked, working, disabled) == ((401, "token_wrong"), 200, (401, "token_wrong"))


def test_the_role_of_the_officer_holds_at_once(client: TestClient, wired: Wired, token: str, reference: str) -> None:
    change_role(wired, known_officer(wired, "kho-du-lieu"), "leader")

    client.get(f"/api/v1/desk/dossiers/{reference}", headers=with_token(token))

    with reading(wired.engine) as connection:
        (data,) = connection.exec_driver_sql("SELECT data FROM events WHERE kind = 'viewed'").scalars()
    assert json.loads(data) == {"program": "Kho dữ liệu tỉnh (ví dụ)", "why": "leader"}


def test_a_token_is_stored_nowhere(wired: Wired, token: str) -> None:
    assert token not in json.dumps(everything(wired.engine))


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("after=x", 400, "cursor_unknown"),
        ("after=1-000000000000", 410, "cursor_unknown"),
        ("limit=0", 400, "limit_wrong"),
        ("limit=501", 400, "limit_wrong"),
        ("limit=x", 400, "limit_wrong"),
        ("limit=１", 400, "limit_wrong"),
        ("limit=-1", 400, "limit_wrong"),
    ],
)
def test_a_wrong_question_names_what_is_wrong(
    query: str, status: int, code: str, client: TestClient, token: str, reference: str
) -> None:
    assert refused_with(client, f"{EVENTS}?{query}", **with_token(token)) == (status, code)


@pytest.mark.parametrize("unknown", ["HT-2222-2222-2222", "x"])
def test_a_dossier_that_is_not_there_is_not_found(unknown: str, client: TestClient, token: str) -> None:
    assert refused_with(client, f"/api/v1/desk/dossiers/{unknown}", **with_token(token)) == (404, "not_found")


def test_a_token_opens_no_page_and_a_session_no_feed(wired: Wired, client: TestClient, token: str) -> None:
    officer = signed_in(wired, "can-bo")

    assert client.get("/can-bo/ho-so", headers=with_token(token)).status_code == 303
    assert officer.get(EVENTS).status_code == 401


def test_officers_see_and_take_back_their_own_tokens_only(wired: Wired, token: str) -> None:
    mine = signed_in(wired, "can-bo")
    give_token(wired, "can-bo", "Bảng tính của phòng <b>")
    page = mine.get("/can-bo/tai-khoan").text
    numbers = {one.label: one.id for one in list_tokens(wired)}

    for number in numbers.values():
        form = {"csrf": value_of(page, "csrf"), "token": str(number)}
        assert mine.post("/can-bo/tai-khoan/ma-chuong-trinh", data=form).status_code == 303

    assert "Bảng tính của phòng &lt;b&gt;" in page and "Kho dữ liệu tỉnh" not in page
    assert [one.label for one in list_tokens(wired) if one.revoked_at] == ["Bảng tính của phòng <b>"]


def test_the_description_names_both(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert paths[EVENTS]["get"]["security"] == [{"officerToken": []}]
    assert "401" in paths["/api/v1/desk/dossiers/{reference}"]["get"]["responses"]


def test_a_report_tells_programs_the_figures_of_its_page(client: TestClient, wired: Wired, token: str) -> None:
    set_envelope(wired, 2026, 810_000_000, "Quyết định ví dụ số 01/QĐ-VD")
    officer = signed_in(wired, "nguoi-doc", "reader")

    told = client.get("/api/v1/reports/budget?year=2026", headers=with_token(token)).json()

    on_desk = officer.get("/can-bo/bao-cao/budget.json?nam=2026").json()
    assert told["tables"] == on_desk["tables"]
    assert told["tables"][0]["rows"][0]["amount"] == 810_000_000


@pytest.mark.parametrize(
    ("path", "code"), [("kinh-phi", "report_unknown"), ("budget?year=1999", "report_year_unknown")]
)
def test_a_report_that_there_is_not_names_what_there_is(path: str, code: str, client: TestClient, token: str) -> None:
    answer = client.get(f"/api/v1/reports/{path}", headers=with_token(token))

    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert "Chỉ có: " in answer.json()["detail"] or "2023" in answer.json()["detail"]
