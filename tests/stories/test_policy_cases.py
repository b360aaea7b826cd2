"""Each worked example holds alike on the page, at the server, in the check of a dossier and in the API."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.forms.submission import check_answers
from processor.services.eligibility import judge_typed
from tests.application import MovedClock
from tests.browser import Visitor
from tests.policy import FOLDER, Case, cases, dossier_of

EVERY_CASE = pytest.mark.parametrize("case", cases(), ids=str)
WITH_AMOUNT = pytest.mark.parametrize("case", [case for case in cases() if case.refused_above], ids=str)
WITH_PAPERS = pytest.mark.parametrize("case", [case for case in cases() if case.missing], ids=str)
JUDGED_BY_THE_PAGE = """async cases => {
  const { judge } = await import("/assets/dieu-kien.js");
  const data = JSON.parse(document.getElementById("du-lieu-dieu-kien").textContent);
  return cases.map(({ answers, day }) => judge(data, answers, day));
}"""


@pytest.fixture
def on_its_day(moved_clock: MovedClock) -> Any:
    def move(case: Case) -> None:
        noon = datetime(case.day.year, case.day.month, case.day.day, 5, tzinfo=UTC)
        moved_clock.move(seconds=(noon - datetime.now(UTC)).total_seconds())

    return move


@EVERY_CASE
def test_the_server_judges_it_so(case: Case, catalogue: Catalogue) -> None:
    typed = {name: [value] for name, value in case.query.items()}

    judged = judge_typed(catalogue, typed, case.day)

    assert [fault.message for fault in judged.faults] == []
    assert (judged.outcome.verdict, judged.outcome.amount) == (case.eligible, case.amount)


@pytest.mark.browser
def test_the_page_judges_every_one_so(visitor: Visitor) -> None:
    visit = visitor()
    visit.go("/kiem-tra-dieu-kien/")

    told = [{"answers": case.answers, "day": case.day.isoformat()} for case in cases()]
    outcomes = visit.page.evaluate(JUDGED_BY_THE_PAGE, told)

    judged = {case.case: (found["verdict"], found["amount"]) for case, found in zip(cases(), outcomes, strict=True)}
    assert judged == {case.case: (case.eligible, case.amount) for case in cases()}


@EVERY_CASE
def test_the_api_judges_it_so(case: Case, client: TestClient, on_its_day: Any) -> None:
    on_its_day(case)

    told = client.get("/api/v1/eligibility", params=case.query).json()

    assert (told["verdict"], told["amount"]) == (case.eligible, case.amount)
    assert told["reasons"]


@WITH_AMOUNT
def test_the_estimate_may_be_asked_for_and_not_one_dong_more(case: Case, catalogue: Catalogue) -> None:
    form, typed = dossier_of(catalogue, case)
    _, typed_over = dossier_of(catalogue, case, over=1)

    asked, asked_over = (
        check_answers(form, {name: [value] for name, value in told.items()}, catalogue.messages, case.day)
        for told in (only_texts(typed), only_texts(typed_over))
    )

    assert case.refused_above in {fault.code for fault in asked_over.faults}
    assert case.amount == 0 or [fault.message for fault in asked.faults] == []


def only_texts(typed: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in typed.items()}


@WITH_PAPERS
def test_the_api_asks_for_the_missing_papers(
    case: Case, client: TestClient, catalogue: Catalogue, on_its_day: Any
) -> None:
    on_its_day(case)
    form, typed = dossier_of(catalogue, case)

    answer = client.post(f"/api/v1/forms/{form.id}/dossiers", data=typed | asked_at_least_one_dong(case))

    faults = answer.json()["errors"]
    papers = tuple(fault["field"] for fault in faults if fault["code"] == "file_required")
    assert papers == case.missing
    assert case.amount == 0 or len(faults) == len(papers)


def asked_at_least_one_dong(case: Case) -> dict[str, str]:
    return {"requested_amount": "1"} if case.amount == 0 else {}


def test_every_file_of_examples_is_read_and_no_two_have_the_same_name() -> None:
    named = [case.case for case in cases()]

    assert len(named) == len(set(named))
    assert {path.suffix for path in Path(FOLDER).iterdir()} == {".yml"}
