"""Whole submissions as bytes: 25 fields and 3 PDF files, each file its own."""

from datetime import date
from pathlib import Path

from processor.domain.forms.examples import example_fields, example_items
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.inspection.makers import a_pdf

FORM = "ho-so-tieu-chuan"
PATH = f"/api/v1/forms/{FORM}/dossiers"
BOUNDARY = "hotro-bench-boundary"
FILES = 3


def bodies(count: int, folder: Path, file_bytes: int = 100_000) -> list[bytes]:
    form = load_catalogue(ROOT / "forms").form(FORM)
    needed = example_items(form)
    # Three files, whatever the form needs: the rest is explained.
    explained = [item for item in needed if form.items_by_id[item].may_explain_absence][: len(needed) - FILES]
    fields = example_fields(form, date.today())
    fields |= {f"{item}.absent": "1" for item in explained}
    fields |= {f"{item}.absence_reason": "Chưa có (dữ liệu ví dụ)" for item in explained}
    made = []
    for number in range(count):
        parts = [text_part(name, value) for name, values in fields.items() for value in as_list(values)]
        for place, item in enumerate([item for item in needed if item not in explained]):
            path = folder / f"{number}-{place}.pdf"
            a_pdf(path, size_bytes=file_bytes, seed=number * FILES + place)
            parts.append(file_part(item, path.name, path.read_bytes()))
            path.unlink()
        made.append(b"".join(parts) + f"--{BOUNDARY}--\r\n".encode())
    return made


def as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def text_part(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file_part(name: str, file_name: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"
