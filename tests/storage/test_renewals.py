"""One-time links for a new access code. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.dossiers.renewals import insert_renewal, reference_to_renew, renewal_asked_at, use_renewal
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.attachments import FileStore
from processor.storage.writer import Writer
from tests.factories import NOW, an_intake

TOKEN, OTHER, CODE = "t" * 64, "o" * 64, "c" * 64
DAY = timedelta(days=1)


@pytest.fixture
def reference(engine: Engine, store: FileStore) -> str:
    """A dossier with a link asked for at NOW that ends a day later."""
    intake = an_intake()
    dossier_id = Writer(engine, store).write(intake)
    with writing(engine) as connection:
        insert_renewal(connection, dossier_id, "seed", TOKEN, NOW, NOW + DAY)
    return str(intake.dossier["reference"])


def dossier_id_of(engine: Engine, reference: str) -> int:
    with reading(engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier is not None
    return dossier.id


def use(engine: Engine, token_hash: str = TOKEN, at: datetime = NOW) -> str | None:
    with writing(engine) as connection:
        return use_renewal(connection, token_hash, CODE, at)


def test_using_the_link_changes_the_code_of_its_dossier_and_of_no_other(
    engine: Engine, store: FileStore, reference: str
) -> None:
    other = an_intake()
    Writer(engine, store).write(other)

    used = use(engine)

    with reading(engine) as connection:
        hashes = [
            found.access_code_hash
            for name in (reference, str(other.dossier["reference"]))
            if (found := find_dossier(connection, name))
        ]
    assert used == reference
    assert hashes == [CODE, other.dossier["access_code_hash"]]


@pytest.mark.parametrize(("after", "works"), [(timedelta(), True), (DAY - timedelta(seconds=1), True), (DAY, False)])
def test_a_link_works_until_its_end(after: timedelta, works: bool, engine: Engine, reference: str) -> None:
    with reading(engine) as connection:
        seen = reference_to_renew(connection, TOKEN, NOW + after)

    used = use(engine, at=NOW + after)

    assert seen == used == (reference if works else None)


def test_of_eight_at_once_one_uses_the_link(engine: Engine, reference: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: use(engine), range(8)))

    assert [name for name in used if name] == [reference]


def test_using_one_link_ends_the_others(engine: Engine, reference: str) -> None:
    with writing(engine) as connection:
        insert_renewal(connection, dossier_id_of(engine, reference), "later", OTHER, NOW, NOW + DAY)
    use(engine)

    assert use(engine, OTHER) is None


def test_the_letter_finds_the_link_that_was_asked_for_with_it(engine: Engine, reference: str) -> None:
    dossier_id, later = dossier_id_of(engine, reference), NOW + timedelta(microseconds=1)
    with writing(engine) as connection:
        insert_renewal(connection, dossier_id, "later", OTHER, later, later + DAY)

    with reading(engine) as connection:
        found = [renewal_asked_at(connection, dossier_id, at, NOW) for at in (NOW, later, NOW - DAY)]
        lapsed = renewal_asked_at(connection, dossier_id, NOW, NOW + DAY)

    assert found == [("seed", NOW + DAY), ("later", later + DAY), None]
    assert lapsed is None
