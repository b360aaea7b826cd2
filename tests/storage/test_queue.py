"""One dossier has one holder. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from processor.storage.attachments import FileStore
from processor.storage.dossiers import change_status, end_claim
from processor.storage.engine import Engine, reading, writing
from processor.storage.queue import QueueFilter, claim, holder_of, queue_count, queue_lines, release
from processor.storage.writer import Writer
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
        paged, after = [], None
        while page := queue_lines(connection, QueueFilter(limit=3, after=after)):
            paged += page
            after = (page[-1].received_at, page[-1].dossier_id)

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
