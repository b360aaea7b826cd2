"""The clock is 400 days ahead one day and 400 days behind the next: nothing is issued twice, lost or stuck."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields
from processor.services.access.accounts import add_officer
from processor.services.exchange.feed import place_new_events, read_feed
from processor.services.proof.verification import Verified, verify
from processor.settings import Settings
from processor.storage.dossiers.dossiers import every_dossier
from processor.storage.engine import reading
from processor.wiring import wire
from tests.faketime import days_away
from tests.receipts import signature_holds
from tests.served import Served
from tests.signing_in import PASSWORD, type_password
from tests.submissions import API, DOSSIER, papers
from tests.web.test_applicant import text_of, value_of

JUMPS = (0, 400, -400)
WRONG_CODES = 12
LOOKED_AT = (
    "/nop/ho-so-tieu-chuan",
    "/kiem-tra-dieu-kien/ket-qua",
    "/cong-khai/so-lieu",
    "/can-bo/ho-so",
    "/can-bo/kinh-phi",
    "/can-bo/bao-cao/register",
    "/can-bo/quy-trinh",
    "/readyz",
)


@dataclass
class Phase:
    """What was done while the clock was `days` away, and what was seen then of the phases before and of itself."""

    days: int
    statuses: list[tuple[str, int]] = field(default_factory=list)
    receipt: dict[str, Any] = field(default_factory=dict)
    draft: str = ""
    session: httpx2.Cookies = field(default_factory=httpx2.Cookies)
    guesses: list[int] = field(default_factory=list)
    due: list[str] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    keys: bytes = b""
    drafts: list[int] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)

    def note(self, answer: httpx2.Response) -> None:
        self.statuses.append((answer.request.url.path, answer.status_code))


@dataclass(frozen=True)
class Lived:
    phases: list[Phase]
    stored: list[str]
    fed: list[str]
    verified: Verified
    log: str


class Visit:
    """One phase, by an officer and an organisation."""

    def __init__(self, phase: Phase, client: httpx2.Client, catalogue: Catalogue, folder: Path) -> None:
        self.phase, self.client, self.folder = phase, client, folder
        self.form = catalogue.form(DOSSIER)
        self.today = date.today() + timedelta(days=phase.days)

    def work(self) -> None:
        assert type_password(self.client, "can-bo").status_code == 303
        self.phase.session = httpx2.Cookies(self.client.cookies)
        self.phase.receipt = self.send()
        self.accept(self.phase.receipt["reference"])
        saved = self.client.post(f"/nop/{DOSSIER}", data={"organisation_name": "Hợp tác xã Ví dụ", "_action": "save"})
        self.phase.draft = saved.headers["location"]
        for path in LOOKED_AT:
            self.client.get(path)

    def send(self) -> dict[str, Any]:
        sent = self.client.post(API, data=example_fields(self.form, self.today), files=papers(self.form, self.folder))
        assert sent.status_code == 201, sent.text
        receipt: dict[str, Any] = sent.json()
        return receipt

    def accept(self, reference: str) -> None:
        """Its due day is computed and told."""
        page = f"/can-bo/ho-so/{reference}"
        for path in ("nhan", "viec/accept"):
            html = self.client.get(page).text
            told = {"csrf": value_of(html, "csrf"), "seen": value_of(html, "seen"), "_action": "confirm"}
            assert self.client.post(f"{page}/{path}", data=told).status_code == 303

    def look_back(self, phases: list[Phase]) -> None:
        here = self.phase
        for phase in phases:
            here.due.append(self.due_day(phase.receipt["reference"]))
            link = phase.receipt["receipt_url"].rsplit("/", 1)[1]
            here.receipts.append(self.client.get(f"/bien-nhan/{link}.json").content)
            here.drafts.append(self.client.get(phase.draft).status_code)
            here.sessions.append(self.status_with(phase.session))
        here.keys = self.client.get("/.well-known/hotro-keys.json").content

    def status_with(self, session: httpx2.Cookies) -> int:
        with httpx2.Client(base_url=self.client.base_url, cookies=session) as other:
            return other.get("/can-bo/ho-so").status_code

    def due_day(self, reference: str) -> str:
        """As the desk explains it; empty when it does not."""
        found = re.search(r"Vì sao là ([^?]+)\?", text_of(self.client.get(f"/can-bo/ho-so/{reference}/han").text))
        return found[1] if found else ""

    def guess(self, reference: str) -> None:
        wrong = {"Authorization": "Bearer 2222-2222-2222-2222-2222-2222-22"}
        for _ in range(WRONG_CODES):
            answer = self.client.get(f"/api/v1/dossiers/{reference}", headers=wrong)
            self.phase.guesses.append(answer.status_code)


@contextmanager
def away(days: int, data: Path, site: Path) -> Iterator[httpx2.Client]:
    server = Served(data, site, **({**days_away(days)} if days else {}), HOTRO_ABUSE_LIMITS="on")
    server.start()
    try:
        with httpx2.Client(base_url=server.url, timeout=60) as client:
            yield client
    finally:
        server.stop()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, built_site: Path, catalogue: Catalogue) -> Lived:
    folder = tmp_path_factory.mktemp("jumps")
    settings = Settings(clamd_url="none", data=folder / "data", site=built_site)
    wired = wire(settings)
    add_officer(wired, "can-bo", "appraiser", PASSWORD)
    wired.engine.dispose()
    phases: list[Phase] = []
    for days in JUMPS:
        phases.append(phase := Phase(days))
        with away(days, settings.data, built_site) as client:
            client.event_hooks["response"].append(phase.note)
            visit = Visit(phase, client, catalogue, folder)
            visit.work()
            visit.look_back(phases)
            visit.guess(phases[0].receipt["reference"])
    with reading(wired.engine) as connection:
        stored = [row["reference"] for row in every_dossier(connection)]
    place_new_events(wired)
    fed = [event.reference for event in read_feed(wired, "", 500).events if event.kind == "submitted"]
    verified = verify(wired)
    wired.engine.dispose()
    return Lived(phases, stored, fed, verified, (folder / "data.log").read_text())


def test_no_answer_and_no_job_fails(lived: Lived) -> None:
    assert [told for told in chain.from_iterable(phase.statuses for phase in lived.phases) if told[1] >= 500] == []
    assert "job_failed" not in lived.log
    assert lived.verified.problems == [] and lived.verified.dossiers == len(JUMPS)


def test_no_reference_is_issued_twice_and_the_order_is_that_of_sending(lived: Lived) -> None:
    sent = [phase.receipt["reference"] for phase in lived.phases]

    assert len({*sent}) == len(sent)
    assert lived.stored == lived.fed == sent
    days = [phase.receipt["received_at"] for phase in lived.phases]
    assert days[2] < days[0] < days[1]  # by time it would be another


def test_a_due_day_that_was_told_stays(lived: Lived) -> None:
    now, ahead, back = lived.phases

    assert now.due[0] and now.due[0] == ahead.due[0] == back.due[0]
    assert ahead.due[1] and ahead.due[1] == back.due[1]
    assert len({now.due[0], ahead.due[1], back.due[2]}) == 3


def test_receipts_still_verify_whatever_the_clock_says(lived: Lived) -> None:
    assert [len(phase.receipts) for phase in lived.phases] == [1, 2, 3]
    assert all(signature_holds(one, phase.keys) for phase in lived.phases for one in phase.receipts)


def test_drafts_lapse_by_the_day_that_was_told(lived: Lived) -> None:
    now, ahead, back = lived.phases

    assert now.drafts == [200]
    assert ahead.drafts == [404, 200]
    assert back.drafts == [404, 200, 200]


def test_sessions_end_on_either_side_of_a_jump(lived: Lived) -> None:
    now, ahead, back = lived.phases

    assert now.sessions == [200]
    assert ahead.sessions == [303, 200]
    assert back.sessions == [303, 303, 200]


def test_a_limit_that_was_reached_holds_nobody_after_a_jump(lived: Lived) -> None:
    for phase in lived.phases:
        assert phase.guesses[0] == 404 and phase.guesses[-1] == 429
