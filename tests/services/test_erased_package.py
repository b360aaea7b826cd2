"""A dossier of which a person was erased goes to another place as it is, and verifies there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.services.exchange.imports import import_package
from processor.services.parts import Wired
from processor.services.privacy.erasure import erase
from processor.services.privacy.removal import remove_file
from processor.services.proof.verification import verify
from tests.desk import DeskClock, desk_on, everything, officer, opened, with_envelope
from tests.packages import key_in, written
from tests.services.conftest import migrated
from tests.services.test_erasure import ASKED, OF_THE_PERSON, PERSONAL_ONLY, withdrawn
from tests.services.test_removal import WHY, first_file


@pytest.fixture
def elsewhere(tmp_path: Path, catalogue: Catalogue, desk_clock: DeskClock) -> Iterator[Wired]:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    migrated(url)
    with desk_on(url, tmp_path / "elsewhere", catalogue, desk_clock) as wired:
        yield with_envelope(wired)


def test_what_is_left_after_erasing_a_person_is_taken_in_elsewhere(
    desk: Wired, elsewhere: Wired, tmp_path: Path
) -> None:
    sent = withdrawn(desk)
    remove_file(desk, officer(desk, "intake"), sent.reference, first_file(desk, sent).id, WHY)
    erase(desk, sent.reference, PERSONAL_ONLY)

    package = written(desk, sent, tmp_path)
    import_package(elsewhere, package, [key_in(package)])

    assert verify(elsewhere).problems == []
    assert opened(elsewhere, sent).dossier.answers == opened(desk, sent).dossier.answers
    told = [row for rows in everything(elsewhere.engine).values() for row in rows]
    assert [row for row in told if any(word in row for word in OF_THE_PERSON)] == []


def test_the_tombstone_of_a_whole_dossier_is_taken_in_elsewhere(desk: Wired, elsewhere: Wired, tmp_path: Path) -> None:
    sent = withdrawn(desk)
    erase(desk, sent.reference, ASKED)

    package = written(desk, sent, tmp_path)
    import_package(elsewhere, package, [key_in(package)])

    assert verify(elsewhere).problems == []
    assert opened(elsewhere, sent).dossier.erased_at is not None
