"""Every row of every table goes over as it lies, in both directions; whatever differs is found by its name."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text

from processor.services.transfer.planning import Move
from processor.services.transfer.transfer import carry_out, compared
from processor.storage.at_rest.key import Seal
from processor.storage.desk.search import TABLES, Words, few_found, not_found
from processor.storage.engine import Engine, open_engine, reading, writing
from processor.storage.tables.core import dossiers, marks
from processor.storage.transfer.comparing import Difference
from processor.storage.transfer.standing import MoveFault
from processor.storage.transfer.verbatim import verbatim_tables
from tests.every_table import fill_every_table, row_of
from tests.moves import CLOSED, FILES, LIVE, all_rows, meanwhile, move_of, references
from tests.postgres import Postgres

SEAL = Seal(bytes(range(32)))


TO_POSTGRESQL, TO_SQLITE = "to postgresql", "to sqlite"
BACK = pytest.param(TO_SQLITE, marks=pytest.mark.long)
both_ways = pytest.mark.parametrize("both", [TO_POSTGRESQL, TO_SQLITE], indirect=True)


@pytest.fixture
def both(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, empty_database: Path
) -> Iterator[tuple[str, str]]:
    """Addresses of a source and a target, both migrated and empty."""
    here = f"sqlite:///{shutil.copy(empty_database, tmp_path / 'hotro.db')}"
    there = postgres.fresh()
    yield (there, here) if getattr(request, "param", TO_POSTGRESQL) == TO_SQLITE else (here, there)
    postgres.give_back(there)


@pytest.fixture
def source(both: tuple[str, str]) -> Iterator[Engine]:
    """Rows in every table, what is personal encrypted."""
    engine = open_engine(both[0], seal=SEAL)
    fill_every_table(engine)
    engine.dispose()
    yield engine
    engine.dispose()


@pytest.fixture
def move(source: Engine, both: tuple[str, str], tmp_path: Path) -> Iterator[Move]:
    with move_of(*both, tmp_path) as made:
        yield made


@pytest.fixture
def target(both: tuple[str, str]) -> Iterator[Engine]:
    engine = open_engine(both[1], seal=SEAL)
    yield engine
    engine.dispose()


def test_no_table_of_the_schema_is_left_out(engine: Engine) -> None:
    with reading(engine) as connection:
        there = set(inspect(connection).get_table_names())

    assert {table.name for table in verbatim_tables()} == there - {*TABLES, "alembic_version"}


@both_ways
def test_every_value_of_every_type_is_there_again_and_nothing_was_decrypted_on_the_way(
    move: Move, source: Engine, target: Engine
) -> None:
    before = all_rows(source)
    source.dispose()

    moved = carry_out(move, despite_damage=True)

    assert all_rows(target) == before and moved.last.rows == sum(map(len, before.values()))
    assert compared(move) == []


@pytest.mark.parametrize("both", [TO_POSTGRESQL, BACK], indirect=True)
def test_names_are_found_in_the_new_place(move: Move, target: Engine) -> None:
    carry_out(move, despite_damage=True)

    with reading(target) as connection:
        assert few_found(connection, Words("tác xã")) == [1, 2, 3]
        assert not_found(connection) == 0


@pytest.mark.parametrize("both", [TO_POSTGRESQL, BACK], indirect=True)
def test_references_hold_again_and_no_number_is_given_twice(move: Move, source: Engine, target: Engine) -> None:
    row = row_of(dossiers, 900)
    before = references(target)
    with writing(source) as connection:
        connection.execute(insert(dossiers), row)
        connection.execute(text("DELETE FROM dossiers WHERE id = 900"))
        if source.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('dossiers', 'id'), 900)"))
    source.dispose()

    carry_out(move, despite_damage=True)
    with writing(target) as connection:
        given = connection.execute(insert(dossiers).values(without_id(row)).returning(dossiers.c.id)).scalar_one()

    assert given == 901
    assert references(target) == before


def without_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def test_a_row_that_was_changed_taken_or_added_in_the_new_place_is_found_by_its_name(
    move: Move, target: Engine
) -> None:
    carry_out(move, despite_damage=True)
    with writing(target) as connection:
        connection.execute(text("UPDATE dossiers SET revision = revision + 1 WHERE id = 2"))
        connection.execute(text("DELETE FROM uploads WHERE draft_id = 1"))
        connection.execute(insert(marks), {"name": "thua", "value": "1"})
    target.dispose()

    found = compared(move)

    with pytest.raises(MoveFault, match="Đã chuyển xong"):
        carry_out(move, despite_damage=True)  # what came since would be lost
    (missing,) = (one for one in found if one.what == "missing")
    assert missing.table == "uploads"
    assert {one for one in found if one is not missing} == {
        Difference("dossiers", (2,), "changed"),
        Difference("marks", ("thua",), "extra"),
    }


def test_what_changes_goes_and_comes_while_it_is_copied_is_as_in_the_source_at_the_end(
    move: Move, source: Engine, target: Engine
) -> None:
    def work_goes_on() -> None:
        with writing(source) as connection:
            connection.execute(text("UPDATE dossiers SET requested_amount = 7 WHERE id = 1"))
            connection.execute(text("DELETE FROM uploads WHERE draft_id = 1"))
            connection.execute(insert(marks), {"name": "moi", "value": "1"})
        source.dispose()

    moved = carry_out(meanwhile(move, {FILES: work_goes_on}), despite_damage=True)

    assert (moved.last.added, moved.last.changed, moved.last.gone) == (1, 1, 1)
    assert all_rows(target) == all_rows(source)


def test_a_move_that_broke_off_is_gone_on_with_and_mends_what_was_changed_meanwhile(
    move: Move, source: Engine, target: Engine
) -> None:
    def breaks_off() -> None:
        raise KeyboardInterrupt

    for phase in (LIVE, CLOSED):
        with pytest.raises(KeyboardInterrupt):
            carry_out(meanwhile(move, {phase: breaks_off}), despite_damage=True)
    with writing(target) as connection:
        connection.execute(text("UPDATE dossiers SET revision = revision + 1 WHERE id = 2"))
    target.dispose()

    moved = carry_out(move, despite_damage=True)

    assert (moved.live.added, moved.live.changed) == (0, 1)
    assert all_rows(target) == all_rows(source)


def test_a_row_that_the_new_place_does_not_take_is_named_without_its_values(
    both: tuple[str, str], tmp_path: Path
) -> None:
    engine = open_engine(both[0])
    with writing(engine) as connection:
        connection.execute(insert(marks), [{"name": "ngan", "value": "1"}, {"name": "dài " * 20, "value": "bí mật"}])
    engine.dispose()

    with move_of(*both, tmp_path) as made, pytest.raises(MoveFault) as refused:
        carry_out(made)

    assert "marks dài" in str(refused.value) and "character varying(40)" in str(refused.value)
    assert "bí mật" not in str(refused.value)


def test_a_place_that_holds_anything_else_is_refused(move: Move, both: tuple[str, str]) -> None:
    foreign = open_engine(both[1])
    refusals = []
    for before, after in (
        ("CREATE TABLE nguoi_khac (id INTEGER)", "DROP TABLE nguoi_khac"),
        ("INSERT INTO marks (name, value) VALUES ('da-co', '1')", "DELETE FROM marks"),
    ):
        with writing(foreign) as connection:
            connection.execute(text(before))
        with pytest.raises(MoveFault) as refused:
            carry_out(move)
        refusals.append(str(refused.value))
        with writing(foreign) as connection:
            connection.execute(text(after))
    foreign.dispose()

    assert "nguoi_khac" in refusals[0] and "đã có dữ liệu khác (1 dòng)" in refusals[1]
