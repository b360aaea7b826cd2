"""An office with a real scanner: its senders, one whom the scanner did not see come, and what became of their files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.events import Event
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from processor.web.app import create_app
from processor.web.site import Site
from tests.application import URL
from tests.clamd import EICAR, RealClamd
from tests.inspection.makers import a_docx, rezipped
from tests.submissions import API, DOSSIER, answers, papers

ITEM = "contracts"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOBODY = "unix:/khong/co"
Receipt = Mapping[str, Any]


def with_scanner(wired: Wired, setting: str | None) -> Wired:
    return replace(wired, settings=wired.settings.model_copy(update={"clamd_url": setting}))


@pytest.fixture
def scanning(wired: Wired, clamd: RealClamd) -> Wired:
    return with_scanner(wired, clamd.setting)


def visiting(wired: Wired) -> TestClient:
    app = create_app(wired, Site(wired.settings.site))
    return TestClient(app, URL, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def sender(scanning: Wired) -> TestClient:
    return visiting(scanning)


@pytest.fixture
def unseen_sender(scanning: Wired) -> TestClient:
    """The same office while the scanner is away: files come in and wait."""
    return visiting(with_scanner(scanning, NOBODY))


def send(client: TestClient, catalogue: Catalogue, folder: Path, *more: tuple[str, bytes]) -> Receipt:
    """A whole dossier, and further documents by name and content."""
    form = catalogue.form(DOSSIER)
    added = [(ITEM, (name, content, DOCX)) for name, content in more]
    answer = client.post(API, data=answers(form), files=[*papers(form, folder), *added])
    assert answer.status_code == 201, answer.text
    told: Receipt = answer.json()
    return told


def infected(folder: Path, by: bytes = EICAR) -> bytes:
    return rezipped(a_docx(folder / "nhiem.docx"), add={"word/media/x.bin": by}).read_bytes()


def states(wired: Wired, told: Receipt) -> dict[str, str]:
    return {file.name: file.scan_state for file in open_dossier(wired, told["reference"]).dossier.attachments}


def file_id(told: Receipt, name: str) -> str:
    return next(str(file["id"]) for file in told["attachments"] if file["name"] == name)


def follow(client: TestClient, told: Receipt) -> TestClient:
    """The sender's browser after both codes."""
    codes = {"reference": told["reference"], "access_code": told["access_code"]}
    assert client.post("/tra-cuu", data=codes).status_code == 200
    return client


def events(wired: Wired, told: Receipt, kind: str) -> list[Event]:
    return [event for event in open_dossier(wired, told["reference"]).events if event.kind == kind]
