"""A revision with a number behind the dot only adds: what a program of before needs is there, as it was. On both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from processor.storage.engine import Engine, open_engine, reading
from tests.old_schemas import REVISIONS, made_at
from tests.schema_shape import shapes, taken_away


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("postgres").without_tables()
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_what_says_that_it_only_adds_takes_nothing_away(empty: Engine) -> None:
    faults = list[str]()
    for revision in REVISIONS:
        with reading(empty) as connection:
            before = shapes(connection)
        made_at(empty, revision)
        with reading(empty) as connection:
            after = shapes(connection)
        if "." in revision:
            faults += [f"{revision}: {fault}" for fault in taken_away(before, after)]
        assert len(after) > 1

    assert faults == []


def a_table(op: Operations) -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))


def a_column_that_may_be_empty(op: Operations) -> None:
    op.add_column("drafts", sa.Column("later", sa.Text(), nullable=True))


def a_column_that_is_filled_by_itself(op: Operations) -> None:
    op.add_column("drafts", sa.Column("later", sa.Text(), nullable=False, server_default=""))


def an_index(op: Operations) -> None:
    op.create_index("ix_later", "drafts", ["form_id"])


@pytest.mark.parametrize("step", [a_table, a_column_that_may_be_empty, a_column_that_is_filled_by_itself, an_index])
def test_an_addition_is_one(step: Callable[[Operations], None], engine: Engine) -> None:
    assert found_after(step, engine) == []


def a_table_less(op: Operations) -> None:
    op.drop_table("arriving_pieces")


def a_column_less(op: Operations) -> None:
    with op.batch_alter_table("officers") as officers:
        officers.drop_column("role")


def a_column_that_must_be_filled(op: Operations) -> None:
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("later", sa.Text(), nullable=False))


def another_type(op: Operations) -> None:
    with op.batch_alter_table("officers") as officers:
        officers.alter_column("name", type_=sa.String(12), existing_type=sa.String(200))


def what_must_be_unique(op: Operations) -> None:
    op.create_index("ix_later", "drafts", ["form_id"], unique=True)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (a_table_less, "arriving_pieces is gone"),
        (a_column_less, "officers.role is not what it was"),
        (a_column_that_must_be_filled, "drafts.later must be filled"),
        (another_type, "officers.name is not what it was"),
        (what_must_be_unique, "drafts obeys another rule"),
    ],
)
def test_whatever_a_program_of_before_would_stumble_over_is_none(
    step: Callable[[Operations], None], told: str, engine: Engine
) -> None:
    assert told in found_after(step, engine)


def found_after(step: Callable[[Operations], None], engine: Engine) -> list[str]:
    """What the step took away; it is taken back."""
    with engine.connect() as connection, connection.begin() as transaction:
        before = shapes(connection)
        step(Operations(MigrationContext.configure(connection)))
        found = list(taken_away(before, shapes(connection)))
        transaction.rollback()
    return found
