"""An office moves to PostgreSQL while people send: nothing acknowledged is lost, and two databases never both serve."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Unavailable
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.transfer.planning import Move
from processor.services.transfer.transfer import carry_out, compared, open_again, take_back
from processor.services.upkeep import sweep_orphans
from processor.storage.engine import Engine, open_engine, reading, writing
from processor.storage.transfer.standing import MovedAway, MoveFault, refuse_moved
from tests.backups import files_of
from tests.desk import DeskClock, Sent, a_dossier, a_dossier_in, desk_on
from tests.moves import CLOSED, FILES, LIVE, meanwhile, move_of, stuck_mover
from tests.postgres import Postgres


@dataclass(frozen=True)
class Moving:
    """The office on SQLite, a PostgreSQL that holds nothing yet, and the move between them."""

    office: Wired
    there: Engine
    move: Move
    folder: Path
    catalogue: Catalogue

    def arrived(self) -> Iterator[Wired]:
        url = self.there.url.render_as_string()
        with desk_on(url, self.folder, self.catalogue, DeskClock()) as wired:
            yield wired


@pytest.fixture(scope="module")
def prepared_office(prepared_desk: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """A folder with a database and its files, to be copied."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(prepared_desk, folder / "desk.db")
    with desk_on(f"sqlite:///{folder / 'desk.db'}", folder, catalogue, DeskClock()) as wired:
        a_dossier_in(wired, "approved")
        a_dossier_in(wired, "supplement_requested")
    return folder


@pytest.fixture
def moving(prepared_office: Path, postgres: Postgres, tmp_path: Path, catalogue: Catalogue) -> Iterator[Moving]:
    folder, url = tmp_path / "office", postgres.fresh()
    shutil.copytree(prepared_office, folder)
    there = open_engine(url)
    with (
        desk_on(f"sqlite:///{folder / 'desk.db'}", folder, catalogue, DeskClock()) as office,
        move_of(office.engine.url.render_as_string(), url, folder, office.store) as move,
    ):
        yield Moving(office, there, move, folder, catalogue)
    there.dispose()
    postgres.give_back(url)


def refusal(engine: Engine) -> str:
    with pytest.raises(MovedAway) as refused:
        refuse_moved(engine)
    return str(refused.value)


def test_what_is_sent_while_it_is_copied_goes_along_and_what_comes_at_the_end_is_told_to_come_again(
    moving: Moving,
) -> None:
    taken: list[Sent] = []
    refused: list[tuple[str, int, str]] = []

    def send_at_the_end() -> None:
        with pytest.raises(Unavailable) as told:
            a_dossier(moving.office)
        still_read = open_dossier(moving.office, taken[0].reference).dossier.status
        refused.append((told.value.code, told.value.status, still_read))

    acts = {FILES: lambda: taken.append(a_dossier(moving.office)), CLOSED: send_at_the_end}
    moved = carry_out(meanwhile(moving.move, acts))

    for there in moving.arrived():
        assert open_dossier(there, taken[0].reference).dossier.status == "submitted"
        assert (verify(there).problems, verify(there).dossiers) == ([], 3)
        assert a_dossier(there).reference != taken[0].reference
    assert refused == [("moving", 503, "submitted")]
    assert moved.files == verify(moving.office).attachments and moved.damaged == 0


def test_the_old_place_takes_nothing_any_more_and_leaves_the_files_alone(moving: Moving) -> None:
    carry_out(moving.move)

    with pytest.raises(Unavailable, match="moving"):
        a_dossier(moving.office)
    for there in moving.arrived():
        sent = a_dossier(there)
        swept = sweep_orphans(moving.office, older_than_seconds=0.0)
        assert swept == 0 and verify(there).problems == []
        assert open_dossier(there, sent.reference)
    assert "(mã database_moved)" in refusal(moving.office.engine) and "hotro migrate --back" in refusal(
        moving.office.engine
    )


def test_a_mover_that_is_killed_half_way_leaves_the_old_place_serving_and_is_gone_on_with(moving: Moving) -> None:
    with stuck_mover(*urls_of(moving), moving.folder, LIVE, rows=20):
        sent = a_dossier(moving.office)
    half = refusal(moving.there)
    with reading(moving.there) as connection:
        copied = connection.execute(text("SELECT COUNT(*) FROM dossiers")).scalar_one()
    with writing(moving.there) as connection:
        connection.execute(text("UPDATE dossiers SET organisation_name = 'Đã đổi (ví dụ)' WHERE id = 1"))

    moved = carry_out(moving.move)

    assert copied == 2 and "(mã database_half_moved)" in half
    assert moved.live.changed == 1 and moved.live.added < moved.last.rows
    for there in moving.arrived():
        assert open_dossier(there, sent.reference) and verify(there).problems == []


@pytest.mark.long
def test_a_mover_that_is_killed_while_nobody_may_send_gives_the_old_place_back_at_once(moving: Moving) -> None:
    with stuck_mover(*urls_of(moving), moving.folder, CLOSED), pytest.raises(Unavailable) as told:
        a_dossier(moving.office)
    sent = a_dossier(moving.office)

    carry_out(moving.move)

    assert (told.value.code, told.value.status) == ("moving", 503)
    for there in moving.arrived():
        assert open_dossier(there, sent.reference) and verify(there).problems == []


def urls_of(moving: Moving) -> tuple[str, str]:
    return moving.office.engine.url.render_as_string(), moving.there.url.render_as_string()


def test_a_file_that_is_damaged_stops_the_move_while_the_old_place_serves(moving: Moving) -> None:
    damaged = sorted(files_of(moving.office))[0]
    place = next(moving.folder.rglob(damaged))
    place.write_bytes(b"%PDF-1.7 khac")

    with pytest.raises(MoveFault, match=damaged):
        carry_out(moving.move)
    a_dossier(moving.office)
    moved = carry_out(moving.move, despite_damage=True)

    assert moved.damaged == 1


def test_a_move_is_taken_back_as_long_as_nobody_has_worked_in_the_new_place(moving: Moving) -> None:
    carry_out(moving.move)

    take_back(moving.move)

    assert a_dossier(moving.office).reference
    assert "database_half_moved" in refusal(moving.there)


@pytest.mark.long
def test_a_move_is_not_taken_back_over_what_came_since(moving: Moving) -> None:
    carry_out(moving.move)
    for there in moving.arrived():
        a_dossier(there)
    moving.there.dispose()

    with pytest.raises(MoveFault, match="đã có việc mới"):
        take_back(moving.move)
    open_again(moving.move.source, moving.folder)

    assert a_dossier(moving.office).reference


@pytest.mark.long
def test_with_all_that_came_since_it_goes_back_into_a_new_file_once_the_servers_are_stopped(moving: Moving) -> None:
    carry_out(moving.move)
    for there in moving.arrived():
        sent = a_dossier(there)
    moving.there.dispose()
    moving.move.target.dispose()
    back = f"sqlite:///{moving.folder / 'moi.db'}"

    with move_of(urls_of(moving)[1], back, moving.folder, moving.office.store) as move:
        with reading(moving.there), pytest.raises(MoveFault, match="Dừng mọi hotro serve"):
            carry_out(move)
        moving.there.dispose()
        carry_out(move)
        assert compared(move) == []

    with desk_on(back, moving.folder, moving.catalogue, DeskClock()) as again:
        assert open_dossier(again, sent.reference) and verify(again).problems == []
        assert a_dossier(again).reference
    assert "database_moved" in refusal(moving.there)
