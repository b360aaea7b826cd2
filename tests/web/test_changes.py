"""Nothing is asked twice: a registered need is changed with its code, an organisation says once who it is."""

from typing import Any

from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from tests.submissions import DOSSIER, NEED, answers, sent
from tests.web.test_applicant import text_of, value_of


def registered(client: TestClient, catalogue: Catalogue) -> dict[str, Any]:
    answer = client.post(f"/api/v1/forms/{NEED}/dossiers", data=answers(catalogue.form(NEED)))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(receipt: dict[str, Any]) -> dict[str, str]:
    return {"reference": receipt["reference"], "access_code": receipt["access_code"]}


def test_a_registered_need_is_changed_not_registered_again(
    client: TestClient, catalogue: Catalogue, wired: Wired
) -> None:
    receipt = registered(client, catalogue)
    client.post("/tra-cuu", data=codes(receipt))
    page = client.get(client.post("/tra-cuu/sua").headers["location"])
    told = answers(catalogue.form(NEED), needs__0__expected_cost="99.000.000") | {
        "_draft": value_of(page.text, "_draft"),
        "needs.1.support_type": "traceability",
        "needs.1.description": "Tem truy xuất (ví dụ)",
        "needs.1.expected_cost": "1.000.000",
    }

    check = client.get(client.post(f"/nop/{NEED}", data=told).headers["location"])
    saved = client.post(f"/nop/{NEED}/kiem-tra", data={"_draft": told["_draft"]})
    content = client.get("/tra-cuu/ho-so/noi-dung")

    assert value_of(page.text, "needs.0.expected_cost") == "120.000.000"
    assert "checked" not in page.text.split('name="consent"')[1][:60]
    assert "Lưu thay đổi" in text_of(check.text) and "Có thể đã có" not in text_of(check.text)
    assert saved.status_code == 200 and receipt["reference"] in text_of(saved.text)
    assert "99.000.000" in text_of(content.text) and "100.000.000" in text_of(content.text)
    assert verify(wired).dossiers == 1 and verify(wired).problems == []


def test_a_dossier_for_support_is_not_changed_that_way(client: TestClient, catalogue: Catalogue, tmp_path: Any) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    client.post("/tra-cuu", data=codes(receipt))

    assert client.post("/tra-cuu/sua").status_code == 409


def test_the_organisation_of_an_earlier_dossier_is_taken_again_and_nothing_else(
    client: TestClient, catalogue: Catalogue
) -> None:
    receipt = registered(client, catalogue)

    taken = client.post(f"/nop/{DOSSIER}/lay-lai", data=codes(receipt))
    section = client.get(f"{taken.headers['location']}/phan/applicant").text
    costs = client.get(f"{taken.headers['location']}/phan/costs").text

    assert taken.status_code == 303
    assert value_of(section, "organisation_name") == "Hợp tác xã Ví dụ Lục Ngạn"
    assert value_of(section, "contact_phone") and value_of(costs, "costs.0.amount") in (None, "")


def test_wrong_codes_take_nothing_and_say_so(client: TestClient, catalogue: Catalogue) -> None:
    receipt = registered(client, catalogue)

    wrong = client.post(f"/nop/{DOSSIER}/lay-lai", data=codes(receipt) | {"access_code": "sai"})

    assert wrong.status_code == 404
    assert "Chưa tìm thấy hồ sơ" in text_of(wrong.text) and "Hợp tác xã" not in text_of(wrong.text)


def test_the_result_of_the_wizard_fills_the_first_need(client: TestClient) -> None:
    asked = "organisation_kind=cooperative&support_type=standard_management_system&standard=iso_22000&cost=84.000.000"
    result = client.get(f"/kiem-tra-dieu-kien/ket-qua?{asked}&commune_code=07210&progress=not_started")

    link = next(part for part in result.text.split('"') if part.startswith(f"/nop/{NEED}?"))
    page = client.get(link.replace("&amp;", "&")).text

    assert value_of(page, "needs.0.expected_cost") == "84000000"
    assert 'value="standard_management_system" checked' in page
    assert 'value="iso_22000" selected' in page


def test_the_receipt_of_what_was_registered_first_stays_as_it_was(client: TestClient, catalogue: Catalogue) -> None:
    receipt = registered(client, catalogue)
    path = receipt["receipt_url"].removeprefix("http://127.0.0.1:8000")
    before = client.get(f"{path}.json").json(), client.get(f"{path}.pdf").content
    client.post("/tra-cuu", data=codes(receipt))
    page = client.get(client.post("/tra-cuu/sua").headers["location"])
    told = answers(catalogue.form(NEED), organisation_name="Tên khác (ví dụ)") | {
        "_draft": value_of(page.text, "_draft")
    }
    client.post(f"/nop/{NEED}", data=told)

    client.post(f"/nop/{NEED}/kiem-tra", data={"_draft": told["_draft"]})

    assert (client.get(f"{path}.json").json(), client.get(f"{path}.pdf").content) == before
