"""Everything that a filter of the queue finds, as a file: asked for, made beside the requests, kept for a day.

The state is in the database and the file in the store, so that any process tells how far it is and hands it out. One
that dies while it writes loses its lease; the background work of another begins anew.
"""

import json
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from processor.domain.access.officer import Officer
from processor.domain.catalogue import Catalogue
from processor.domain.dossier_list import ENDINGS, KEPT, REPORT, TABLE, AskedList, ListRow
from processor.domain.errors import Conflict, Malformed, NotFound
from processor.domain.figures.report import Report, Row, Table
from processor.domain.vietnamese import day_of
from processor.rendering.documents.comma_file import comma_lines
from processor.services.appraisal.filters import asked_in, filter_of
from processor.services.parts import Wired
from processor.storage.desk.queue import QueueFilter
from processor.storage.engine import reading, writing
from processor.storage.exchange.dossier_lists import (
    claim_list,
    count_rows,
    find_list,
    insert_list,
    lapsed_lists,
    listed_rows,
    put_list,
    unfinished_like,
    waiting_lists,
)
from processor.storage.files.attachments import CHUNK
from processor.storage.files.named import remove_all
from processor.storage.officers.officers import officer_numbered

LEASE = timedelta(minutes=2)
EVERY = 1000
LONGEST_QUERY = 2000
MOST_BYTES = 2**40
LOG = structlog.get_logger("hotro.lists")


def ask_for_list(wired: Wired, officer: Officer, query: str, ending: str) -> str:
    """Its id; asked twice, the one that is being made. Raises Malformed naming the formats."""
    if ending not in ENDINGS:
        raise Malformed("report_format_unknown", 404, value=ending[:20], options=", ".join(ENDINGS))
    with writing(wired.engine) as connection:
        if running := unfinished_like(connection, officer.id, query[:LONGEST_QUERY], ending):
            return running.id
        made = secrets.token_hex(16)
        insert_list(connection, made, officer.id, query[:LONGEST_QUERY], ending, wired.clock())
    return made


def own_list(wired: Wired, officer: Officer, list_id: str) -> AskedList:
    """Raises NotFound, for another officer's too."""
    with reading(wired.engine) as connection:
        found = find_list(connection, list_id)
    if found is None or found.officer_id != officer.id:
        raise NotFound("not_found")
    return found


def try_again(wired: Wired, officer: Officer, list_id: str) -> None:
    """One that failed, or whose file is gone, is made anew. Raises NotFound, Conflict."""
    found = own_list(wired, officer, list_id)
    if found.state not in ("failed", "gone"):
        raise Conflict("list_not_failed")
    now = wired.clock()
    with writing(wired.engine) as connection:
        put_list(connection, list_id, failed_at=None, finished_at=None, leased_until=None, written=0, asked_at=now)


def begin(wired: Wired, list_id: str) -> threading.Thread:
    """In a thread of this process, at once."""
    thread = threading.Thread(target=make_list, args=(wired, list_id), name="hotro-list", daemon=True)
    thread.start()
    return thread


def make_waiting_lists(wired: Wired) -> int:
    """Those that nobody makes: their process has died. How many were made."""
    with reading(wired.engine) as connection:
        waiting = waiting_lists(connection, wired.clock())
    return sum(make_list(wired, list_id) for list_id in waiting)


def make_list(wired: Wired, list_id: str) -> bool:
    """False when somebody else makes it. A failure is told on its page and in the log of the program."""
    now = wired.clock()
    with writing(wired.engine) as connection:
        if not claim_list(connection, list_id, now, now + LEASE):
            return False
    try:
        write_list(wired, list_id)
    except Exception as error:
        LOG.error("list_not_made", list=list_id, exc_info=error)
        with writing(wired.engine) as connection:
            put_list(connection, list_id, failed_at=wired.clock())
    return True


def write_list(wired: Wired, list_id: str) -> None:
    with reading(wired.engine) as connection:
        asked = find_list(connection, list_id)
        assert asked
        found = officer_numbered(connection, asked.officer_id)
        assert found
        wanted = filter_of(wired, found[0], asked_in(asked.query) | {"sau": ""})
        total = count_rows(connection, wanted)
    with writing(wired.engine) as connection:
        put_list(connection, list_id, total=total)
    with tempfile.TemporaryDirectory(prefix="hotro-list-") as folder:
        path = Path(folder) / "list"
        fill_file(wired, asked, wanted, path)
        file_id, size = kept(wired, path)
    with writing(wired.engine) as connection:
        now = wired.clock()
        put_list(connection, list_id, written=total, file_id=file_id, file_size=size, finished_at=now)


def fill_file(wired: Wired, asked: AskedList, wanted: QueueFilter, path: Path) -> None:
    with listed_rows(wired.engine, wanted) as rows:
        counted = told_on_the_way(wired, asked.id, rows)
        text = wired.catalogue.reports[REPORT]
        cells = (cells_of(wired.catalogue, row) for row in counted)
        table = Table(text.table(TABLE), cells)
        WRITERS[asked.ending](Report(text, wired.today().year, wired.clock(), (table,)), path)


def told_on_the_way(wired: Wired, list_id: str, rows: Iterator[ListRow]) -> Iterator[ListRow]:
    """Every thousand rows the page knows how far it is, and the lease begins anew."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % EVERY == 0:
            with writing(wired.engine) as connection:
                put_list(connection, list_id, written=number, leased_until=wired.clock() + LEASE)


def cells_of(catalogue: Catalogue, row: ListRow) -> Row:
    """In the order of the columns in forms/reports/; None is what the dossier does not have."""
    form = catalogue.forms.get(row.form_id)
    return (
        row.reference,
        row.official_code,
        form.title if form else row.form_id,
        row.organisation_name,
        row.tax_code,
        catalogue.communes.names.get(row.commune_code or "", row.commune_code),
        catalogue.status(row.kind, row.status).label,
        day_of(row.received_at),
        row.due_on,
        row.holder,
        row.requested_amount,
        row.proposed_amount,
        row.approved_amount,
        row.paid_on,
    )


def write_xlsx(report: Report, path: Path) -> None:
    """A workbook names what is unknown; here an empty cell is what is not there."""
    from processor.rendering.documents.workbook import write_workbook

    (table,) = report.tables
    blank = (tuple("" if cell is None else cell for cell in row) for row in table.rows)
    write_workbook(Report(report.text, report.year, report.made_at, (Table(table.text, blank),)), path)


def write_csv(report: Report, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(comma_lines(report.tables[0]))


def write_json(report: Report, path: Path) -> None:
    """A list of objects, one on a line; days as ISO text."""
    (table,) = report.tables
    names = [column.id for column in table.text.columns]
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(table.rows):
            told = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str)
            file.write(f"{',' if number else ''}\n{told}")
        file.write("\n]\n")


WRITERS: Mapping[str, Callable[[Report, Path], None]] = {"xlsx": write_xlsx, "csv": write_csv, "json": write_json}


def kept(wired: Wired, path: Path) -> tuple[str, int]:
    """In the store, where every process finds it: id and size."""
    incoming = wired.store.receive()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            incoming.write(piece, MOST_BYTES)
    (file_id,) = wired.store.keep([incoming])
    return file_id, incoming.size


def expire_lists(wired: Wired) -> int:
    """Files go after a day; who took which list, and when, stays."""
    with reading(wired.engine) as connection:
        lapsed = lapsed_lists(connection, wired.clock() - KEPT)
    for list_id, file_id in lapsed:
        with writing(wired.engine) as connection:
            put_list(connection, list_id, file_id=None)
        remove_all(wired.store, [file_id])
    return len(lapsed)
