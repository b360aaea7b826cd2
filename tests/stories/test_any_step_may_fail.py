"""Whichever step of an intake fails, on a full disk or a broken one: it is said, nothing acknowledged is lost, no row
lacks its file, nothing half-made is left, and the same again succeeds. Each step in turn, until one run meets none."""

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from processor.domain.access.officer import Officer
from processor.domain.catalogue import Catalogue
from processor.domain.supplement import AskedItem
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import ask
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.settings import Settings
from processor.storage.engine import open_engine, reading
from processor.storage.figures.tallier import Tallier
from processor.storage.tables.core import attachments, dossiers, drafts, uploads
from processor.wiring import assemble
from tests.factories import an_officer
from tests.running import JSON, clients
from tests.steps import BROKEN, FULL, Steps, Trouble
from tests.submissions import API, DOSSIER, Files, answers, papers, sent, stored_files
from tests.uploads import Sender, new_draft, paper, received

FEWEST_STEPS = 5


class Intake:
    """One way for a dossier or a part of it to come in. `act` may be refused at any request of it."""

    rows: ClassVar[Any]
    rows_each: ClassVar[int] = 1

    def __init__(self, wired: Wired, client: TestClient, folder: Path) -> None:
        self.wired = wired
        self.client = client
        self.folder = folder
        self.form = wired.catalogue.form(DOSSIER)
        self.told = answers(self.form)
        self.files: Files = papers(self.form, folder)

    def prepare(self, number: int) -> Any:
        """What `act` and `again` are given."""
        return f"khoa-cua-lan-{number:04}"

    def act(self, given: Any) -> list[httpx2.Response]:
        raise NotImplementedError

    def again(self, given: Any) -> list[httpx2.Response]:
        return self.act(given)


class FromProgram(Intake):
    rows = dossiers

    def act(self, given: Any) -> list[httpx2.Response]:
        return [self.client.post(API, data=self.told, files=self.files, headers={"idempotency-key": given})]


class FromPage(Intake):
    rows = drafts

    def act(self, given: Any) -> list[httpx2.Response]:
        page = self.told | {"_key": given}
        return [self.client.post(f"/nop/{DOSSIER}", data=page, files=self.files, headers=JSON)]


class FromDraft(Intake):
    rows = dossiers

    def prepare(self, number: int) -> Any:
        page = self.client.post(f"/nop/{DOSSIER}", data=self.told, files=self.files, headers=JSON)
        return page.json()["token"]

    def act(self, given: Any) -> list[httpx2.Response]:
        sending = {"_draft": given, "_duplicate": "1"}
        return [self.client.post(f"/nop/{DOSSIER}/kiem-tra", data=sending, headers=JSON)]


class InPieces(Intake):
    rows = attachments

    def prepare(self, number: int) -> Any:
        self.path = ""
        return Sender(self.client, new_draft(self.wired)), paper(self.folder, 20_000, number)

    def act(self, given: Any) -> list[httpx2.Response]:
        sender, content = given
        begun = sender.begin(len(content))
        if begun.status_code != 201:
            return [begun]
        self.path = begun.headers["location"].removeprefix("http://127.0.0.1:8000")
        return [begun, sender.piece(self.path, 0, content)]

    def again(self, given: Any) -> list[httpx2.Response]:
        """As the page's script does: where does it stand? On from there; begun anew when it is unknown."""
        sender, content = given
        state = sender.state(self.path) if self.path else None
        if state is None or state.status_code == 404:
            gone_on = self.act(given)
        else:
            offset = int(state.headers["upload-offset"])
            gone_on = [sender.piece(self.path, offset, content[offset:])] if offset < len(content) else [state]
        assert len(received(self.wired, sender.token)) == 1
        return gone_on


