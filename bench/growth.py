"""What a million dossiers cost: the same program with 1,000 and with 1,000,000, in turn, on SQLite in memory.

A thousand are put into the tables and multiplied there. Two real `hotro serve` answer beside each other; each round
asks both. `rows` gives the lines of the table, the program prints them, and below them each view of the desk.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from sqlalchemy import String, Table, cast, func, insert, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from bench.load import load
from bench.queue import a_dossier, a_place
from processor.commands import WORKERS
from processor.domain.dossier import OPEN_STATUSES
from processor.domain.forms.examples import example_fields
from processor.domain.vietnamese import fold
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.desk.queue import QueueFilter, page_key, queue_count, queue_lines
from processor.storage.desk.search import Words, put_all_names
from processor.storage.engine import Connection, Engine, open_engine, reading, writing
from processor.storage.figures.statistics import refresh_statistics
from processor.storage.schema import migrate
from processor.storage.tables.core import attachments, dossiers, events, officers, queue
from tests.served import Served, served

FEW, MANY = 1_000, 1_000_000
FORM = "dang-ky-nhu-cau"
ROUNDS, SENT_A_ROUND, SECONDS, ASKED, STARTS = 6, 20, 2.0, 200, 3
MEMORY = Path("/dev/shm")
ANSWERS = {"address_line": "Số 1, đường Ví dụ", "note": "Áp dụng cho xưởng của đơn vị (ví dụ). " * 8}
VIEWS = {
    "open": QueueFilter(statuses=OPEN_STATUSES),
    "mine": QueueFilter(statuses=OPEN_STATUSES, holder="do"),
    "nobody's": QueueFilter(statuses=OPEN_STATUSES, holder="none"),
    "answered": QueueFilter(statuses=OPEN_STATUSES, answered=True),
    "due soon": QueueFilter(due_from=date.today(), due_before=date.today() + timedelta(days=4)),
    "overdue": QueueFilter(due_before=date.today()),
    "to decide": QueueFilter(statuses=("proposed",)),
    "to be paid": QueueFilter(statuses=("approved",), paid=False),
    "ended": QueueFilter(statuses=("approved", "rejected", "withdrawn")),
    "one form": QueueFilter(statuses=OPEN_STATUSES, form_id="ho-so-tieu-chuan"),
    "another form": QueueFilter(statuses=OPEN_STATUSES, form_id="ho-so-giai-thuong"),
    "search": QueueFilter(words=Words(fold("mật ong 77777"))),
    "search, no match": QueueFilter(words=Words(fold("không có tên này"))),
}
"""The standing views of the desk; the search is told apart."""


class Row(NamedTuple):
    """A line of the table. `floor` has to be reached and `aim` is wanted: from below, where the aim is the smaller."""

    name: str
    value: float
    floor: float
    aim: float


def grow(engine: Engine, count: int) -> None:
    """A thousand by the program's own tables, and copies of them under other numbers, names and times."""
    migrate(engine)
    began = datetime.now(UTC) - timedelta(days=365)
    with writing(engine) as connection:
        officer = {"name": "do", "role": "appraiser", "password_hash": "", "disabled": False, "created_at": began}
        connection.execute(insert(officers), officer)
        holder = connection.execute(select(officers.c.id)).scalar_one()
        rows = [{**a_dossier(number, began), "id": number + 1, "answers": ANSWERS} for number in range(FEW)]
        connection.execute(insert(dossiers), rows)
        connection.execute(insert(queue), [a_place(int(str(row["id"])), row, holder) for row in rows])
        connection.execute(insert(events), [an_event(row, place) for row in rows for place in (1, 2)])
        connection.execute(insert(attachments), [a_file(row) for row in rows])
    for start in range(1, count // FEW, 100):
        with writing(engine) as connection:
            for table in (dossiers, queue, events, attachments):
                multiply(connection, table, start, min(start + 100, count // FEW))
    with writing(engine) as connection:
        put_all_names(connection)
    refresh_statistics(engine)


def an_event(row: dict[str, object], place: int) -> dict[str, object]:
    told = {"dossier_id": row["id"], "sequence": place, "kind": "submitted", "actor": "applicant", "data": "{}"}
    return {**told, "id": int(str(row["id"])) * 2 + place, "at": row["received_at"], "previous_hash": "x", "hash": "x"}


def a_file(row: dict[str, object]) -> dict[str, object]:
    told = {"item_id": "certificate_copy", "name": "a.pdf", "size": 100_000, "sha256": "x" * 64}
    more = {"media_type": "application/pdf", "scan_state": "clean", "hazards": []}
    return {**told, **more, "id": f"f{row['id']}", "dossier_id": row["id"], "received_at": row["received_at"]}


def multiply(connection: Connection, table: Table, start: int, end: int) -> None:
    """Copies `start` to `end` of the first thousand, in one statement."""
    series = select(literal_column(str(start)).label("k")).cte("series", recursive=True)
    series = series.union_all(select(series.c.k + 1).where(series.c.k < end - 1))
    original = table.c["id" if table is dossiers else "dossier_id"] <= FEW
    chosen = [copied(column, series.c.k, connection.dialect.name).label(column.name) for column in table.c]
    copies = select(*chosen).select_from(table.join(series, literal_column("1") == literal_column("1")))
    connection.execute(
        insert(table).from_select([column.name for column in table.c], copies.where(original).order_by(series.c.k))
    )


def copied(column: ColumnElement[Any], k: ColumnElement[int], dialect: str) -> ColumnElement[Any]:
    name, table = column.key, column.table
    if name == "dossier_id" or (name == "id" and table is dossiers):
        return column + k * FEW
    if name == "id":
        return column + k * FEW * 2 if table is events else column.concat("-").concat(cast(k, String))
    if name in ("reference", "receipt_token_hash"):
        return literal_column("'VD-'").concat(cast(dossiers.c.id + k * FEW, String))
    if name in ("organisation_name", "folded"):
        return column.concat(" ").concat(cast(k, String))
    if name in ("received_at", "since"):
        return later(column, k, dialect)
    return column


def later(column: ColumnElement[Any], k: ColumnElement[int], dialect: str) -> ColumnElement[Any]:
    """By 20 seconds a copy: the originals lie five minutes apart."""
    if dialect == "postgresql":
        return column + k * literal_column("interval '20 seconds'")
    shifted = literal_column("'+'").concat(cast(k * 20, String)).concat(" seconds")
    return func.strftime("%Y-%m-%d %H:%M:%f000", column, shifted)


@contextlib.contextmanager
def grown(folder: Path, site: Path, count: int) -> Iterator[Served]:
    data = folder / f"of-{count}"
    data.mkdir()
    engine = open_engine(f"sqlite:///{data / 'hotro.db'}")
    grow(engine, count)
    engine.dispose()
    with served(data, site, HOTRO_WORKER="false") as server:
        yield server


def send(client: httpx2.Client, times: int) -> list[float]:
    """Milliseconds of each submission, one after the other."""
    fields = example_fields(load_catalogue(ROOT / "forms").form(FORM), date.today())
    found = []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.post(f"/api/v1/forms/{FORM}/dossiers", data=fields, headers={"Connection": "keep-alive"})
        found.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 201, answer.text
    return found


def submit_ratio(few: Served, many: Served) -> float:
    """Of the medians; rounds in turn, the first one to warm up."""
    times: dict[str, list[float]] = {few.url: [], many.url: []}
    with httpx2.Client(base_url=few.url) as of_few, httpx2.Client(base_url=many.url) as of_many:
        for number in range(ROUNDS + 1):
            for url, client in ((few.url, of_few), (many.url, of_many)):
                took = send(client, SENT_A_ROUND)
                times[url] += took if number else []
    return statistics.median(times[many.url]) / statistics.median(times[few.url])


def status_ratio(server: Served) -> float:
    """A look-up with both codes against /healthz, answers a second, in turn."""
    with httpx2.Client(base_url=server.url) as client:
        fields = example_fields(load_catalogue(ROOT / "forms").form(FORM), date.today())
        kept = client.post(f"/api/v1/forms/{FORM}/dossiers", data=fields).json()
    status = asking(
        server.port, f"/api/v1/dossiers/{kept['reference']}", f"Authorization: Bearer {kept['access_code']}"
    )
    hello = asking(server.port, "/healthz")
    rounds = [(rate(server.port, status), rate(server.port, hello)) for _ in range(ROUNDS // 2)]
    return statistics.median(mine / bare for mine, bare in rounds)


def asking(port: int, path: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode()


def rate(port: int, request: bytes) -> float:
    run = asyncio.run(load(port, [request], 8, SECONDS))
    assert run.answers and not run.refused
    return run.rate


def view_times(server: Served) -> dict[str, tuple[float, float]]:
    """Of each view the 95th percentile in milliseconds: its page of 50 (the first and the second), and its count."""
    engine = open_engine(f"sqlite:///{server.data / 'hotro.db'}")
    with reading(engine) as connection:
        found = {name: (paging(connection, view), counting(connection, view)) for name, view in VIEWS.items()}
    engine.dispose()
    return found


def paging(connection: Connection, view: QueueFilter) -> float:
    first = queue_lines(connection, view)
    pages = [view, QueueFilter(**{**vars(view), "after": page_key(view, first[-1])})] if len(first) == 50 else [view]
    return p95([timed(partial(queue_lines, connection, one)) for one in pages for _ in range(times(view))])


def counting(connection: Connection, view: QueueFilter) -> float:
    return p95([timed(partial(queue_count, connection, view)) for _ in range(times(view))])


def times(view: QueueFilter) -> int:
    return 20 if view.words else ASKED


def timed(asked: Callable[[], object]) -> float:
    began = time.perf_counter()
    asked()
    return (time.perf_counter() - began) * 1000


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def cold_start(server: Served) -> float:
    """Seconds from the command to the first /readyz that says yes, as the command starts by default; the median."""
    found = []
    server.stop()
    server.workers = WORKERS  # a single one would be forked from a process that has everything loaded (tests/forked.py)
    for _ in range(STARTS):
        began = time.perf_counter()
        server.begin()
        while not ready(server):
            time.sleep(0.005)
        found.append(time.perf_counter() - began)
        server.stop()
    return statistics.median(found)


def ready(server: Served) -> bool:
    with (
        contextlib.suppress(OSError, urllib.error.HTTPError),
        urllib.request.urlopen(f"{server.url}/readyz", timeout=5),
    ):
        return True
    return False


def measured(count: int = MANY) -> tuple[list[Row], dict[str, tuple[float, float]]]:
    place = MEMORY if MEMORY.is_dir() else ROOT / "build"
    with tempfile.TemporaryDirectory(dir=place) as name, contextlib.ExitStack() as running:
        folder, site = Path(name), ROOT / "build" / "site"
        few = running.enter_context(grown(folder, site, FEW))
        many = running.enter_context(grown(folder, site, count))
        views = view_times(many)
        standing = [page for view, (page, _) in views.items() if not VIEWS[view].words]
        return [
            Row(f"submit p50 with {count:,} dossiers / with {FEW:,}", submit_ratio(few, many), 1.5, 1.25),
            Row(f"desk queue of 50 at {count:,}, slowest view, query p95, ms", max(standing), 20, 1),
            Row("status look-up / hello-world", status_ratio(many), 0.6, 0.8),
            Row(f"cold start to ready with {count:,} dossiers, s", cold_start(many), 2, 1),
        ], views


def rows(count: int = MANY) -> list[Row]:
    return measured(count)[0]


def main(count: int = MANY) -> None:
    found, views = measured(count)
    print("| what | measured | floor | aim |\n| --- | --- | --- | --- |")
    for row in found:
        print(f"| {row.name} | {row.value:.3g} | {row.floor:g} | {row.aim:g} |")
    print("\n| view of the desk | page, p95 ms | count, p95 ms |\n| --- | --- | --- |")
    for name, (page, counted) in views.items():
        print(f"| {name} | {page:.3g} | {counted:.3g} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
