"""Each notice is tried by one worker at a time, in its turn. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from processor.domain.notice import DueNotice
from processor.storage.engine import Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.outbox import claim_next, enqueue, give_up, mail_figures, mark_sent, postpone
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

KNOWN = ("receipt", "withdrawn")
LEASE = timedelta(minutes=3)


@pytest.fixture
def dossier_id(engine: Engine, store: FileStore) -> int:
    """A dossier whose receipt waits since NOW."""
    return Writer(engine, store).write(an_intake())


def claim(engine: Engine, at: datetime = NOW) -> DueNotice | None:
    with writing(engine) as connection:
        return claim_next(connection, KNOWN, at, at + LEASE)


def test_a_notice_written_with_its_dossier_is_due_at_once(engine: Engine, store: FileStore) -> None:
    intake = an_intake()
    Writer(engine, store).write(intake)

    due = claim(engine)

    assert due is not None
    assert (due.notice, due.reference, due.draft_id) == ("receipt", intake.dossier["reference"], None)
    assert (due.address, due.created_at, due.attempts) == (None, NOW, 0)


def test_of_eight_workers_at_once_one_gets_the_notice(engine: Engine, dossier_id: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: claim(engine), range(8)))

    assert sum(due is not None for due in got) == 1


def test_eight_workers_at_once_share_twenty_notices_without_a_double(engine: Engine, dossier_id: int) -> None:
    with writing(engine) as connection:
        for _ in range(19):
            enqueue(connection, "withdrawn", NOW, dossier_id=dossier_id)

    def take_all(_: int) -> list[int]:
        taken = []
        while due := claim(engine):
            taken.append(due.id)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [number for each in pool.map(take_all, range(8)) for number in each]

    assert len(taken) == len(set(taken)) == 20


def test_a_worker_that_dies_leaves_the_notice_to_another_when_its_lease_ends(engine: Engine, dossier_id: int) -> None:
    dead = claim(engine)

    before, after = claim(engine, NOW + LEASE - timedelta(seconds=1)), claim(engine, NOW + LEASE)

    assert dead is not None and before is None
    assert after is not None and after.id == dead.id


def test_a_worker_whose_lease_has_ended_changes_nothing(engine: Engine, dossier_id: int) -> None:
    slow = claim(engine)
    other = claim(engine, NOW + LEASE)
    assert slow is not None and other is not None

    with writing(engine) as connection:
        late = give_up(connection, slow.id, NOW + LEASE, NOW + LEASE, "chậm")
        own = mark_sent(connection, other.id, NOW + LEASE + LEASE, NOW + LEASE)

    assert (late, own) == (False, True)


def test_a_postponed_notice_waits_for_its_time_behind_the_others(engine: Engine, dossier_id: int) -> None:
    with writing(engine) as connection:
        enqueue(connection, "withdrawn", NOW + timedelta(seconds=1), dossier_id=dossier_id)
    first = claim(engine)
    assert first is not None
    with writing(engine) as connection:
        postpone(connection, first.id, NOW + LEASE, NOW + timedelta(minutes=3), "451")

    next_ones = [claim(engine, NOW + timedelta(minutes=minute)) for minute in (1, 2, 3)]

    assert [due and due.notice for due in next_ones] == ["withdrawn", None, "receipt"]
    assert next_ones[2] and next_ones[2].attempts == 1


@pytest.mark.parametrize("end", ["sent", "given_up"])
def test_what_is_finished_is_never_due_again(end: str, engine: Engine, dossier_id: int) -> None:
    due = claim(engine)
    assert due is not None
    with writing(engine) as connection:
        if end == "sent":
            mark_sent(connection, due.id, NOW + LEASE, NOW)
        else:
            give_up(connection, due.id, NOW + LEASE, NOW, "550")

    assert claim(engine, NOW + timedelta(days=365)) is None


def test_unknown_notices_and_those_without_a_time_are_not_due(engine: Engine, dossier_id: int) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE outbox SET next_try_at = NULL"))
        enqueue(connection, "of_tomorrow", NOW, dossier_id=dossier_id)

    assert claim(engine) is None


def test_what_is_written_in_a_transaction_that_fails_was_never_there(engine: Engine, dossier_id: int) -> None:
    first = claim(engine)
    with pytest.raises(RuntimeError), writing(engine) as connection:
        enqueue(connection, "withdrawn", NOW, dossier_id=dossier_id)
        raise RuntimeError

    assert first is not None and claim(engine) is None


def test_the_figures_count_what_waits_and_what_was_given_up(engine: Engine, dossier_id: int) -> None:
    due = claim(engine)
    assert due is not None
    with writing(engine) as connection:
        give_up(connection, due.id, NOW + LEASE, NOW, "550")
        enqueue(connection, "withdrawn", NOW, dossier_id=dossier_id)
        enqueue(connection, "of_tomorrow", NOW, dossier_id=dossier_id)

        figures = mail_figures(connection)

    assert figures == {"waiting": 2, "given_up": 1}
