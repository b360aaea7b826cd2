"""The migrations and the tables say the same, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from processor.storage.desk.search import TABLES
from processor.storage.engine import Engine, open_engine, reading
from processor.storage.schema import (
    NoExtension,
    OthersServe,
    SchemaUnknown,
    alembic_config,
    current,
    in_order,
    known,
    migrate,
    newest,
    suits,
)
from processor.storage.tables import desk as desk_tables
from processor.storage.tables import exchange as exchange_tables
from processor.storage.tables import plan as plan_tables
from processor.storage.tables import privacy as privacy_tables
from processor.storage.tables.columns import metadata
from tests.old_schemas import made_at, put_at
from tests.postgres import Postgres
from tests.schema_shape import is_current

OF_THE_SEARCH = {*TABLES, "ix_queue_folded"}
"""What finds names is of each database's own kind (tests/storage/test_plans.py)."""


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    assert desk_tables and exchange_tables and plan_tables and privacy_tables  # reading them fills the metadata

    with reading(engine) as connection:
        known = {"include_name": lambda name, kind, parents: name not in OF_THE_SEARCH}
        differences = compare_metadata(MigrationContext.configure(connection, opts=known), metadata)

    assert differences == []


def test_the_names_of_the_files_are_the_revisions_in_their_order() -> None:
    """They are read instead of Alembic, which a usual start does not load."""
    scripts = ScriptDirectory.from_config(alembic_config())

    assert newest() == scripts.get_current_head()
    assert known() == {script.revision for script in scripts.walk_revisions()}


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)

    assert is_current(engine)


def test_postgresql_that_lacks_the_extension_and_lets_nobody_make_it_is_told_what_to_do(postgres: Postgres) -> None:
    url = postgres.without_tables()
    theirs, narrow = open_engine(url), open_engine(url.replace("hotro@", "narrow@"))
    with theirs.begin() as connection:
        connection.execute(text("CREATE ROLE narrow LOGIN"))
        connection.execute(text("GRANT CREATE ON SCHEMA public TO narrow"))

    with pytest.raises(NoExtension, match="CREATE EXTENSION pg_trgm"):
        migrate(narrow)
    with theirs.begin() as connection:
        connection.execute(text("CREATE EXTENSION pg_trgm"))
    migrate(narrow)

    assert is_current(narrow)
    narrow.dispose()
    theirs.dispose()


def test_each_revision_is_the_next_number_or_the_next_addition_to_one() -> None:
    revisions = sorted(known(), key=in_order)

    for before, after in zip(revisions, revisions[1:], strict=False):
        number, addition = (*in_order(before), 0)[:2]
        assert after in (f"{number + 1:04}", f"{number:04}.{addition + 1}")


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    put_at(engine, "9999")

    with pytest.raises(SchemaUnknown, match="9999"):
        migrate(engine)


def test_a_database_to_which_a_newer_program_only_added_is_taken_as_it_is(engine: Engine) -> None:
    number = newest().partition(".")[0]
    put_at(engine, f"{number}.99")

    migrate(engine)

    with reading(engine) as connection:
        assert suits(connection) and current(connection) == f"{number}.99"


def test_a_step_that_takes_something_away_waits_until_no_other_server_is_connected(postgres: Postgres) -> None:
    engine, other = (open_engine(url) for url in [postgres.without_tables()] * 2)
    made_at(engine, "0009")

    with other.connect(), pytest.raises(OthersServe, match="còn 1 kết nối"):
        migrate(engine)
    other.dispose()
    migrate(engine)

    assert is_current(engine)
    engine.dispose()
