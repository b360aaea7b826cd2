"""The last minutes: more firms send at once than the server has at work. Each is told to come again, and gets in."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.engine import reading
from processor.wiring import wire
from tests.served import Served, served
from tests.submissions import API, DOSSIER, Files, answers, papers, stored_files

FIRMS, AT_ONCE = 24, 2


@pytest.fixture
def server(tmp_path: Path, built_site: Path) -> Iterator[Served]:
    with served(tmp_path / "data", built_site, HOTRO_SUBMISSIONS_TOGETHER=str(AT_ONCE)) as running:
        yield running


@pytest.fixture
def wired(server: Served, built_site: Path) -> Iterator[Wired]:
    parts = wire(Settings(clamd_url="none", data=server.data, site=built_site))
    yield parts
    parts.engine.dispose()


@dataclass
class Firm:
    """Sends until it is in; `refusals` are the answers that told it to come again."""

    url: str
    form: FormDefinition
    files: Files
    refusals: list[httpx2.Response] = field(default_factory=list)

    def send(self, all_there: threading.Barrier) -> str:
        with httpx2.Client(base_url=self.url, timeout=60) as client:
            all_there.wait(60)
            while (answer := client.post(API, data=answers(self.form), files=self.files)).status_code == 503:
                self.refusals.append(answer)
                time.sleep(random.uniform(0.05, 0.3))  # the header asks for two minutes
        assert answer.status_code == 201, answer.text
        return str(answer.json()["reference"])


def test_everybody_gets_in_once_and_who_saves_a_draft_is_never_told_to_wait(
    server: Served, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    files = papers(form, tmp_path)
    firms = [Firm(server.url, form, files) for _ in range(FIRMS)]
    all_there = threading.Barrier(FIRMS + 1)

    with ThreadPoolExecutor(FIRMS) as pool, httpx2.Client(base_url=server.url, timeout=60) as another:
        sending = [pool.submit(firm.send, all_there) for firm in firms]
        all_there.wait(60)
        saved = [another.post(f"/nop/{DOSSIER}", data=answers(form, _action="save")) for _ in range(5)]
        references = {one.result(120) for one in sending}

    with reading(wired.engine) as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM dossiers").scalar()
    refusals = [refusal for firm in firms for refusal in firm.refusals]
    assert len(references) == kept == FIRMS and len(stored_files(server.data)) == FIRMS * len(files)
    assert refusals and {(one.json()["code"], one.headers["retry-after"]) for one in refusals} == {("crowded", "120")}
    assert [answer.status_code for answer in saved] == [303] * 5
    assert all(open_draft(wired, answer.headers["location"].split("/")[-1]).typed for answer in saved)
