"""The wizard without script, and as data."""

import pytest
from starlette.testclient import TestClient

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
