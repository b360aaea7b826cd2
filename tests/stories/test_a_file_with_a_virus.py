"""A business sends a document that its computer has infected: it is refused by name, and the clean one is taken in.

What the signatures learn only later is found then; nobody opens it any more, and the officer is told.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from tests.browser import OFFICER, PASSWORD, Visit, watch
from tests.clamd import RealClamd
from tests.inspection.hazards import a_pdf_with, an_attachment
from tests.inspection.makers import a_pdf
from tests.scanning import DOCX, infected
from tests.served import Served, served
from tests.stories.test_pages_are_accessible import faults, press

pytestmark = pytest.mark.browser
DOSSIER = "ho-so-tieu-chuan"
STRANGE = b"Hotro-Test-Learnt-Later"


@pytest.fixture
def guarded(tmp_path: Path, built_site: Path, clamd: RealClamd) -> Iterator[Served]:
    with served(tmp_path / "data", built_site, HOTRO_CLAMD_URL=clamd.setting) as server:
        added = server.run("staff", "add", OFFICER, "--role", "intake", "--password-stdin", text=f"{PASSWORD}\n")
        assert added.returncode == 0, added.stderr
        yield server


@pytest.fixture
def officer(chromium: Browser, guarded: Served) -> Iterator[Visit]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    visit = Visit(context, context.new_page(), guarded.url, [])
    watch(visit, guarded.port)
    yield visit
    context.close()
    assert visit.troubles == []


def send(server: Served, catalogue: Catalogue, folder: Path, document: bytes) -> httpx2.Response:
    """One file is sound, one carries another inside, one is `document`."""
    form = catalogue.form(DOSSIER)
    sound = a_pdf(folder / "a.pdf").read_bytes()
    flagged = a_pdf_with(folder / "b.pdf", an_attachment()).read_bytes()
    items = example_items(form)
    files = [(item, ("giấy tờ.pdf", sound, "application/pdf")) for item in items[1:]]
    files += [
        (items[0], ("có kèm tệp.pdf", flagged, "application/pdf")),
        ("contracts", ("hợp đồng.docx", document, DOCX)),
    ]
    url = f"{server.url}/api/v1/forms/{DOSSIER}/dossiers"
    return httpx2.post(url, data=example_fields(form, date.today()), files=files, timeout=60)


def signed_in(visit: Visit, way: str) -> None:
    visit.go(way)
    visit.page.locator('[name="name"]').fill(OFFICER)
    visit.page.locator('[name="password"]').fill(PASSWORD)
    press(visit.page, "Đăng nhập")


def test_an_infected_document_is_refused_and_one_found_out_later_is_never_opened_again(
    guarded: Served, officer: Visit, clamd: RealClamd, catalogue: Catalogue, tmp_path: Path
) -> None:
    refused = send(guarded, catalogue, tmp_path, infected(tmp_path))
    taken = send(guarded, catalogue, tmp_path, infected(tmp_path, STRANGE))
    way, page = f"/can-bo/ho-so/{taken.json()['reference']}", officer.page
    signed_in(officer, way)
    at_once = page.locator("article").inner_text()
    downloads = page.get_by_role("link", name="Tải về hợp đồng.docx").count()

    with clamd.learning(STRANGE):
        guarded.run("rescan", "--all")
        officer.go(way)
        found = list(faults(officer))
        shown = page.locator("article").inner_text()
        officer.go("/can-bo/ho-so")
        found += faults(officer)
        queue = page.locator("article").inner_text()
        officer.go(way)

    assert (refused.status_code, taken.status_code, found) == (422, 201, [])
    assert "“hợp đồng.docx” có mã độc nên không được giữ lại" in refused.text
    assert "chưa quét" not in at_once and "bị chặn" not in at_once and downloads == 1
    assert "“hợp đồng.docx” bị chặn vì máy quét thấy mã độc" in shown
    assert "Tệp đáng ngờ: có tệp khác giấu bên trong." in shown
    assert "Máy quét chặn một tệp" in shown
    assert f"Có 1 tệp bị chặn vì có mã độc, ở hồ sơ {taken.json()['reference']}" in queue
    assert page.get_by_role("link", name="Tải về hợp đồng.docx").count() == 0
