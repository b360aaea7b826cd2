"""Every report with 100,000 pre-registrations and 100,000 dossiers, on SQLite and PostgreSQL: seconds and memory.

Each report is written as XLSX by a process of its own, so that its peak memory is its own too. The rows are put
straight into the tables. The limits are 10 seconds and 500 MB.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from processor.domain.dossier import OPEN_STATUSES
from processor.domain.reference import issue_reference
from processor.domain.vietnamese import fold
from processor.services.reports.report_files import write_report
from processor.services.reports.reports import MAKERS
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.engine import Connection, Engine, open_engine, writing
from processor.storage.figures.statistics import refresh_statistics
from processor.storage.schema import migrate
from processor.storage.tables.core import dossiers, events, queue
from processor.storage.tables.desk import budget_entries, budgets, clocks
from processor.wiring import assemble
from tests.postgres import running_postgres

COUNT = 100_000
YEAR = datetime.now(UTC).year
STATUSES = (*OPEN_STATUSES, "approved", "approved", "rejected", "withdrawn", "refused_at_intake")
TYPES = (
    "standard_management_system",
    "advanced_tool_model_method",
    "quality_award",
    "base_standard_declaration",
    "conformity_declaration",
    "traceability",
)
STANDARDS = ("iso_22000", "iso_14000", "haccp", "gmp")
AMOUNT = 20_000_000
ENDED = ("approved", "rejected", "withdrawn", "refused_at_intake")
AT_ONCE = 5000


def fill(engine: Engine, count: int) -> None:
    """As many pre-registrations, for three years in turn, and as many dossiers of the last two years."""
    migrate(engine)
    chance = random.Random(count)
    communes = list(load_catalogue(ROOT / "forms").communes.names)
    with writing(engine) as connection:
        connection.execute(insert(budgets), [a_budget(year, count) for year in (YEAR - 1, YEAR)])
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        with writing(engine) as connection:
            keep(connection, [a_registration(number, chance, communes) for number in numbers])
            keep(connection, [a_dossier(number, chance, communes, count) for number in numbers])
    refresh_statistics(engine)


def a_row(number: int, chance: random.Random, communes: list[str], prefix: str, **more: Any) -> dict[str, Any]:
    name = f"Hợp tác xã Mật ong {number} (ví dụ)"
    hashes = {"answers_hash": "x", "access_code_hash": "x", "content_hash": "x"}
    return {
        "reference": issue_reference(),
        "form_version": "x",
        "consents": [],
        "salt": "x",
        "organisation_name": name,
        "tax_code": f"99{number % 80_000:08}" if number % 10 else None,
        "commune_code": chance.choice(communes),
        "receipt_token_hash": f"{prefix}{number}",
        "revision": 1,
        **hashes,
        **more,
    }


def a_registration(number: int, chance: random.Random, communes: list[str]) -> dict[str, Any]:
    needs = [
        {
            "support_type": kind,
            "standard": chance.choice(STANDARDS) if kind == TYPES[0] else None,
            "description": "Áp dụng cho xưởng của đơn vị (ví dụ)",
            "expected_cost": chance.randrange(20, 200) * 1_000_000,
        }
        for kind in chance.choices(TYPES, k=chance.choice((1, 1, 2, 3)))
    ]
    answers = {
        "organisation_kind": "cooperative",
        "registration_no": f"VD-{number}",
        "address_line": "Số 1, đường Ví dụ",
        "representative_name": "Nguyễn Văn Ví Dụ",
        "contact_name": "Trần Thị Ví Dụ",
        "contact_email": "lien-he@vi-du.example",
        "need_year": YEAR + 1 - (number % 10 == 1) - (number % 10 == 2) * 2,
        "needs": needs,
    }
    return a_row(
        number,
        chance,
        communes,
        "n",
        form_id="dang-ky-nhu-cau",
        kind="pre_registration",
        support_type=None,
        status="withdrawn" if number % 50 == 0 else "submitted",
        answers=answers,
        received_at=datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 4),
    )


def a_dossier(number: int, chance: random.Random, communes: list[str], count: int) -> dict[str, Any]:
    support_type = chance.choice(TYPES)
    status = chance.choice(STATUSES)
    approved = AMOUNT if status == "approved" else None
    return a_row(
        number,
        chance,
        communes,
        "d",
        form_id="ho-so-tieu-chuan",
        kind="dossier",
        support_type=support_type,
        status=status,
        answers={"costs": [{"amount": 2 * AMOUNT}], "registration_no": f"VD-{number}"},
        received_at=datetime(YEAR - 1, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 900_000 / count),
        requested_amount=AMOUNT,
        approved_amount=approved,
    )


def keep(connection: Connection, rows: list[dict[str, Any]]) -> None:
    ids = connection.execute(insert(dossiers).returning(dossiers.c.id, sort_by_parameter_order=True), rows).scalars()
    placed = list(zip(ids, rows, strict=True))
    connection.execute(insert(queue), [a_place(id, row) for id, row in placed])
    connection.execute(insert(events), [event for id, row in placed for event in log_of(id, row)])
    accepted = [a_clock(id, row) for id, row in placed if row["kind"] == "dossier" and row["status"] != "submitted"]
    money = [an_entry(id, row) for id, row in placed if row.get("approved_amount")]
    for table, made in ((clocks, accepted), (budget_entries, money)):
        if made:
            connection.execute(insert(table), made)


def a_place(id: int, row: dict[str, Any]) -> dict[str, Any]:
    told = {"form_id": row["form_id"], "status": row["status"], "since": row["received_at"]}
    return {"dossier_id": id, "folded": fold(row["organisation_name"]), **told}


def log_of(id: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kinds = ["submitted"]
    if row["kind"] == "dossier" and row["status"] != "submitted":
        kinds += ["accepted", "appraisal_started", row["status"]]
    for place, kind in enumerate(kinds, start=1):
        at = row["received_at"] + timedelta(days=place)
        yield {
            "dossier_id": id,
            "sequence": place,
            "kind": kind,
            "actor": "officer:do",
            "at": at,
            "data": "{}",
            "previous_hash": "x",
            "hash": "x",
        }


def a_clock(id: int, row: dict[str, Any]) -> dict[str, Any]:
    started = row["received_at"] + timedelta(days=2)
    return {
        "dossier_id": id,
        "started_at": started,
        "days": 15,
        "pauses": [],
        "extensions": [],
        "stopped_at": started + timedelta(days=10) if row["status"] in ENDED else None,
        "calendar_version": "x",
        "due_on": (started + timedelta(days=21)).date(),
    }


def an_entry(id: int, row: dict[str, Any]) -> dict[str, Any]:
    at = row["received_at"] + timedelta(days=20)
    return {"year": at.year, "kind": "commit", "amount": AMOUNT, "dossier_id": id, "actor": "officer:do", "at": at}


def a_budget(year: int, count: int) -> dict[str, Any]:
    return {"year": year, "amount": count * AMOUNT, "document": "Văn bản ví dụ", "set_at": datetime.now(UTC)}


def measure(url: str, name: str, year: int) -> None:
    """In a process of its own: seconds by the clock and of the processor, the megabytes that it used at most."""
    with tempfile.TemporaryDirectory() as folder:
        settings, catalogue = Settings(clamd_url="none", data=Path(folder)), load_catalogue(ROOT / "forms")
        wired = assemble(settings, catalogue, open_engine(url), lambda: datetime.now(UTC))
        started, busy = time.perf_counter(), time.process_time()
        write_report(wired, name, year, "xlsx", Path(folder) / "r.xlsx")
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        size = (Path(folder) / "r.xlsx").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:>9.1f} s {busy:>7.1f} s {peak:>9.0f} MB {size / 1024:>9.0f} kB", flush=True)


def report_all(label: str, url: str) -> None:
    for name in MAKERS:
        year = YEAR + 1 if name == "demand" else YEAR
        print(f"{label:12}{name:14}{year}", end="", flush=True)
        subprocess.run([sys.executable, "-m", "bench.reports", "measure", url, name, str(year)], check=True)


def main(count: int = COUNT) -> None:
    print(f"{count} pre-registrations, {count} dossiers: by the clock, of the processor, peak memory, size of the file")
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        for label, url in (("sqlite", f"sqlite:///{Path(folder) / 'bench.db'}"), ("postgresql", postgres.fresh())):
            engine = open_engine(url)
            fill(engine, count)
            engine.dispose()
            report_all(label, url)


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
