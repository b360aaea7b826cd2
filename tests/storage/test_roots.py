"""The ends of the chains that a day's root covers. On both databases."""

from datetime import date, datetime, timedelta

from processor.domain.events import next_event
from processor.domain.root import BEGINNING, Root
from processor.storage.dossiers.dossiers import append_event, dossier_numbered, last_event
from processor.storage.engine import Engine, writing
from processor.storage.files.attachments import FileStore
from processor.storage.roots import chain_ends, every_root, first_event_at, insert_root, last_root
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

ONE_DAY = timedelta(days=1)
START = NOW - timedelta(hours=1)


def grow(engine: Engine, dossier_id: int, at: datetime) -> None:
    with writing(engine) as connection:
        event = next_event(last_event(connection, dossier_id), "viewed", "officer:a", at, "salt")
        append_event(connection, dossier_id, event)


def test_each_chain_that_grew_within_the_time_is_there_by_its_last_event_of_it(
    engine: Engine, store: FileStore
) -> None:
    grown, still, later = (
        Writer(engine, store).write(an_intake(received_at=at)) for at in (NOW, NOW, NOW + 2 * ONE_DAY)
    )
    grow(engine, grown, NOW)
    grow(engine, grown, NOW + ONE_DAY)

    with writing(engine) as connection:
        days = [
            list(chain_ends(connection, START + number * ONE_DAY, START + (number + 1) * ONE_DAY))
            for number in range(4)
        ]
        names = {number: dossier_numbered(connection, number).reference for number in (grown, still, later)}
        first = first_event_at(connection)

    told = [[(end.reference, end.sequence) for end in ends] for ends in days]
    assert told == [sorted([(names[grown], 2), (names[still], 1)]), [(names[grown], 3)], [(names[later], 1)], []]
    assert first == NOW


def test_the_end_of_the_time_belongs_to_the_next(engine: Engine, store: FileStore) -> None:
    Writer(engine, store).write(an_intake())

    with writing(engine) as connection:
        until, since = (
            list(chain_ends(connection, NOW - ONE_DAY, NOW)),
            list(chain_ends(connection, NOW, NOW + ONE_DAY)),
        )

    assert (len(until), len(since)) == (0, 1)


def test_roots_come_back_in_order_of_their_days(engine: Engine) -> None:
    made = [Root(date(2026, 11, day), str(day) * 32, BEGINNING, day, NOW) for day in (12, 10, 11)]

    with writing(engine) as connection:
        before = last_root(connection), first_event_at(connection)
        for root in made:
            insert_root(connection, root)

        assert before == (None, None)
        assert every_root(connection) == [made[1], made[2], made[0]]
        assert last_root(connection) == made[0]
