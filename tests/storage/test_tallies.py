"""Counts of days: added in one statement, by several at once, summed over a time. On both databases."""

from datetime import date, timedelta

from sqlalchemy import text

from processor.domain.tally import Tally
from processor.storage.engine import Engine, reading, writing
from processor.storage.figures.tallier import Tallier
from processor.storage.figures.tallies import add_tallies, tally_sums
from tests.desk import at_once

DAY = date(2026, 11, 24)
FAULT = Tally("fault", "ho-so-tieu-chuan", "v1", "note", "text_too_long")
SENT = Tally("draft_sent", "ho-so-tieu-chuan", "v1", outreach="website")


def total(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT COALESCE(SUM(count), 0) FROM tallies")).scalar_one())


def test_counts_of_a_day_add_up(engine: Engine) -> None:
    for counts in ({FAULT: 1, SENT: 2}, {FAULT: 3}, {}):
        with writing(engine) as connection:
            add_tallies(connection, DAY, counts)

    with reading(engine) as connection:
        sums = tally_sums(connection, ["fault", "draft_sent"], DAY, DAY + timedelta(days=1))
    assert sums == {FAULT: 4, SENT: 2}


def test_a_sum_is_over_the_days_asked_for_and_by_what_is_asked_for(engine: Engine) -> None:
    other = Tally("fault", "ho-so-tieu-chuan", "v2", "note", "text_too_long")
    next_day, next_year = DAY + timedelta(days=1), date(2027, 1, 1)
    for day, counts in ((DAY, {FAULT: 1}), (next_day, {FAULT: 1, other: 1}), (next_year, {FAULT: 9})):
        with writing(engine) as connection:
            add_tallies(connection, day, counts)

    with reading(engine) as connection:
        sums = tally_sums(connection, ["fault"], date(2026, 1, 1), date(2027, 1, 1), ["form_id"])

    assert sums == {Tally("fault", "ho-so-tieu-chuan"): 3}


def test_two_who_count_the_same_in_another_order_wait_for_each_other_and_lose_nothing(engine: Engine) -> None:
    def counts(*order: Tally) -> None:
        for _ in range(20):
            with writing(engine) as connection:
                add_tallies(connection, DAY, dict.fromkeys(order, 1))

    done = at_once([lambda: counts(FAULT, SENT), lambda: counts(SENT, FAULT), lambda: counts(FAULT, SENT)])

    assert done == [None] * 3
    assert total(engine) == 120


def test_what_is_gathered_is_written_together_when_asked(engine: Engine) -> None:
    tallier = Tallier(engine, seconds=3600)
    tallier.add(DAY, {FAULT: 1})
    tallier.add(DAY, {FAULT: 1, SENT: 1})
    assert total(engine) == 0

    tallier.flush()
    tallier.flush()

    assert total(engine) == 3


def test_what_is_gathered_is_written_by_itself_a_little_later(engine: Engine) -> None:
    tallier = Tallier(engine, seconds=0.01)

    tallier.add(DAY, {FAULT: 1})
    assert tallier.timer
    tallier.timer.join(5)

    assert total(engine) == 1


def test_counts_that_cannot_be_written_wait_for_the_next_time(engine: Engine) -> None:
    tallier = Tallier(engine, seconds=3600)
    tallier.add(DAY, {FAULT: 1})
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE tallies RENAME TO away"))
    tallier.flush()
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO tallies"))
    tallier.add(DAY, {FAULT: 1})

    tallier.flush()

    assert total(engine) == 2
