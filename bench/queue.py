"""How long an officer waits for the queue with 100,000 dossiers: each standing view, a search, a deep page.

A real `hotro serve` on SQLite; the rows are put straight into the tables. Milliseconds: median and 95th percentile.
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
from bs4 import BeautifulSoup
from sqlalchemy import insert, select

from processor.domain.dossier import OPEN_STATUSES
from processor.domain.reference import issue_reference
from processor.domain.vietnamese import fold
from processor.storage.desk.search import put_all_names
from processor.storage.engine import open_engine, writing
from processor.storage.figures.statistics import refresh_statistics
from processor.storage.schema import migrate
from processor.storage.tables.core import dossiers, officers, queue
from tests.served import served

DOSSIERS = 100_000
PASSWORD = "mat-khau-do-thoi-gian"
STATUSES = (*OPEN_STATUSES, "approved", "rejected", "withdrawn")
PAGES = {
    "open": "",
    **{name: f"?xem={name}" for name in ("cua-toi", "chua-ai-nhan", "da-bo-sung", "sap-den-han", "qua-han")},
    **{name: f"?xem={name}" for name in ("cho-bo-sung", "cho-quyet-dinh", "cho-chi", "da-ket-thuc")},
    "search": "?tim=mat+ong+77777",
    "no match": "?tim=khong+co+ten+nay",
}


def fill(url: str, count: int) -> None:
    engine = open_engine(url)
    migrate(engine)
    began = datetime.now(UTC) - timedelta(days=365)
    with writing(engine) as connection:
        officer = connection.execute(select(officers.c.id)).scalar_one()
        for start in range(0, count, 5000):
            rows = [a_dossier(number, began) for number in range(start, min(start + 5000, count))]
            ids = connection.execute(insert(dossiers).returning(dossiers.c.id, sort_by_parameter_order=True), rows)
            placed = list(zip(ids.scalars(), rows, strict=True))
            connection.execute(insert(queue), [a_place(number, row, officer) for number, row in placed])
        put_all_names(connection)
    refresh_statistics(engine)


def a_dossier(number: int, began: datetime) -> dict[str, object]:
    name = f"Hợp tác xã Mật ong {number} (ví dụ)"
    hashes = {"answers_hash": "x", "access_code_hash": "x", "content_hash": "x", "receipt_token_hash": str(number)}
    return {
        "reference": issue_reference(),
        "form_id": "ho-so-tieu-chuan",
        "form_version": "x",
        "kind": "dossier",
        "status": STATUSES[number % len(STATUSES)] if number % 10 == 0 else "submitted",
        "answers": {},
        "consents": [],
        "salt": "x",
        "organisation_name": name,
        "tax_code": f"{number:010}",
        "received_at": began + timedelta(seconds=number * 300),
        "revision": 1,
        **hashes,
    }


def a_place(number: int, row: dict[str, object], officer: int) -> dict[str, object]:
    held = number % 50 == 0
    return {
        "dossier_id": number,
        "form_id": row["form_id"],
        "status": row["status"],
        "since": row["received_at"],
        "folded": fold(str(row["organisation_name"])),
        "holder_id": officer if held else None,
        "claimed_at": row["received_at"] if held else None,
        "due_on": date.today() + timedelta(days=number % 60 - 30) if held else None,
        "answered_at": row["received_at"] if number % 500 == 0 else None,
    }


def signed_in(url: str) -> httpx2.Client:
    client = httpx2.Client(base_url=url)
    page = BeautifulSoup(client.get("/can-bo/dang-nhap").text, "html.parser")
    csrf = page.find("input", {"name": "csrf"})
    assert csrf is not None
    client.post("/can-bo/dang-nhap", data={"name": "do", "password": PASSWORD, "csrf": str(csrf["value"])})
    return client


def measured(client: httpx2.Client, path: str, times: int = 30) -> list[float]:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        answer = client.get(f"/can-bo/ho-so{path}")
        found.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200 and "Hàng chờ" in answer.text
    return sorted(found)


def main(count: int = DOSSIERS) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "data", Path(folder) / "site", HOTRO_WORKER="false") as server,
    ):
        server.run("staff", "add", "do", "--role", "appraiser", "--password-stdin", text=f"{PASSWORD}\n")
        server.stop()
        fill(f"sqlite:///{Path(folder) / 'data' / 'hotro.db'}", count)
        server.start()
        client = signed_in(server.url)
        print(f"{count} dossiers{'':8}{'median':>10}{'p95':>10}  ms")
        for name, path in PAGES.items():
            times = measured(client, path)
            print(f"{name:24}{statistics.median(times):>10.0f}{times[int(len(times) * 0.95)]:>10.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DOSSIERS)
