"""What programs rely on."""

import hashlib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.web.app import ROUTES
from tests.submissions import API, DOSSIER, FORMS, NEED, answers, papers, pdf, sent, stored_files


def test_forms_are_listed_with_their_kind_and_version(client: TestClient, catalogue: Catalogue) -> None:
    listed = client.get("/api/v1/forms").json()

    kinds = {form["id"]: form["kind"] for form in listed}
    assert tuple(sorted(kinds)) == FORMS
    assert (kinds[DOSSIER], kinds[NEED], kinds["phan-anh-vuong-mac"]) == ("dossier", "pre_registration", "feedback")
    assert all(form["open"] and form["version"] == catalogue.form(form["id"]).version for form in listed)


@pytest.mark.parametrize("form_id", [DOSSIER, NEED])
def test_the_example_submission_of_each_form_is_accepted(form_id: str, client: TestClient, tmp_path: Path) -> None:
    example = client.get(f"/api/v1/forms/{form_id}").json()["example_submission"]
    files = [(item, (f"{item}.pdf", pdf(tmp_path), "application/pdf")) for item in example["items"]]

    answer = client.post(f"/api/v1/forms/{form_id}/dossiers", data=example["fields"], files=files or None)

    assert answer.status_code == 201, answer.text
    assert {file["item_id"] for file in answer.json()["attachments"]} == set(example["items"])


def test_a_receipt_names_every_file_with_size_and_hash(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files = papers(form, tmp_path)

    receipt = client.post(API, data=answers(form), files=files).json()

    told = {(file["item_id"], file["size"], file["sha256"]) for file in receipt["attachments"]}
    assert told == {(item, len(data), hashlib.sha256(data).hexdigest()) for item, (_, data, _) in files}
    assert receipt["form_version"] == form.version and receipt["status"] == "submitted"
    assert receipt["received_at"].endswith("+07:00")
    assert receipt["receipt_url"].startswith("http://127.0.0.1:8000/bien-nhan/")


def test_every_fault_comes_in_one_answer_in_page_order_and_nothing_is_stored(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    told = answers(form, tax_code="123", contact_email="a@b", costs__0__amount="abc", surprise="x")
    files = [
        ("support_request", ("đơn.exe", b"MZ", "application/octet-stream")),
        ("certificate_copy", ("giấy.pdf", b"%PDF-1.7 cut", "application/pdf")),
    ]

    answer = client.post(API, data=told, files=files)

    errors = answer.json()["errors"]
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(error["field"], error["code"]) for error in errors] == [
        ("tax_code", "tax_code_length"),
        ("contact_email", "email_unreadable"),
        ("costs.0.amount", "money_unreadable"),
        ("support_request", "file_type"),
        ("certificate_copy", "file_damaged"),
        ("contracts", "file_required"),
        ("payment_records", "file_required"),
        ("surprise", "unknown_field"),
    ]
    assert "đơn.exe" in errors[3]["message"] and "giấy.pdf" in errors[4]["message"]
    assert stored_files(wired.settings.data) == []
    assert verify(wired).dossiers == 0


def test_the_next_request_after_a_refusal_works(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    client.post(API, data={"tax_code": "1"})

    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)

    assert receipt["reference"].startswith("HT-")


def test_the_same_key_and_content_give_the_same_receipt(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files, key = papers(form, tmp_path), {"Idempotency-Key": "may-tinh-1-lan-7"}

    first = client.post(API, data=answers(form), files=files, headers=key)
    again = client.post(API, data=answers(form), files=files, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert verify(wired).dossiers == 1
    assert len(stored_files(wired.settings.data)) == len(files)


def test_the_same_key_with_other_content_is_a_conflict(
    client: TestClient, catalogue: Catalogue, wired: Wired, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    key = {"Idempotency-Key": "may-tinh-1-lan-8"}
    client.post(API, data=answers(form), files=papers(form, tmp_path), headers=key)

    other = client.post(API, data=answers(form, note="khác"), files=papers(form, tmp_path), headers=key)

    assert (other.status_code, other.json()["code"]) == (409, "key_conflict")
    assert verify(wired).dossiers == 1


def test_validate_ignores_missing_files_and_stores_nothing(
    client: TestClient, catalogue: Catalogue, wired: Wired
) -> None:
    form = catalogue.form(DOSSIER)

    sound = client.post(f"/api/v1/forms/{DOSSIER}/validate", data=answers(form))
    faulty = client.post(f"/api/v1/forms/{DOSSIER}/validate", data=answers(form, tax_code="1"))

    assert sound.json() == {"ok": True, "errors": []}
    assert [error["code"] for error in faulty.json()["errors"]] == ["tax_code_length"]
    assert verify(wired).dossiers == 0


def test_validate_tells_what_is_unusual_and_refuses_it_not(client: TestClient, catalogue: Catalogue) -> None:
    form = catalogue.form("ho-so-tieu-chuan-co-so")

    told = client.post(f"/api/v1/forms/{form.id}/validate", data=answers(form, standard_no="TC 9")).json()

    assert told["ok"]
    assert [advice["code"] for advice in told["advice"]] == ["tccs_number_unusual"]


def test_status_needs_the_access_code(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    path = f"/api/v1/dossiers/{receipt['reference']}"

    known = client.get(path, headers={"Authorization": f"Bearer {receipt['access_code']}"})

    assert known.json()["status"] == "submitted"
    assert [event["kind"] for event in known.json()["events"]] == ["submitted"]
    assert known.json()["due_at"] is None


def test_a_wrong_code_an_unknown_reference_and_a_mistyped_one_are_the_same_answer(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent(client, catalogue.form(DOSSIER), tmp_path)
    wrong = {"Authorization": "Bearer 0000-0000"}

    answers_ = [
        client.get(f"/api/v1/dossiers/{reference}", headers=wrong)
        for reference in (receipt["reference"], "HT-2222-2222-2222", "nonsense")
    ]

    bodies = [{**answer.json(), "instance": ""} for answer in answers_]
    assert {answer.status_code for answer in answers_} == {404}
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "status_not_found"


def test_an_unknown_form_is_named(client: TestClient) -> None:
    answer = client.post("/api/v1/forms/khong-co/dossiers", data={"a": "b"})

    assert (answer.status_code, answer.json()["code"]) == (404, "form_unknown")


def test_the_description_names_every_path_of_the_api(client: TestClient) -> None:
    told = client.get("/openapi.json").json()

    assert told["openapi"].startswith("3.1")
    assert {route.path for route in ROUTES if route.path.startswith("/api/")} <= set(told["paths"])
    assert {"/.well-known/hotro-keys.json", "/bien-nhan/{token}.json"} <= set(told["paths"])


def test_health_readiness_and_figures_answer(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)

    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True, "scanner": "none"}
    assert "hotro_submissions_total" in client.get("/metrics").text
