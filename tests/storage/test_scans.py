"""Which files wait for the scanner, who may begin, and what a verdict changes; on both databases."""

from datetime import datetime, timedelta

import pytest

from processor.domain.scanning import BLOCKED, CLEAN, UNSCANNABLE, UNSCANNED, ScanVerdict
from processor.storage.dossiers.drafts import add_attachments, insert_draft
from processor.storage.engine import Engine, reading, writing
from processor.storage.files.scans import (
    claim_scan,
    count_some,
    count_states,
    files_not_looked_at,
    files_without_verdict,
    put_hazards,
    put_next_try,
    put_verdict,
    waiting_files,
)
from tests.factories import NOW, a_new_draft, an_attachment

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def two_files(engine: Engine) -> list[str]:
    rows = [an_attachment(), an_attachment()]
    with writing(engine) as connection:
        add_attachments(connection, insert_draft(connection, a_new_draft({})), rows)
    return [row["id"] for row in rows]


def waiting(engine: Engine, at: datetime = NOW) -> list[str]:
    with reading(engine) as connection:
        return [file.id for file in waiting_files(connection, at, 10)]


def test_every_new_file_waits_until_there_is_a_verdict(engine: Engine, two_files: list[str]) -> None:
    with writing(engine) as connection:
        first, second = waiting_files(connection, NOW, 10)
        put_verdict(connection, first, ScanVerdict(CLEAN), "ClamAV", NOW)
        put_verdict(connection, second, ScanVerdict(BLOCKED, "Eicar"), "ClamAV", NOW)
        counted = count_states(connection)

    assert waiting(engine) == []
    assert counted == {CLEAN: 1, BLOCKED: 1}


def test_a_count_that_is_read_often_stops_where_more_is_not_told(engine: Engine, two_files: list[str]) -> None:
    with reading(engine) as connection:
        whole, some = count_some(connection, 5), count_some(connection, 0)

    assert whole == {UNSCANNED: 2, CLEAN: 0, BLOCKED: 0, UNSCANNABLE: 0}
    assert some[UNSCANNED] == 1


def test_a_file_is_claimed_once_until_the_claim_lapses(engine: Engine, two_files: list[str]) -> None:
    with writing(engine) as connection:
        file, *_ = waiting_files(connection, NOW, 10)
        mine = claim_scan(connection, file, NOW, LATER)
        theirs = claim_scan(connection, file, NOW, LATER)

    assert (mine, theirs) == (True, False)
    assert file.id not in waiting(engine)
    assert file.id in waiting(engine, LATER)


def test_a_try_without_a_verdict_is_due_again_later_and_is_still_unscanned(
    engine: Engine, two_files: list[str]
) -> None:
    with writing(engine) as connection:
        file, *_ = waiting_files(connection, NOW, 10)
        put_next_try(connection, file, 3, LATER)
        (again,) = [one for one in waiting_files(connection, LATER, 10) if one.id == file.id]

    assert file.id not in waiting(engine)
    assert (again.tries, again.scan_state) == (3, UNSCANNED)


def test_what_nobody_has_looked_into_is_known_from_what_carries_nothing(engine: Engine, two_files: list[str]) -> None:
    with writing(engine) as connection:
        unseen = files_not_looked_at(connection, 10)
        put_hazards(connection, unseen[0], ())
        put_hazards(connection, unseen[1], ["pdf_script"])

        assert files_not_looked_at(connection, 10) == []
        assert sorted(tuple(file.hazards or ()) for file in files_without_verdict(connection)) == [(), ("pdf_script",)]
