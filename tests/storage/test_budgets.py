"""The money of a year is never spent twice, whoever asks at the same time. On both databases."""

from collections.abc import Callable
from functools import partial

import pytest

from processor.domain.figures.budget import BudgetEntry, Envelope
from processor.storage.desk.budgets import (
    commit,
    entries_of,
    envelope_of,
    every_envelope,
    note_entry,
    pay,
    release,
    reserve,
    set_envelope,
)
from processor.storage.dossiers.dossiers import dossier_numbered
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.desk import at_once
from tests.factories import NOW, an_intake

YEAR, DOCUMENT = 2026, "Quyết định ví dụ số 01"
Move = Callable[[Connection, int, int], bool]


@pytest.fixture
def funded(engine: Engine) -> Engine:
    """An envelope of 100 đồng."""
    with writing(engine) as connection:
        set_envelope(connection, YEAR, 100, DOCUMENT, NOW)
    return engine


def moved(engine: Engine, move: Move, amount: int, year: int = YEAR) -> bool:
    with writing(engine) as connection:
        return move(connection, year, amount)


def figures(engine: Engine) -> tuple[int, int, int, int]:
    """Reserved, committed, paid, left."""
    with reading(engine) as connection:
        found = envelope_of(connection, YEAR)
    assert found
    return found.reserved, found.committed, found.paid, found.left


def test_of_eight_that_reserve_at_once_only_those_win_that_the_envelope_holds(funded: Engine) -> None:
    won = at_once([partial(moved, funded, reserve, 33)] * 8)

    assert sorted(won) == [False] * 5 + [True] * 3
    assert figures(funded) == (99, 0, 0, 1)


def test_of_eight_that_commit_at_once_only_as_many_win_as_were_reserved(funded: Engine) -> None:
    moved(funded, reserve, 60)

    won = at_once([partial(moved, funded, commit, 20)] * 8)

    assert sorted(won) == [False] * 5 + [True] * 3
    assert figures(funded) == (0, 60, 0, 40)


def test_reserving_and_releasing_at_once_agree_in_the_end(funded: Engine) -> None:
    moved(funded, reserve, 40)

    reserved = at_once([partial(moved, funded, reserve, 10), partial(moved, funded, release, 10)] * 4)

    wins = sum(reserved[0::2]) - sum(reserved[1::2])
    assert figures(funded)[0] == 40 + 10 * wins


@pytest.mark.parametrize("move", [release, commit, pay])
def test_nothing_goes_below_zero(move: Move, funded: Engine) -> None:
    moved(funded, reserve, 30)

    too_much = moved(funded, move, 31)

    assert not too_much
    assert figures(funded) == (30, 0, 0, 70)


@pytest.mark.parametrize("move", [reserve, release, commit, pay])
def test_a_year_without_an_envelope_has_no_money(move: Move, funded: Engine) -> None:
    assert not moved(funded, move, 1, YEAR + 1)


def test_what_is_paid_is_part_of_what_was_committed(funded: Engine) -> None:
    moved(funded, reserve, 30)
    moved(funded, commit, 30)

    paid = [moved(funded, pay, 20), moved(funded, pay, 20), moved(funded, pay, 10)]

    assert paid == [True, False, True]
    assert figures(funded) == (0, 30, 30, 70)


def test_an_envelope_is_changed_but_never_below_what_is_held(funded: Engine) -> None:
    moved(funded, reserve, 50)
    moved(funded, commit, 20)

    with writing(funded) as connection:
        changed = [set_envelope(connection, YEAR, amount, "mới", NOW) for amount in (49, 50, 49)]

    with reading(funded) as connection:
        assert every_envelope(connection) == [Envelope(YEAR, 50, "mới", 30, 20, 0)]
    assert changed == [False, True, False]


def test_an_envelope_that_two_set_at_once_is_there_once(engine: Engine) -> None:
    def one(amount: int) -> bool:
        with writing(engine) as connection:
            return set_envelope(connection, YEAR, amount, DOCUMENT, NOW)

    done = at_once([partial(one, amount) for amount in (100, 200)] * 2)

    with reading(engine) as connection:
        found = every_envelope(connection)
    assert done == [True] * 4
    assert len(found) == 1 and found[0].amount in (100, 200)


def test_movements_are_told_oldest_first_with_the_dossier_they_were_for(funded: Engine, store: FileStore) -> None:
    dossier_id = Writer(funded, store).write(an_intake())

    with writing(funded) as connection:
        note_entry(connection, YEAR, "set", 100, "command", NOW, note=DOCUMENT)
        note_entry(connection, YEAR, "reserve", 40, "officer:a", NOW, dossier_id)

        reference = dossier_numbered(connection, dossier_id).reference
        told = entries_of(connection, YEAR), entries_of(connection, YEAR + 1)
    assert told == (
        [
            BudgetEntry("set", 100, None, "command", NOW, DOCUMENT),
            BudgetEntry("reserve", 40, reference, "officer:a", NOW, ""),
        ],
        [],
    )
