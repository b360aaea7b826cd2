"""The log of activities: listed by page, taken back without being erased. On both databases."""

from dataclasses import replace
from datetime import date

from sqlalchemy import text

from processor.domain.plan import NewActivity
from processor.storage.desk.activities import (
    activities_of,
    add_activity,
    count_activities,
    find_activity,
    held_between,
    sums_by_task,
    take_activity_back,
)
from processor.storage.engine import Engine, writing
from tests.factories import NOW, an_officer

TALK = NewActivity(
    plan="2024",
    task="phoi-hop-gioi-thieu",
    held_on=date(2024, 5, 20),
    outreach="hoi-nghi-cap-xa",
    place="Hội trường Ví dụ",
    unit="Phòng Ví dụ",
    document=None,
    reached=40,
)


def test_the_newest_day_comes_first_page_by_page(engine: Engine) -> None:
    officer = an_officer(engine, "ghi")
    with writing(engine) as connection:
        for day in (3, 1, 2):
            add_activity(connection, replace(TALK, held_on=date(2024, 5, day)), officer.id, NOW)
        add_activity(connection, replace(TALK, plan="2025"), officer.id, NOW)

        first, rest = activities_of(connection, "2024", 2), activities_of(connection, "2024", 2, 2)

        assert [one.what.held_on.day for one in (*first, *rest)] == [3, 2, 1]
        assert {one.officer for one in first} == {"ghi"}
        assert count_activities(connection, "2024") == 3


def test_what_is_taken_back_stays_and_is_counted_no_more(engine: Engine) -> None:
    officer = an_officer(engine, "ghi")
    with writing(engine) as connection:
        kept = add_activity(connection, TALK, officer.id, NOW)
        gone = add_activity(connection, replace(TALK, reached=None), officer.id, NOW)

        assert sums_by_task(connection, "2024") == {TALK.task: (2, 40)}
        assert take_activity_back(connection, gone, NOW)
        assert not take_activity_back(connection, gone, NOW)

        found = find_activity(connection, "2024", gone)
        assert found and found.removed_at == NOW
        assert sums_by_task(connection, "2024") == {TALK.task: (1, 40)}
        assert held_between(connection, date(2024, 1, 1), date(2025, 1, 1)) == [TALK]
        assert connection.execute(text("SELECT count(*) FROM activities")).scalar() == 2
        assert find_activity(connection, "2025", kept) is None


def test_a_year_ends_before_the_next_begins(engine: Engine) -> None:
    officer = an_officer(engine, "ghi")
    with writing(engine) as connection:
        for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)):
            add_activity(connection, replace(TALK, held_on=day), officer.id, NOW)

        held = held_between(connection, date(2024, 1, 1), date(2025, 1, 1))

    assert [one.held_on for one in held] == [date(2024, 1, 1), date(2024, 12, 31)]
