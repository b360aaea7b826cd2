"""Machines are slowed without following anybody, and whoever is a person gets through, with script or without."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from altcha import Challenge, Payload, solve_challenge
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.web.app import create_app
from processor.web.site import Site
from tests.application import URL, MovedClock
from tests.submissions import DOSSIER, NEED, answers, pdf, sent
from tests.web.test_applicant import read, text_of, value_of

PAGE = f"/nop/{NEED}"


def a_draft(client: TestClient, catalogue: Catalogue) -> str:
    answer = client.post(PAGE, data=answers(catalogue.form(NEED)))
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.headers["location"]).split("=")[1]


def shown(client: TestClient, token: str) -> dict[str, str]:
    """What the check page gives back when it is sent."""
    html = client.get(f"{PAGE}/kiem-tra?ban-nhap={token}").text
    return {"_draft": token, "_shown": value_of(html, "_shown"), "_duplicate": "1"}


@pytest.fixture
def crowded(wired: Wired, built_site: Path) -> Iterator[TestClient]:
    """Here the second sending in an hour from one place is much already."""
    strict = replace(wired, settings=wired.settings.model_copy(update={"proof_above": 1}))
    with TestClient(create_app(strict, Site(built_site)), base_url=URL, follow_redirects=False) as made:
        yield made


def test_a_filled_trap_keeps_what_was_typed_and_shows_the_box_to_empty(client: TestClient) -> None:
    refused = client.post(PAGE, data={"organisation_name": "Hợp tác xã Ví dụ", "_website": "http://vi-du.example"})

    assert refused.status_code == 422
    assert "Xóa nội dung ô đó rồi gửi lại" in text_of(refused.text)
    assert value_of(refused.text, "organisation_name") == "Hợp tác xã Ví dụ"
    box = read(refused.text).find("input", {"name": "_website"})
    assert box is not None and box.get("tabindex") is None


def test_a_filled_trap_keeps_the_files_too(client: TestClient, tmp_path: Path) -> None:
    typed = {"organisation_name": "Hợp tác xã Ví dụ", "_website": "x"}
    contract = ("hop-dong.pdf", pdf(tmp_path), "application/pdf")

    refused = client.post(f"/nop/{DOSSIER}", data=typed, files={"contracts": contract})

    assert "hop-dong.pdf" in text_of(refused.text)
    assert value_of(refused.text, "_draft")


def test_a_filled_trap_before_sending_sends_nothing(client: TestClient, catalogue: Catalogue, wired: Wired) -> None:
    token = a_draft(client, catalogue)

    refused = client.post(f"{PAGE}/kiem-tra", data={"_draft": token, "_website": "x"})

    assert refused.status_code == 422 and verify(wired).dossiers == 0


def test_few_sendings_ask_for_nothing(client: TestClient, catalogue: Catalogue) -> None:
    token = a_draft(client, catalogue)

    page = client.get(f"{PAGE}/kiem-tra?ban-nhap={token}")

    assert "data-work" not in page.text


def test_above_the_threshold_a_minute_of_waiting_does_without_script(
    crowded: TestClient, catalogue: Catalogue, moved_clock: MovedClock
) -> None:
    client = crowded
    client.post(f"{PAGE}/kiem-tra", data=shown(client, a_draft(client, catalogue)))
    told = shown(client, a_draft(client, catalogue))

    at_once = client.post(f"{PAGE}/kiem-tra", data=told)
    moved_clock.move(seconds=61)
    later = client.post(f"{PAGE}/kiem-tra", data=told)

    assert at_once.status_code == 409 and "chờ 1 phút ở trang này" in text_of(at_once.text)
    assert later.status_code == 201


def test_above_the_threshold_the_work_of_the_script_does_too_and_only_for_its_draft(
    crowded: TestClient, catalogue: Catalogue
) -> None:
    client = crowded
    client.post(f"{PAGE}/kiem-tra", data=shown(client, a_draft(client, catalogue)))
    first, second = a_draft(client, catalogue), a_draft(client, catalogue)
    page = client.get(f"{PAGE}/kiem-tra?ban-nhap={first}")
    box = read(page.text).find("input", {"name": "_work"})
    assert box is not None
    task = Challenge.from_dict(json.loads(str(box["data-work"])))
    found = solve_challenge(task)
    assert found is not None
    solution = Payload(task, found).to_base64()

    other = client.post(f"{PAGE}/kiem-tra", data=shown(client, second) | {"_work": solution})
    own = client.post(f"{PAGE}/kiem-tra", data=shown(client, first) | {"_work": solution})
    forged = client.post(f"{PAGE}/kiem-tra", data=shown(client, second) | {"_work": base64.b64encode(b"{}").decode()})

    assert (other.status_code, own.status_code, forged.status_code) == (409, 201, 409)


def test_too_many_drafts_from_one_place_keep_the_page(client: TestClient) -> None:
    for _ in range(120):
        client.post(PAGE, data={"organisation_name": "Một", "_action": "save"})

    refused = client.post(PAGE, data={"organisation_name": "Hai"})

    assert refused.status_code == 429
    assert "Đã thử quá nhiều lần" in text_of(refused.text)
    assert value_of(refused.text, "organisation_name") == "Hai"


def test_guessing_is_stopped_but_the_right_code_still_opens(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    receipt = sent(client, catalogue.form("ho-so-tieu-chuan"), tmp_path)
    wrong = {"reference": receipt["reference"], "access_code": "sai"}

    answers_to_guesses = [client.post("/tra-cuu", data=wrong).status_code for _ in range(12)]
    right = client.post("/tra-cuu", data=wrong | {"access_code": receipt["access_code"]})
    program = client.get(f"/api/v1/dossiers/{receipt['reference']}", headers={"Authorization": "Bearer sai"})

    assert answers_to_guesses == [404] * 10 + [429] * 2
    assert right.status_code == 200
    assert program.status_code == 429 and program.json()["code"] == "rate_limited"
    assert program.headers["retry-after"] == "900" and "sau 15 phút" in program.json()["detail"]


def test_guesses_at_one_dossier_are_counted_together_however_it_is_written_and_a_pause_ends(
    client: TestClient, catalogue: Catalogue, tmp_path: Path, moved_clock: MovedClock
) -> None:
    receipt = sent(client, catalogue.form("ho-so-tieu-chuan"), tmp_path)
    written = [receipt["reference"], receipt["reference"].lower().replace("-", " ")]

    guesses = [client.post("/tra-cuu", data={"reference": one, "access_code": "sai"}) for one in written * 6]
    moved_clock.move(minutes=15)
    later = client.post("/tra-cuu", data={"reference": written[0], "access_code": "sai"})

    assert [one.status_code for one in guesses] == [404] * 10 + [429] * 2
    assert guesses[-1].headers["retry-after"] == "900"
    assert later.status_code == 404


def test_one_place_that_guesses_many_references_is_stopped(client: TestClient) -> None:
    for _ in range(30):
        client.post("/tra-cuu", data={"reference": "HT-1", "access_code": "sai"})

    stopped = client.post("/tra-cuu", data={"reference": "HT-1", "access_code": "sai"})

    assert stopped.status_code == 429
