"""How long a sender waits for the receipt: from pressing “Gửi hồ sơ” to the whole page, the commit included.

A real `hotro serve`; drafts of 25 answers and three files of 100 kB are made first, then sent one after the other. The
PDF of the receipt is asked for at the end. Milliseconds: median and 95th percentile.
"""

import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import httpx2

from processor.domain.forms.examples import example_fields, example_items
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from tests.inspection.makers import a_pdf
from tests.served import served

FORM = "ho-so-tieu-chuan"
DRAFTS = 100


def a_draft(client: httpx2.Client, number: int, paper: bytes) -> str:
    form = load_catalogue(ROOT / "forms").form(FORM)
    told = {**example_fields(form, date.today()), "certificate_no": f"VD-{number}"}
    files = [(item, (f"{item}.pdf", paper, "application/pdf")) for item in example_items(form)]
    answer = client.post(f"/nop/{FORM}", data=told, files=files)
    answer.raise_for_status() if answer.status_code != 303 else None
    return str(answer.headers["location"]).split("=")[1]


def milliseconds(client: httpx2.Client, method: str, path: str, expected: int, **more: object) -> tuple[float, str]:
    started = time.perf_counter()
    answer = client.request(method, path, **more)  # type: ignore[arg-type]
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == expected, answer.text
    return took, answer.text


def told(name: str, times: list[float]) -> str:
    ninety_fifth = sorted(times)[int(len(times) * 0.95)]
    return f"{name:12}{statistics.median(times):>10.0f}{ninety_fifth:>10.0f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paper = a_pdf(Path(folder) / "a.pdf", size_bytes=100_000).read_bytes()
        with (
            served(Path(folder) / "data", Path(folder) / "site") as server,
            httpx2.Client(base_url=server.url) as client,
        ):
            tokens = [a_draft(client, number, paper) for number in range(DRAFTS)]
            sending, pages = [], []
            for token in tokens:
                took, html = milliseconds(client, "POST", f"/nop/{FORM}/kiem-tra", 201, data={"_draft": token})
                sending.append(took)
                pages.append(html)
            links = [html.split("/bien-nhan/")[1].split('"')[0].split(".")[0] for html in pages]
            printing = [milliseconds(client, "GET", f"/bien-nhan/{link}.pdf", 200)[0] for link in links]
    print(f"{'':12}{'median':>10}{'p95':>10}")
    print(told("receipt, ms", sending))
    print(told("PDF, ms", printing))


if __name__ == "__main__":
    main()
