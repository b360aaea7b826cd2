"""One dossier has one holder. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from processor.domain.days.running_clock import RunningClock
from processor.domain.dossier import OPEN_STATUSES
from processor.domain.reference import written as written_reference
from processor.domain.vietnamese import fold
from processor.services.appraisal.views import search_words
from processor.storage.desk import search
from processor.storage.desk.clocks import put_clock
from processor.storage.desk.queue import (
    MOST_COUNTED,
    QueueFilter,
    claim,
    hand,
    held_by,
    holder_of,
    mark_answered,
    mark_paid,
    page_key,
    queue_count,
    queue_lines,
    release,
    rename,
)
from processor.storage.dossiers.dossiers import change_status, end_claim
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer, insert_intakes
from tests.factories import NOW, an_intake, an_officer


def test_of_eight_officers_who_claim_at_once_exactly_one_wins(engine: Engine, store: FileStore) -> None:
    dossier_id = Writer(engine, store).write(an_intake())
    officers = [an_officer(engine, f"can-bo-{number}") for number in range(8)]

    def try_claim(officer_id: int) -> bool:
        with writing(engine) as connection:
            return claim(connection, dossier_id, officer_id, NOW)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(try_claim, [officer.id for officer in officers]))

    winner = officers[won.index(True)]
    with reading(engine) as connection:
        assert holder_of(connection, dossier_id) == (winner.name, NOW)
    assert won.count(True) == 1


def test_only_the_holder_releases(engine: Engine, store: FileStore) -> None:
    dossier_id = Writer(engine, store).write(an_intake())
    holder, other = an_officer(engine, "giu"), an_officer(engine, "khac")
    with writing(engine) as connection:
        claim(connection, dossier_id, holder.id, NOW)

    with writing(engine) as connection:
        foreign = release(connection, dossier_id, other.id)
        own = release(connection, dossier_id, holder.id)

    assert (foreign, own) == (False, True)


def test_a_claim_can_be_ended_whoever_holds_it(engine: Engine, store: FileStore) -> None:
    dossier_id, other = (Writer(engine, store).write(an_intake()) for _ in range(2))
    holder = an_officer(engine)
    with writing(engine) as connection:
        claim(connection, dossier_id, holder.id, NOW)
        claim(connection, other, holder.id, NOW)

    with writing(engine) as connection:
        end_claim(connection, dossier_id)

    with reading(engine) as connection:
        assert holder_of(connection, dossier_id) is None
        assert holder_of(connection, other) == (holder.name, NOW)


def test_the_queue_is_oldest_first_and_pages_by_key_without_gap_or_double(engine: Engine, store: FileStore) -> None:
    writer = Writer(engine, store)
    for number in range(7):
        writer.write(an_intake(received_at=NOW - timedelta(days=number // 2)))

    with reading(engine) as connection:
        whole = queue_lines(connection, QueueFilter(limit=50))
        paged, wanted = [], QueueFilter(limit=3)
        while page := queue_lines(connection, wanted):
            paged += page
            wanted = replace(wanted, after=page_key(wanted, page[-1]))

    assert paged == whole
    assert [line.received_at for line in whole] == sorted(line.received_at for line in whole)


def test_each_filter_keeps_only_what_it_names(engine: Engine, store: FileStore) -> None:
    writer = Writer(engine, store)
    old = writer.write(an_intake(received_at=NOW - timedelta(days=10)))
    writer.write(an_intake(form_id="dang-ky-nhu-cau"))
    officer = an_officer(engine)
    with writing(engine) as connection:
        claim(connection, old, officer.id, NOW)
        change_status(connection, old, "submitted", "accepted", NOW)

    with reading(engine) as connection:
        found = [
            queue_count(connection, wanted)
            for wanted in (
                QueueFilter(),
                QueueFilter(form_id="dang-ky-nhu-cau"),
                QueueFilter(statuses=("accepted",)),
                QueueFilter(received_before=NOW - timedelta(days=7)),
                QueueFilter(received_after=NOW - timedelta(days=7)),
                QueueFilter(holder="none"),
                QueueFilter(holder=officer.name),
            )
        ]

    assert found == [2, 1, 1, 1, 1, 1, 1]


def test_a_status_changes_only_from_the_one_that_was_seen(engine: Engine, store: FileStore) -> None:
    dossier_id = Writer(engine, store).write(an_intake())

    with writing(engine) as connection:
        first = change_status(connection, dossier_id, "submitted", "accepted", NOW)
        second = change_status(connection, dossier_id, "submitted", "refused_at_intake", NOW)

    assert (first, second) == (True, False)


REFERENCE = written_reference("4K7M9QX3RTD")


def referenced(connection: Connection, wanted: QueueFilter) -> list[str]:
    return [line.organisation_name for line in queue_lines(connection, wanted)]


def written(engine: Engine, store: FileStore, name: str, **changed: Any) -> int:
    """A dossier of an organisation, as the search knows it."""
    number = Writer(engine, store).write(an_intake(organisation_name=name, **changed))
    with writing(engine) as connection:
        rename(connection, number, fold(name))
    return number


def put_due(engine: Engine, dossier_id: int, due_on: date | None) -> None:
    with writing(engine) as connection:
        put_clock(connection, RunningClock(dossier_id, NOW, 15, (), (), None, "v", due_on, None))


@pytest.mark.parametrize("few", [5000, 0], ids=["few by index", "many by reading"])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("vai thieu", ["HTX Vải thiều Lục Ngạn"]),
        ("VẢI THIỀU", ["HTX Vải thiều Lục Ngạn"]),
        ("luc ngan", ["HTX Vải thiều Lục Ngạn", "HTX Đồng Tiến Lục Ngạn"]),
        ("đồng", ["HTX Đồng Tiến Lục Ngạn"]),
        ("hieu", ["HTX Vải thiều Lục Ngạn"]),
        ("gà", ["HTX Vải thiều Lục Ngạn", "HTX Đồng Tiến Lục Ngạn", "Công ty 100% Gà đồi"]),
        ("h05.00-261124-0001", ["Công ty 100% Gà đồi"]),
        ("100% gà", ["Công ty 100% Gà đồi"]),
        ('thiều" OR "đồng', []),
        ("vải\0thiều", ["HTX Vải thiều Lục Ngạn"]),
        ("240011", ["HTX Vải thiều Lục Ngạn"]),
        ("2400 112 2", ["HTX Vải thiều Lục Ngạn"]),
        ("4001122", []),
        (REFERENCE.lower(), ["HTX Đồng Tiến Lục Ngạn"]),
        (REFERENCE.removeprefix("HT-").replace("-", " "), ["HTX Đồng Tiến Lục Ngạn"]),
        ("%", ["Công ty 100% Gà đồi"]),
        ("_", []),
        ("khong co", []),
    ],
)
def test_the_search_knows_part_of_a_name_a_reference_an_official_code_and_the_beginning_of_a_tax_code(
    typed: str, found: list[str], few: int, engine: Engine, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_LOOKED_UP", few)
    written(engine, store, "HTX Vải thiều Lục Ngạn", tax_code="2400112233")
    written(engine, store, "HTX Đồng Tiến Lục Ngạn", reference=REFERENCE, tax_code="9900000023")
    written(engine, store, "Công ty 100% Gà đồi", official_code="H05.00-261124-0001")
    wanted = QueueFilter(words=search_words(typed))

    with reading(engine) as connection:
        assert referenced(connection, wanted) == found
        assert queue_count(connection, wanted) == len(found)


def test_by_due_day_the_nearest_comes_first_and_pages_leave_no_gap_and_no_double(
    engine: Engine, store: FileStore
) -> None:
    days = [date(2026, 12, 3), date(2026, 12, 1), None, date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 1)]
    for number, day in enumerate(days):
        put_due(engine, written(engine, store, f"HTX {number}"), day)

    with reading(engine) as connection:
        paged, wanted = [], QueueFilter(due_from=date(2026, 1, 1), limit=2)
        while page := queue_lines(connection, wanted):
            paged += [line.organisation_name for line in page]
            wanted = replace(wanted, after=page_key(wanted, page[-1]))

    assert paged == ["HTX 1", "HTX 3", "HTX 5", "HTX 4", "HTX 0"]


def test_a_due_day_bounds_from_its_day_on_and_before_the_other(engine: Engine, store: FileStore) -> None:
    for day in (1, 2, 3):
        put_due(engine, written(engine, store, f"HTX {day}"), date(2026, 12, day))
    second, third = date(2026, 12, 2), date(2026, 12, 3)

    with reading(engine) as connection:
        overdue = referenced(connection, QueueFilter(due_before=second))
        soon = referenced(connection, QueueFilter(due_from=second, due_before=third))

    assert (overdue, soon) == (["HTX 1"], ["HTX 2"])


def test_what_was_answered_and_what_was_paid_are_views_of_their_own(engine: Engine, store: FileStore) -> None:
    answered, paid = (written(engine, store, name) for name in ("Đã bổ sung", "Đã chi"))

    with writing(engine) as connection:
        mark_answered(connection, answered, NOW)
        mark_paid(connection, paid)
        views = [QueueFilter(answered=True), QueueFilter(paid=True), QueueFilter(paid=False)]
        found = [referenced(connection, view) for view in views]
        mark_answered(connection, answered, None)

        assert found == [["Đã bổ sung"], ["Đã chi"], ["Đã bổ sung"]]
        assert referenced(connection, views[0]) == []


def test_everything_that_somebody_holds_is_handed_on(engine: Engine, store: FileStore) -> None:
    mine = [written(engine, store, f"HTX {number}") for number in range(2)]
    other = written(engine, store, "HTX khác")
    leaving, taking = an_officer(engine, "nghi"), an_officer(engine, "nhan")
    with writing(engine) as connection:
        for number in mine:
            claim(connection, number, leaving.id, NOW)
        claim(connection, other, taking.id, NOW)

    with writing(engine) as connection:
        before = held_by(connection, leaving.id)
        handed = [hand(connection, number, leaving.id, taking.id, NOW) for number in (*mine, other)]

        assert handed == [True, True, False]
        assert before == [line.reference for line in queue_lines(connection, QueueFilter()) if line.dossier_id != other]
        assert held_by(connection, leaving.id) == [] and len(held_by(connection, taking.id)) == 3


def test_a_count_stops_where_more_is_not_told(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_intakes(connection, [an_intake() for _ in range(MOST_COUNTED + 3)])

    with reading(engine) as connection:
        assert queue_count(connection, QueueFilter()) == MOST_COUNTED + 1
        assert queue_count(connection, QueueFilter(words=search_words("không có"))) == 0


@pytest.mark.parametrize("form_id", [None, "ho-so-tieu-chuan", "khong-co"])
@pytest.mark.parametrize("statuses", [OPEN_STATUSES, ("submitted", "accepted"), ("rejected", "submitted", "accepted")])
def test_several_statuses_page_as_one_list(
    statuses: tuple[str, ...], form_id: str | None, engine: Engine, store: FileStore
) -> None:
    writer = Writer(engine, store)
    ids = [writer.write(an_intake(received_at=NOW - timedelta(days=number // 2))) for number in range(6)]
    with writing(engine) as connection:
        for dossier_id in ids[::2]:
            change_status(connection, dossier_id, "submitted", "accepted", NOW)

    with reading(engine) as connection:
        whole = [line for line in queue_lines(connection, QueueFilter()) if form_id in (None, line.form_id)]
        paged, wanted = [], QueueFilter(form_id=form_id, statuses=statuses, limit=2)
        while page := queue_lines(connection, wanted):
            paged += page
            wanted = replace(wanted, after=page_key(wanted, page[-1]))

    assert paged == whole
