"""Answers are replaced only by who has seen the newest, and what stood before is kept."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from processor.storage.dossiers.answers import earlier_answers, replace_answers
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.tables.core import dossiers
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

SENT = {"organisation_name": "Hợp tác xã Ví dụ"}
NEW = {"organisation_name": "Hợp tác xã Ví dụ", "contact_name": "Lê Thị Mới"}


def test_new_answers_stand_and_the_old_ones_are_kept(engine: Engine, store: FileStore) -> None:
    number = Writer(engine, store).write(an_intake())

    with writing(engine) as connection:
        replaced = replace_answers(connection, number, 1, NEW, "b" * 64, NOW, requested_amount=7)

    with reading(engine) as connection:
        columns = (dossiers.c.answers, dossiers.c.answers_hash, dossiers.c.revision, dossiers.c.requested_amount)
        assert replaced
        assert connection.execute(select(*columns)).one() == (NEW, "b" * 64, 2, 7)
        assert earlier_answers(connection, number) == [(1, SENT)]


def test_who_has_not_seen_the_newest_changes_nothing(engine: Engine, store: FileStore) -> None:
    number = Writer(engine, store).write(an_intake())
    with writing(engine) as connection:
        replace_answers(connection, number, 1, NEW, "b" * 64, NOW)

    with writing(engine) as connection:
        replaced = replace_answers(connection, number, 1, {"contact_name": "Khác"}, "c" * 64, NOW)

    with reading(engine) as connection:
        assert not replaced
        assert connection.execute(select(dossiers.c.answers)).scalar_one() == NEW
        assert len(earlier_answers(connection, number)) == 1


def test_of_two_who_change_at_once_exactly_one_wins(engine: Engine, store: FileStore) -> None:
    number = Writer(engine, store).write(an_intake())

    def change(name: str) -> bool:
        with writing(engine) as connection:
            return replace_answers(connection, number, 1, {"contact_name": name}, "b" * 64, NOW)

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(change, "abcd"))

    with reading(engine) as connection:
        assert won.count(True) == 1
        assert earlier_answers(connection, number) == [(1, SENT)]


def test_every_earlier_version_is_kept_in_order(engine: Engine, store: FileStore) -> None:
    number = Writer(engine, store).write(an_intake())

    for revision in (1, 2):
        with writing(engine) as connection:
            replace_answers(connection, number, revision, {"contact_name": f"Bản {revision}"}, "b" * 64, NOW)

    with reading(engine) as connection:
        assert earlier_answers(connection, number) == [(1, SENT), (2, {"contact_name": "Bản 1"})]


def test_a_dossier_that_is_not_there_cannot_be_changed(engine: Engine) -> None:
    with writing(engine) as connection:
        assert not replace_answers(connection, 1, 1, NEW, "b" * 64, NOW)
