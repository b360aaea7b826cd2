"""A receipt issued by the live server, in every form that somebody may hand over."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from tests.inspection.makers import a_pdf
from tests.served import Served

FORM = "ho-so-tieu-chuan"


@dataclass(frozen=True)
class Issued:
    """`papers` are the files as they were sent."""

    reference: str
    url: str
    folder: Path
    papers: list[Path]

    @property
    def pdf(self) -> Path:
        return self.folder / "bien-nhan.pdf"

    @property
    def json(self) -> Path:
        return self.folder / "bien-nhan.json"

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.json.read_text(encoding="utf-8"))
        return found

    @property
    def picture(self) -> Image.Image:
        """The page that shows the code, as somebody's photo might have it."""
        pages: list[Image.Image] = [page.render(scale=2).to_pil() for page in pypdfium2.PdfDocument(self.pdf)]
        return next(page for page in pages if zxingcpp.read_barcodes(page))

    @cached_property
    def seal(self) -> str:
        return zxingcpp.read_barcodes(self.picture)[0].text


def issue(server: Served, catalogue: Catalogue, folder: Path) -> Issued:
    form = catalogue.form(FORM)
    folder.mkdir(parents=True, exist_ok=True)
    papers = [a_pdf(folder / f"giấy {number}.pdf", seed=number) for number, _ in enumerate(example_items(form))]
    files = [
        (item, (paper.name, paper.read_bytes(), "application/pdf"))
        for item, paper in zip(example_items(form), papers, strict=True)
    ]
    url = f"{server.url}/api/v1/forms/{form.id}/dossiers"
    answer = httpx2.post(url, data=example_fields(form, date.today()), files=files)
    assert answer.status_code == 201, answer.text
    issued = Issued(answer.json()["reference"], answer.json()["receipt_url"], folder, papers)
    for path in (issued.pdf, issued.json):
        path.write_bytes(httpx2.get(issued.url + path.suffix).content)
    return issued


@pytest.fixture(scope="module")
def issued(live: Served, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(live, catalogue, tmp_path_factory.mktemp("issued"))


@pytest.fixture(scope="module")
def another(live: Served, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(live, catalogue, tmp_path_factory.mktemp("another"))


def other_byte(content: bytes, place: int, turned: int) -> bytes:
    return content[:place] + bytes([content[place] ^ turned]) + content[place + 1 :]


def with_payload(document: dict[str, Any], **changed: Any) -> bytes:
    return json.dumps(document | {"payload": document["payload"] | changed}).encode()
