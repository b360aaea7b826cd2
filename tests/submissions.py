"""Submissions as a browser or a program would post them."""

from datetime import date
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields, example_items
from tests.inspection.makers import a_pdf

Files = list[tuple[str, tuple[str, bytes, str]]]
DOSSIER = "ho-so-tieu-chuan"
FORMS = (
    "dang-ky-nhu-cau",
    "ho-so-cong-cu",
    "ho-so-giai-thuong",
    "ho-so-hop-chuan",
    "ho-so-tieu-chuan",
    "ho-so-tieu-chuan-co-so",
    "ho-so-truy-xuat",
    "phan-anh-vuong-mac",
)
NEED = "dang-ky-nhu-cau"
API = f"/api/v1/forms/{DOSSIER}/dossiers"


def answers(form: FormDefinition, **changed: Any) -> dict[str, Any]:
    """A complete set of answers; `None` takes one out. Dots in names are written as double underscores."""
    told: dict[str, Any] = dict(example_fields(form, date.today()))
    for name, value in changed.items():
        told[name.replace("__", ".")] = value
    return {name: value for name, value in told.items() if value is not None}


def pdf(folder: Path, seed: int = 0) -> bytes:
    path = folder / f"{seed}.pdf"
    a_pdf(path, size_bytes=4000, seed=seed)
    return path.read_bytes()


def papers(form: FormDefinition, folder: Path) -> Files:
    """One sound PDF for each paper that is needed."""
    return [
        (item, (f"{item}.pdf", pdf(folder, seed), "application/pdf")) for seed, item in enumerate(example_items(form))
    ]


def sent(client: TestClient, form: FormDefinition, folder: Path, **changed: Any) -> dict[str, Any]:
    """The receipt of a dossier sent through the API."""
    answer = client.post(API, data=answers(form, **changed), files=papers(form, folder))
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def stored_files(data: Path) -> list[str]:
    """Every file below the attachments, half-received ones included."""
    return sorted(path.name for path in (data / "attachments").rglob("*") if path.is_file())
