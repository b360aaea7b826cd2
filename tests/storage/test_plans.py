"""A page of the desk reads a page of rows, however many dossiers there are. On both databases, of 20,000 dossiers.

How much is read is counted, not timed: rows on PostgreSQL, as its plan tells once it has run; on SQLite the steps of
its machine, of which each row takes several.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from bench.growth import VIEWS, grow
from processor.domain.dossier import OPEN_STATUSES
from processor.domain.vietnamese import fold
from processor.storage.desk import search
from processor.storage.desk.queue import QueueFilter, page_key, queue_count, queue_lines
from processor.storage.desk.search import Words
from processor.storage.dossiers.dossiers import find_dossier, put_official_code
from processor.storage.engine import Connection, Engine, open_engine, reading, writing
from processor.storage.figures.budget_figures import asked_by_open_dossiers
from processor.storage.figures.plan_figures import by_kind_and_status, received_by_channel
from processor.storage.files.scans import count_some, dossiers_with_blocked
from processor.storage.outbox import mail_figures, oldest_waiting, waiting_mail
from processor.storage.tables.core import dossiers, outbox
from tests.postgres import Postgres

DOSSIERS, CODE = 20_000, "H05.00-261124-0001"
FEW_ROWS, ROWS_OF_A_COUNT = 1_000, 1_001
STEPS_OF_A_ROW = 12
SPARSE = 4_000
"""Of what somebody holds, one in fifty of the open ones: PostgreSQL goes through those in order until it has fifty."""
ALONE = re.compile("Index Only Scan|COVERING INDEX")
BEFORE, AFTER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Ask = Callable[[Connection], object]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(empty_database, tmp_path_factory.mktemp('plans') / 'plans.db')}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
    engine = open_engine(url)
    grow(engine, DOSSIERS)
    with writing(engine) as connection:
        told = select(dossiers.c.id, dossiers.c.received_at, dossiers.c.received_at, dossiers.c.form_id)
        connection.execute(insert(outbox).from_select(["dossier_id", "created_at", "sent_at", "notice"], told))
        put_official_code(connection, DOSSIERS // 2, CODE)
    learn(engine)
    yield engine
    engine.dispose()


def learn(engine: Engine) -> None:
    """What PostgreSQL does by itself, sooner or later; SQLite's statistics are taken by the program."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def rows_read(engine: Engine, ask: Ask) -> int:
    with reading(engine) as connection:
        return by_plan(connection, ask) if engine.dialect.name == "postgresql" else by_steps(connection, ask)


def by_steps(connection: Connection, ask: Ask) -> int:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    driver: Any = connection.connection.driver_connection
    ask(connection)  # once before, so that no statement has to be prepared
    driver.set_progress_handler(step, 1)
    ask(connection)
    driver.set_progress_handler(None, 1)
    return steps // STEPS_OF_A_ROW


def by_plan(connection: Connection, ask: Ask) -> int:
    with overheard(connection) as statements:
        ask(connection)
    explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
    plans = [connection.exec_driver_sql(explain + said, told).scalar_one() for said, told in statements]
    return max(most_rows(plan[0]["Plan"]) for plan in plans)


@contextmanager
def overheard(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def hear(_: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        if statement.startswith("SELECT"):
            heard.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    yield heard
    event.remove(connection, "before_cursor_execute", hear)


def most_rows(node: Any) -> int:
    """Of one step of the plan, with those that it read and did not take."""
    skipped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    own = (node["Actual Rows"] + skipped) * node["Actual Loops"]
    return max([int(own), *(most_rows(part) for part in node.get("Plans", ()))])


def test_what_board_and_budget_report_add_up_is_in_an_index_alone(filled: Engine) -> None:
    with reading(filled) as connection, overheard(connection) as statements:
        counted = by_kind_and_status(connection, BEFORE, AFTER)
        received_by_channel(connection, BEFORE, AFTER)
        asked_by_open_dossiers(connection)
        plans = [plan_of(connection, *said) for said in list(statements)]

    assert counted.total() == DOSSIERS
    assert all("ix_dossiers_kind_received_at" in plan and ALONE.search(plan) for plan in plans)


def plan_of(connection: Connection, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))


STANDING = {name: view for name, view in VIEWS.items() if not view.words}


@pytest.mark.parametrize("name", STANDING)
def test_a_page_and_the_next_read_a_page_of_rows(name: str, filled: Engine) -> None:
    view = STANDING[name]
    with reading(filled) as connection:
        first = queue_lines(connection, view)
    after = QueueFilter(**{**vars(view), "after": page_key(view, first[-1])}) if len(first) == 50 else view

    read = [rows_read(filled, partial(queue_lines, wanted=wanted)) for wanted in (view, after)]

    assert max(read) < (SPARSE if name == "mine" else FEW_ROWS)


@pytest.mark.parametrize("name", STANDING)
def test_a_count_reads_what_it_tells(name: str, filled: Engine) -> None:
    assert rows_read(filled, partial(queue_count, wanted=STANDING[name])) < ROWS_OF_A_COUNT * 1.5


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (Words(fold("mật ong 777 (ví dụ) 1")), 11),
        (Words(fold("không có tên này")), 0),
        (Words("khong co", reference="VD-10000"), 1),
        (Words("khong co", official_code=CODE), 1),
        (Words("0000000777", tax_code="0000000777"), 20),
    ],
    ids=["part of a name", "no name", "reference", "official code", "tax code"],
)
def test_a_search_reads_what_it_finds(words: Words, found: int, filled: Engine) -> None:
    wanted = QueueFilter(words=words)
    with reading(filled) as connection:
        assert len(queue_lines(connection, wanted)) == found

    read = [rows_read(filled, partial(ask, wanted=wanted)) for ask in (queue_lines, queue_count)]

    assert max(read) < FEW_ROWS


def test_what_fits_nearly_all_is_a_page_of_the_queue_in_its_order(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_LOOKED_UP", 100)
    everywhere = QueueFilter(statuses=OPEN_STATUSES, words=Words(fold("mật ong")))

    read = rows_read(filled, partial(queue_lines, wanted=everywhere))
    counted = rows_read(filled, partial(queue_count, wanted=everywhere))

    assert read < FEW_ROWS and counted < ROWS_OF_A_COUNT * 1.5


@pytest.mark.parametrize(
    "ask",
    [
        partial(find_dossier, reference="VD-10000"),
        mail_figures,
        oldest_waiting,
        waiting_mail,
        partial(dossiers_with_blocked, limit=6),
        partial(count_some, most=100),
    ],
    ids=["status", "mail figures", "oldest mail", "waiting mail", "blocked files", "file figures"],
)
def test_what_is_looked_up_reads_that_alone(ask: Ask, filled: Engine) -> None:
    assert rows_read(filled, ask) < FEW_ROWS
