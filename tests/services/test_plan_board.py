"""The plan's board counts what plain SQL counts, and the public sees it at most ten minutes old. On both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound
from processor.domain.forms.examples import example_fields
from processor.domain.tally import Tally
from processor.services.intake.intake import submit_and_wait
from processor.services.outreach.activities import log_activity, log_page, take_back
from processor.services.outreach.outreach import follow
from processor.services.outreach.plan_board import live_board, public_board
from processor.services.parts import Wired
from processor.storage.engine import open_engine, reading
from processor.storage.schema import migrate
from tests.activities import PLAN, TASK, activity_typed
from tests.desk import DeskClock, a_dossier, a_dossier_in, desk_on, officer, with_envelope
from tests.reports import rows_of, told, total_of

IN_2024 = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
CHANNELS = ("hoi-dong-ocop", "hoi-dong-ocop", "van-ban-de-nghi")


@pytest.fixture
def clock() -> DeskClock:
    return DeskClock(IN_2024)


@pytest.fixture
def office(database_url: str, tmp_path: Path, catalogue: Catalogue, clock: DeskClock) -> Iterator[Wired]:
    engine = open_engine(database_url)
    migrate(engine)
    engine.dispose()
    with desk_on(database_url, tmp_path, catalogue, clock) as wired:
        yield wired


def counted(wired: Wired, sql: str) -> int:
    with reading(wired.engine) as connection:
        return int(connection.execute(text(sql)).scalar() or 0)


def a_year(wired: Wired) -> None:
    with_envelope(wired)
    for status in ("submitted", "accepted", "approved", "rejected", "withdrawn"):
        a_dossier_in(wired, status)
    for channel in CHANNELS:
        follow(wired, channel, "", by_a_person=True)
    wired.tallier.flush()


def test_the_board_tells_what_plain_sql_counts(office: Wired) -> None:
    a_year(office)
    log_activity(office, officer(office, "reader"), PLAN, activity_typed())
    log_activity(office, officer(office, "intake"), PLAN, activity_typed(reached="", outreach="", document=""))

    board = live_board(office, PLAN)
    by_task = {one.task.id: one for one in board.tasks}
    dossiers, money = by_task["huong-dan-tham-dinh"].figures, by_task["quyet-dinh-ho-tro"].figures

    of_dossiers = "SELECT count(*) FROM dossiers WHERE kind = 'dossier'"
    assert dossiers["dossiers"] == counted(office, of_dossiers) == 5
    assert dossiers["dossiers_approved"] == counted(office, f"{of_dossiers} AND status = 'approved'") == 1
    ended = f"{of_dossiers} AND status IN ('rejected', 'withdrawn', 'stopped', 'refused_at_intake')"
    assert dossiers["dossiers_not_approved"] == counted(office, ended) == 2
    assert money["budget_committed"] == counted(office, "SELECT committed FROM budgets WHERE year = 2024") > 0
    assert board.visits == {"hoi-dong-ocop": 2, "van-ban-de-nghi": 1}
    assert sum(board.visits.values()) == counted(office, "SELECT sum(count) FROM tallies WHERE kind = 'visited'")
    assert (board.activities, board.people) == (counted(office, "SELECT count(*) FROM activities"), 40)
    assert by_task[TASK].state.id == "continuing"
    assert by_task["tong-hop-nhu-cau"].state.days == 134


def test_an_organisation_that_registers_twice_is_one(office: Wired) -> None:
    form = office.catalogue.form("dang-ky-nhu-cau")
    for _ in range(2):
        fields = example_fields(form, office.today())
        typed = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        submit_and_wait(office, form, typed, [])

    figures = next(one for one in live_board(office, PLAN).tasks if one.task.id == "tong-hop-nhu-cau").figures

    assert (figures["pre_registrations"], figures["pre_registering_organisations"]) == (2, 1)


def test_the_public_board_is_counted_anew_after_ten_minutes(office: Wired, clock: DeskClock) -> None:
    first = public_board(office, PLAN)
    a_dossier(office)

    clock.move(minutes=9)
    kept = public_board(office, PLAN)
    clock.move(minutes=1)
    fresh = public_board(office, PLAN)

    assert kept == first
    assert (kept.made_at, fresh.made_at) == (first.made_at, clock())
    assert [one.figures["dossiers"] for one in (first.tasks[3], fresh.tasks[3])] == [0, 1]


def test_the_reach_report_tells_each_channel_by_month_as_plain_sql_does(office: Wired, clock: DeskClock) -> None:
    a_year(office)
    log_activity(office, officer(office, "reader"), PLAN, activity_typed())
    clock.move(days=40)
    office.tallier.add(
        office.today(),
        {
            Tally("form_opened", "ho-so-tieu-chuan", detail="site", outreach="hoi-dong-ocop"): 3,
            Tally("wizard", "kiem-tra", outreach="hoi-dong-ocop"): 2,
            Tally("draft_started", "ho-so-tieu-chuan", outreach="hoi-dong-ocop"): 1,
        },
    )
    office.tallier.flush()

    report = told(office, "reach", 2024)
    by_channel = {row["channel"]: row for row in rows_of(report, "by_channel")}
    ocop = by_channel[office.catalogue.outreach["hoi-dong-ocop"].label]
    months = [(row["month"], row["channel"], row["visits"], row["drafts"]) for row in rows_of(report, "by_month")]

    assert len(by_channel) == len(office.catalogue.outreach) + 1
    assert [ocop[name] for name in ("visits", "opened", "wizard", "drafts")] == [2, 3, 2, 1]
    assert by_channel["Không rõ kênh"]["dossiers"] == counted(office, "SELECT count(*) FROM dossiers")
    assert total_of(report, "by_channel")["reached"] == counted(office, "SELECT sum(reached) FROM activities")
    assert ("06/2024", ocop["channel"], 2, 0) in months
    assert ("07/2024", ocop["channel"], 0, 1) in months
    (line,) = rows_of(report, "log")
    assert (line["held_on"], line["reached"], line["unit"]) == ("2024-05-20", "40", "Phòng Ví dụ")


def test_a_year_without_anything_says_so(office: Wired) -> None:
    report = told(office, "reach", 2030)

    assert report["empty"] is True
    assert rows_of(report, "log") == []
    assert total_of(report, "by_channel")["visits"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"task": "khong-co"}, "task"),
        ({"outreach": "khong-co"}, "outreach"),
        ({"held_on": "04/06/2024"}, "held_on"),
        ({"place": " "}, "place"),
        ({"reached": "-1"}, "reached"),
        ({"reached": "bốn mươi"}, "reached"),
    ],
)
def test_what_is_typed_wrong_is_named_and_nothing_is_kept(office: Wired, changed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        log_activity(office, officer(office, "reader"), PLAN, activity_typed(**changed))

    assert [fault.field for fault in refused.value.faults] == [field]
    assert counted(office, "SELECT count(*) FROM activities") == 0


def test_who_wrote_it_or_a_leader_takes_it_back_once(office: Wired) -> None:
    mine, leader = officer(office, "reader"), officer(office, "leader")
    first, second = (log_activity(office, mine, PLAN, activity_typed()) for _ in range(2))

    with pytest.raises(Forbidden):
        take_back(office, officer(office, "intake"), PLAN, first)
    take_back(office, mine, PLAN, first)
    take_back(office, leader, PLAN, second)
    with pytest.raises(Conflict):
        take_back(office, leader, PLAN, second)

    assert live_board(office, PLAN).activities == 0
    assert len(log_page(office, PLAN, 1).activities) == 2


def test_a_plan_that_there_is_not_is_not_found(office: Wired) -> None:
    with pytest.raises(NotFound):
        live_board(office, "1999")
