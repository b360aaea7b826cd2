"""A form that opens and closes: who began in time keeps a grace, nobody loses what was typed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.vietnamese import VIETNAM
from processor.settings import ROOT, Settings
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from tests.application import URL, MovedClock
from tests.submissions import NEED
from tests.web.test_applicant import text_of, value_of

PAGE = f"/nop/{NEED}"
Open = Callable[[str], TestClient]


def here_today() -> date:
    return datetime.now(VIETNAM).date()


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    folder = tmp_path / "forms"
    shutil.copytree(ROOT / "forms", folder)
    return folder


@pytest.fixture
def opened(forms: Path, tmp_path: Path, built_site: Path, moved_clock: MovedClock) -> Iterator[Open]:
    """A client of an installation whose form of needs has a line more."""
    with ExitStack() as stack:

        def start(line: str) -> TestClient:
            path = forms / f"{NEED}.yml"
            path.write_text(f"{(ROOT / 'forms' / path.name).read_text()}{line}\n")
            wired = wire(Settings(clamd_url="none", data=tmp_path / "var", site=built_site, forms=forms), moved_clock)
            stack.callback(wired.engine.dispose)
            app = create_app(wired, Site(built_site))
            client = TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False)
            return stack.enter_context(client)

        yield start


def opening(closes_in: int, opens_in: int = -10, grace: int = 3) -> str:
    opens, closes = here_today() + timedelta(days=opens_in), here_today() + timedelta(days=closes_in)
    return f"opening: {{opens_on: {opens}, closes_on: {closes}, grace_days: {grace}}}"


def test_a_closed_form_says_until_when_it_was_open_and_what_else_to_do(opened: Open) -> None:
    client = opened(opening(-1))

    page = client.get(PAGE)
    listed = {form["id"]: form["open"] for form in client.get("/api/v1/forms").json()}

    assert "đã đóng" in text_of(page.text) and "Chưa bắt đầu: đợt sau mở chưa có ngày" in text_of(page.text)
    assert (here_today() - timedelta(days=1)).strftime("%d/%m/%Y") in text_of(page.text)
    assert listed[NEED] is False and listed["phan-anh-vuong-mac"] is True


def test_a_form_that_is_not_open_yet_says_from_when(opened: Open) -> None:
    page = opened(opening(20, opens_in=5)).get(PAGE)

    assert "chưa mở" in text_of(page.text)
    assert (here_today() + timedelta(days=5)).strftime("%d/%m/%Y") in text_of(page.text)


def test_a_program_is_refused_with_the_code(opened: Open) -> None:
    client = opened(opening(-1))

    refused = client.post(f"/api/v1/forms/{NEED}/dossiers", data={"organisation_name": "Hợp tác xã Ví dụ"})

    assert refused.status_code == 409
    assert refused.json()["code"] == "form_closed"


def test_what_was_typed_into_a_page_that_closed_meanwhile_is_kept(opened: Open) -> None:
    client = opened(opening(-1))

    late = client.post(PAGE, data={"organisation_name": "Hợp tác xã Ví dụ"})

    assert late.status_code == 409
    assert "Nội dung vừa nhập đang giữ trong bản nháp" in text_of(late.text)


def test_who_began_in_time_sends_within_the_grace_and_not_after(opened: Open, moved_clock: MovedClock) -> None:
    client = opened(opening(0, grace=3))
    form = client.get(f"/api/v1/forms/{NEED}").json()["example_submission"]["fields"]
    begun = [client.post(PAGE, data=form).headers["location"] for _ in range(2)]

    moved_clock.move(days=2)
    in_time = client.post(f"{PAGE}/kiem-tra", data={"_draft": begun[0].split("=")[1]})
    moved_clock.move(days=3)
    too_late = client.post(f"{PAGE}/kiem-tra", data={"_draft": begun[1].split("=")[1], "_duplicate": "1"})

    assert in_time.status_code == 201
    assert too_late.status_code == 409 and "đã đóng" in text_of(too_late.text)
    assert "đang giữ trong bản nháp" in text_of(too_late.text)


def test_a_page_of_a_version_that_must_be_asked_again_keeps_everything_and_marks_what_is_new(
    opened: Open, moved_clock: MovedClock, forms: Path
) -> None:
    before = opened("")
    told = before.get(f"/api/v1/forms/{NEED}").json()
    draft = before.post(PAGE, data=told["example_submission"]["fields"] | {"_version": told["version"]})
    shared = forms / "shared/applicant.yml"
    more = "  - {id: website, kind: text, label: Trang thông tin, max_length: 200, example: vi-du.example}\n"
    shared.write_text(shared.read_text() + more)
    moved_clock.move(days=1)
    after = opened(f"reask_since: {here_today() + timedelta(days=1)}")

    page = after.get(f"{PAGE}?ban-nhap={draft.headers['location'].split('=')[1]}")
    posted = after.post(PAGE, data=told["example_submission"]["fields"] | {"_version": told["version"]})

    for html in (page.text, posted.text):
        assert "Biểu mẫu đã đổi ngày" in text_of(html) and "bổ sung 1 ô có nhãn “Mới”" in text_of(html)
        assert value_of(html, "organisation_name") == told["example_submission"]["fields"]["organisation_name"]
        assert "Trang thông tin Mới" in text_of(html)
    assert posted.status_code == 422


def test_a_page_of_a_version_that_nobody_knows_keeps_what_the_form_still_asks(opened: Open) -> None:
    client = opened("")
    told = client.get(f"/api/v1/forms/{NEED}").json()["example_submission"]["fields"]

    answer = client.post(PAGE, data={**told, "_version": "0" * 16, "asked_no_more": "x"})
    lacking = client.post(PAGE, data={"organisation_name": "Hợp tác xã Ví dụ", "_version": "0" * 16})

    assert answer.status_code == 303
    assert "Biểu mẫu đã đổi ngày" in text_of(lacking.text)
    assert value_of(lacking.text, "organisation_name") == "Hợp tác xã Ví dụ"