class AsSupplement(Intake):
    rows = dossiers
    rows_each = 0
    asked = (AskedItem("certificate_copy", "Hết hạn", "Gửi bản còn hiệu lực"),)

    def __init__(self, wired: Wired, client: TestClient, folder: Path) -> None:
        super().__init__(wired, client, folder)
        self.officer: Officer = an_officer(wired.engine)

    def prepare(self, number: int) -> Any:
        receipt = sent(self.client, self.form, self.folder)
        claim_dossier(self.wired, self.officer, receipt["reference"])
        take_step(self.wired, self.officer, receipt["reference"], "accept", Given())
        ask(self.wired, self.officer, receipt["reference"], self.asked)
        return receipt

    def act(self, given: Any) -> list[httpx2.Response]:
        bearer = {"Authorization": f"Bearer {given['access_code']}"}
        path = f"/api/v1/dossiers/{given['reference']}/supplements"
        files = [("certificate_copy", ("mới.pdf", self.files[0][1][1], "application/pdf"))]
        return [self.client.post(path, files=files, headers=bearer)]

    def again(self, given: Any) -> list[httpx2.Response]:
        """It carries no key: what had arrived unheard is not asked for any more."""
        came = self.act(given)
        assert came[0].status_code == 201 or came[0].json()["code"] == "supplement_not_asked", came[0].text
        return []


@pytest.fixture
def application(database_url: str, tmp_path: Path, built_site: Path, catalogue: Catalogue) -> Iterator[Wired]:
    """Counts that may wait do wait: nothing but the request takes steps."""
    engine = open_engine(database_url)
    settings = Settings(clamd_url="none", data=tmp_path / "var", site=built_site, abuse_limits="off")
    settings.data.mkdir()
    wired = assemble(settings, catalogue, engine, lambda: datetime.now(UTC))
    yield dataclasses.replace(wired, tallier=Tallier(engine, 3600))
    engine.dispose()


@pytest.mark.parametrize("which", ["its usual trouble", pytest.param("the other", marks=pytest.mark.long)])
@pytest.mark.parametrize("way", [FromProgram, FromPage, FromDraft, InPieces, AsSupplement])
def test_whichever_step_fails_nothing_is_half_done_and_the_same_again_succeeds(
    way: type[Intake],
    which: str,
    application: Wired,
    built_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trouble = trouble_of(application, which)
    steps = Steps(monkeypatch, application.engine, application.settings.data)
    with clients(application, built_site) as client:
        intake = way(application, client, tmp_path)
        for number in itertools.count(1):
            given = intake.prepare(number)
            before = count(application, intake)
            with steps.failing(number, trouble):
                answered = intake.act(given)
            assert_answered(answered, trouble, steps)
            assert_nothing_half_done(application, steps)
            if not steps.failed:
                break
            assert all(one.status_code < 300 for one in intake.again(given)), steps.failed
            assert count(application, intake) - before == intake.rows_each

        assert number > FEWEST_STEPS
        assert verify(application).problems == []


def trouble_of(wired: Wired, which: str) -> Trouble:
    """A file fills its disk, a line to a server breaks."""
    usual, other = (FULL, BROKEN) if wired.engine.dialect.name == "sqlite" else (BROKEN, FULL)
    return usual if which == "its usual trouble" else other


def assert_answered(answered: list[httpx2.Response], trouble: Trouble, steps: Steps) -> None:
    """A step that only counts or tidies may fail unnoticed; every other is told with when to come again."""
    assert all(one.status_code < 300 for one in answered[:-1])
    last = answered[-1]
    if last.status_code >= 300:
        assert last.status_code == trouble.status, (steps.failed, last.status_code, last.text)
        assert last.headers["retry-after"] == "120"
        assert steps.failed


def assert_nothing_half_done(wired: Wired, steps: Steps) -> None:
    """A commit that may have arrived leaves its files to the sweep."""
    if steps.failed.startswith("commit"):
        sweep_orphans(wired, -1)
    with reading(wired.engine) as connection:
        named = set(connection.execute(select(attachments.c.id)).scalars())
        arriving = set(connection.execute(select(uploads.c.id)).scalars())
    stored = set(stored_files(wired.settings.data))
    assert named <= stored, (steps.failed, "rows without file")
    assert stored <= named | arriving, (steps.failed, "files without row")


def count(wired: Wired, intake: Intake) -> int:
    with reading(wired.engine) as connection:
        return connection.execute(select(func.count()).select_from(intake.rows)).scalar_one()
