"""A figure is written once: one changed line is seen on page, checklist, wizard, refusal and API."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from markdown import markdown
from starlette.testclient import TestClient

from processor.rendering.eligibility_data import payload
from processor.rendering.printed import checklist_pdf
from processor.services.parts import Wired
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from tests.application import URL
from tests.policy import Case, dossier_of

TODAY = date(2026, 11, 24)
ANSWERS = {
    "organisation_kind": "cooperative",
    "commune_code": "07210",
    "support_type": "standard_management_system",
    "standard": "iso_22000",
    "progress": "certified",
    "cost": 130_000_000,
}


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))
    monkeypatch.setenv("HOTRO_FORMS", str(folder))
    return folder


@pytest.fixture
def parts(forms: Path, tmp_path: Path, built_site: Path) -> Iterator[Wired]:
    """The application's parts, once the ceiling of the first row has been raised in one line."""
    change_one_line(forms, "value: 50000000", "value: 60000000")
    made = wire(Settings(clamd_url="none", data=tmp_path / "var", site=built_site, forms=forms))
    yield made
    made.engine.dispose()


def change_one_line(forms: Path, old: str, new: str) -> None:
    path = forms / "policy/tieu-chuan.yml"
    before = path.read_text()
    path.write_text(before.replace(old, new))
    different = [line for line in path.read_text().splitlines() if line not in before.splitlines()]
    assert len(different) == 1


def words(text: str) -> str:
    page = BeautifulSoup(markdown(text, extensions=["hotro"]), "html.parser")
    return page.get_text().replace("\u00a0", " ")


def test_a_changed_ceiling_is_seen_everywhere(parts: Wired, built_site: Path) -> None:
    catalogue = parts.catalogue
    case = Case("một dòng", TODAY, ANSWERS, "yes", 60_000_000)
    form, typed = dossier_of(catalogue, case, over=1)

    page = words("/// muc-ho-tro | standard_management_system\n///")
    with TestClient(create_app(parts, Site(built_site)), base_url=URL) as client:
        judged = client.get("/api/v1/eligibility", params=case.query).json()
        refusal = client.post(f"/api/v1/forms/{form.id}/validate", data=typed).json()["errors"]

    assert "60.000.000 đồng cho mỗi tiêu chuẩn" in page and "dừng ở 60.000.000 đồng" in page
    assert payload(catalogue)["facts"]["listed_ceiling"][0]["value"] == 60_000_000
    assert judged["amount"] == 60_000_000
    assert ["60.000.000 đồng" in fault["message"].replace("\u00a0", " ") for fault in refusal] == [True]


def test_a_changed_name_of_a_standard_is_seen_in_form_wizard_and_api(forms: Path) -> None:
    change_one_line(forms, "label: SA8000", "label: SA 8000 (ví dụ)")

    blocks = ("muc-ho-tro | standard_management_system", "dieu-kien", "bieu-mau | ho-so-tieu-chuan")
    page = words("\n\n".join(f"/// {block}\n///" for block in blocks))

    assert page.count("SA 8000 (ví dụ)") >= 4 and "SA8000" not in page


def test_a_changed_list_of_papers_is_seen_on_the_checklist_on_paper_and_in_the_api(forms: Path) -> None:
    path = forms / "shared/papers.yml"
    path.write_text(path.read_text().replace("title: Đơn đề nghị hỗ trợ", "title: Đơn ví dụ"))
    catalogue = load_catalogue(forms)
    form = catalogue.form("ho-so-tieu-chuan")

    checklist = words("/// thanh-phan-ho-so | ho-so-tieu-chuan\n///")
    document = pypdfium2.PdfDocument(checklist_pdf(catalogue, form, "https://vi-du.example", TODAY))

    assert "Đơn ví dụ" in checklist
    assert "Đơn ví dụ" in document[0].get_textpage().get_text_range()
    assert form.items_by_id["support_request"].title == "Đơn ví dụ"
