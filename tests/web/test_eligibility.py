"""The wizard without script, and as data."""

from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.policy import Fact
from processor.rendering.eligibility import wizard_html

ASKED = {"organisation_kind": "cooperative", "commune_code": "07525", "support_type": "traceability"}
RESULT = "/kiem-tra-dieu-kien/ket-qua"


def test_a_program_gets_verdict_reasons_papers_and_next_steps(client: TestClient) -> None:
    told = client.get("/api/v1/eligibility", params=ASKED).json()

    assert told["verdict"] == "yes" and told["support_level"] is None and told["amount"] is None
    assert "support_request" in told["items"]
    assert [step["id"] for step in told["next_steps"]] == ["register_other", "send_other"]
    assert told["next_steps"][1]["url"].startswith(
        "http://127.0.0.1:8000/nop/ho-so-truy-xuat?organisation_kind=cooperative&commune_code=07525"
    )


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"organisation_kind": "nobody"}, "organisation_kind", "choice_unknown"),
        ({"commune_code": ""}, "commune_code", "commune_required"),
        ({"support_type": "standard_management_system"}, "standard", "required_because"),
        ({"surprise": "x"}, "surprise", "unknown_field"),
    ],
)
def test_what_cannot_be_judged_is_a_problem_with_a_code(
    client: TestClient, changed: dict[str, str], field: str, code: str
) -> None:
    answer = client.get("/api/v1/eligibility", params=ASKED | changed)

    assert answer.status_code == 422
    assert (field, code) in {(fault["field"], fault["code"]) for fault in answer.json()["errors"]}


def test_an_answer_given_twice_is_refused_as_in_forms(client: TestClient) -> None:
    answer = client.get("/api/v1/eligibility?commune_code=07525&commune_code=outside")

    assert (answer.status_code, answer.json()["code"]) == (400, "field_repeated")


def test_many_unknown_names_get_a_short_answer(client: TestClient) -> None:
    answer = client.get("/api/v1/eligibility", params={f"x{number}": "1" for number in range(500)})

    assert answer.status_code == 422 and len(answer.json()["errors"]) == 20


def test_an_unknown_ceiling_is_worded_and_the_verdict_says_what_it_is_not(client: TestClient) -> None:
    asked = {"support_type": "standard_management_system", "standard": "haccp", "progress": "certified"}

    told = client.get("/api/v1/eligibility", params=ASKED | asked).json()

    assert told["support_level"]["ceiling"] == "Chưa rõ – chưa đối chiếu với văn bản gốc"
    assert "không phải quyết định" in told["notice"]


def test_a_no_needs_no_other_answer(client: TestClient) -> None:
    told = client.get("/api/v1/eligibility", params={"commune_code": "outside"}).json()

    assert (told["verdict"], told["items"], told["next_steps"]) == ("no", [], [])


def test_the_page_without_answers_leads_to_the_questions(client: TestClient) -> None:
    answer = client.get(RESULT)

    assert (answer.status_code, answer.headers["location"]) == (303, "/kiem-tra-dieu-kien/")


def test_the_page_shows_only_what_the_result_is_about(client: TestClient) -> None:
    page = client.get(RESULT, params=ASKED).text

    assert "Có thể được hỗ trợ." in page and "/nop/ho-so-truy-xuat?" in page
    assert "Phải hỏi" not in page and "hidden data-search" not in page and "data-piece" not in page


def test_a_list_of_papers_that_has_been_read_is_no_longer_unknown(catalogue: Catalogue) -> None:
    value = {"from": date(2022, 12, 9), "value": "Điều 7", "verified": True, "source": {"document": "Ví dụ"}}
    unread = catalogue.facts["dossier_components"]
    read = Fact.model_validate({**unread.model_dump(), "values": [value]})
    known = replace(catalogue, facts={**catalogue.facts, "dossier_components": read})

    page = wizard_html(known, date(2026, 11, 24))

    assert "Danh mục trong Nghị quyết: Điều 7." in page
