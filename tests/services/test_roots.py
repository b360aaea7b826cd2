"""The daily roots: one over each day that is over, each on the one before; what was changed later shows."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from processor.domain.root import BEGINNING
from processor.services.appraisal.log import record
from processor.services.parts import Wired
from processor.services.proof.roots import make_roots, published
from processor.services.proof.verification import verify
from processor.storage.engine import writing
from tests.desk import DeskClock, Sent, a_dossier, a_dossier_in, appraised, at_once, officer, opened
from tests.working_days import at


def run(wired: Wired, statement: str) -> None:
    with writing(wired.engine) as connection:
        connection.execute(text(statement))


def look(wired: Wired, sent: Sent) -> None:
    reader = officer(wired, "reader")
    with writing(wired.engine) as connection:
        record(wired, connection, opened(wired, sent).dossier, reader, "viewed")


@pytest.fixture
def three_days(desk: Wired, desk_clock: DeskClock) -> Sent:
    """Something happens on the first and on the third; the roots of all three are made."""
    desk_clock.now = at("2026-11-24T10:00")
    sent = a_dossier_in(desk, "accepted")
    a_dossier(desk)
    desk_clock.now = at("2026-11-26T10:00")
    appraised("start_appraisal")(desk, sent)
    desk_clock.now = at("2026-11-27T08:00")
    make_roots(desk)
    return sent


def test_each_day_that_is_over_has_one_root_on_the_one_before(desk: Wired, three_days: Sent) -> None:
    again = make_roots(desk)

    found = published(desk)
    assert again == 0
    assert [(root.day, root.dossiers) for root in found] == [
        (date(2026, 11, 24), 2),
        (date(2026, 11, 25), 0),
        (date(2026, 11, 26), 1),
    ]
    assert [root.previous for root in found] == [BEGINNING, found[0].root, found[1].root]
    assert len({root.root for root in found}) == 3
    assert verify(desk).problems == []


def test_before_anything_has_happened_there_is_no_root(desk: Wired) -> None:
    assert make_roots(desk) == 0 and published(desk) == []


def test_a_day_is_one_of_viet_nam(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2026-11-24T23:30")
    a_dossier(desk)
    desk_clock.now = at("2026-11-25T06:59")

    make_roots(desk)

    assert [(root.day, root.dossiers) for root in published(desk)] == [(date(2026, 11, 24), 1)]


def test_what_ends_just_after_midnight_is_in_the_root_of_its_day(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2026-11-24T23:59")
    sent = a_dossier(desk)
    desk_clock.now = at("2026-11-25T00:01")
    early = make_roots(desk)
    desk_clock.now = at("2026-11-24T23:59")
    look(desk, sent)
    desk_clock.now = at("2026-11-25T00:30")

    made = make_roots(desk)

    assert (early, made) == (0, 1)
    assert verify(desk).problems == []


def test_two_workers_at_once_make_each_root_once(either_desk: Wired, desk_clock: DeskClock) -> None:
    a_dossier(either_desk)
    desk_clock.move(days=4)

    made = at_once([lambda: make_roots(either_desk)] * 4)

    assert sum(made) == len(published(either_desk)) == 4
    assert verify(either_desk).problems == []


def change(statement: str) -> Callable[[Wired], None]:
    return lambda wired: run(wired, statement)


LAST = "(SELECT max(id) FROM events)"


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (change("UPDATE events SET actor = 'officer:x' WHERE sequence = 3"), "sự kiện số 3 (accepted) đã bị sửa"),
        (change("UPDATE events SET kind = 'viewed' WHERE sequence = 2"), "sự kiện số 2 (viewed) đã bị sửa"),
        (change("DELETE FROM events WHERE sequence = 2"), "thiếu sự kiện số 2"),
        (change(f"DELETE FROM events WHERE id = {LAST}"), "Gốc nhật ký ngày 26/11/2026 không khớp"),
        (change("DELETE FROM roots WHERE day = '2026-11-25'"), "Gốc nhật ký ngày 26/11/2026 không khớp"),
        (change("UPDATE roots SET dossiers = 3 WHERE day = '2026-11-24'"), "Gốc nhật ký ngày 24/11/2026 không khớp"),
        (change("UPDATE roots SET root = previous WHERE day = '2026-11-25'"), "Gốc nhật ký ngày 25/11/2026 không khớp"),
    ],
)
def test_verify_names_the_first_broken_entry_and_the_changed_day(
    happens: Callable[[Wired], None], said: str, desk: Wired, three_days: Sent
) -> None:
    before = verify(desk).problems

    happens(desk)

    problems = verify(desk).problems
    assert before == [] and any(said in problem for problem in problems), problems
    assert len([problem for problem in problems if "Gốc nhật ký" in problem]) <= 1


def test_a_chain_that_was_written_anew_as_a_whole_no_longer_fits_its_root(
    desk: Wired, desk_clock: DeskClock, three_days: Sent
) -> None:
    run(desk, f"DELETE FROM events WHERE id = {LAST}")
    desk_clock.now = at("2026-11-26T10:00")
    look(desk, three_days)

    problems = verify(desk).problems

    assert problems == ["Gốc nhật ký ngày 26/11/2026 không khớp: nhật ký của ngày đó đã bị sửa hoặc thiếu."]


def test_what_happens_after_a_root_leaves_it_as_it_was(desk: Wired, three_days: Sent) -> None:
    before = published(desk)

    appraised("propose")(desk, three_days)

    assert published(desk) == before and verify(desk).problems == []
