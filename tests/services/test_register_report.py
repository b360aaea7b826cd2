"""The register of a year and what it tells of time limits."""

from sqlalchemy import text

from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.desk import ACCEPT, START, STATUSES, DeskClock, a_dossier, a_dossier_in, answer, appraised, led
from tests.reports import rows_of, told, total_of

YEAR = 2026


def test_every_dossier_of_the_year_stands_in_the_register_once(either_desk: Wired) -> None:
    sent = [a_dossier_in(either_desk, status) for status in STATUSES]

    report = told(either_desk, "register", YEAR)

    assert [row["reference"] for row in rows_of(report, "register")] == [one.reference for one in sent]
    with reading(either_desk.engine) as connection:
        counted = connection.execute(text("SELECT COUNT(*) FROM dossiers WHERE kind = 'dossier'")).scalar_one()
    assert total_of(report, "summary")["received"] == total_of(report, "by_status")["dossiers"] == counted == len(sent)


def test_a_decision_after_the_due_day_is_overdue_and_one_before_it_early(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    a_dossier_in(either_desk, "approved")
    late = a_dossier_in(either_desk, "proposed")
    desk_clock.move(days=40)
    led("approve")(either_desk, late)

    total = total_of(told(either_desk, "register", YEAR), "summary")

    assert (total["early"], total["overdue"], total["share"]) == (1, 1, 50.0)


def test_the_time_the_organisation_takes_is_taken_out(either_desk: Wired, desk_clock: DeskClock) -> None:
    sent = a_dossier_in(either_desk, "supplement_requested")
    desk_clock.move(days=30)
    answer(either_desk, sent)
    appraised("propose")(either_desk, sent)
    led("approve")(either_desk, sent)

    (row,) = rows_of(told(either_desk, "register", YEAR), "register")

    assert (row["timeliness"], row["requests"]) == ("Trước hạn", 1)


def test_asking_twice_counts_as_late(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    for act in (ACCEPT, START, appraised("request_supplement")):
        act(either_desk, sent)
    answer(either_desk, sent)
    appraised("request_supplement")(either_desk, sent)

    (row,) = rows_of(told(either_desk, "register", YEAR), "register")

    assert (row["timeliness"], row["due_on"]) == ("Đang giải quyết, quá hạn", "tạm dừng")


def test_the_days_in_a_status_are_told_by_median_and_ninetieth(either_desk: Wired, desk_clock: DeskClock) -> None:
    for days in (1, 2, 3):
        sent = a_dossier(either_desk)
        desk_clock.move(days=days)
        ACCEPT(either_desk, sent)

    (row,) = rows_of(told(either_desk, "register", YEAR), "durations")

    assert (row["status"], row["stays"], row["median"], row["ninetieth"]) == ("Đã gửi", 3, 2.0, 3.0)


def test_an_internal_target_is_not_shown_as_a_promise(either_desk: Wired) -> None:
    a_dossier_in(either_desk, "accepted")

    report = told(either_desk, "register", YEAR)

    heads = {column["id"]: column["label"] for table in report["tables"] for column in table["columns"]}
    assert heads["due_on"] == "Hạn nội bộ"
    assert "không phải thời hạn đã hứa" in report["method"][1]


def test_a_year_without_dossiers_is_an_empty_report(either_desk: Wired) -> None:
    report = told(either_desk, "register", 2029)

    assert report["empty"] and rows_of(report, "register") == []
