"""The migrations and the tables say the same, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from processor.storage.engine import Engine, reading, writing
from processor.storage.schema import SchemaUnknown, alembic_config, is_current, known, migrate, newest
from processor.storage.tables import desk as desk_tables
from processor.storage.tables import exchange as exchange_tables
from processor.storage.tables import plan as plan_tables
from processor.storage.tables import privacy as privacy_tables
from processor.storage.tables.columns import metadata


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    assert desk_tables and exchange_tables and plan_tables and privacy_tables  # reading them fills the metadata

    with reading(engine) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_the_names_of_the_files_are_the_revisions_in_their_order() -> None:
    """They are read instead of Alembic, which a usual start does not load."""
    scripts = ScriptDirectory.from_config(alembic_config())

    assert newest() == scripts.get_current_head()
    assert known() == {script.revision for script in scripts.walk_revisions()}


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)

    assert is_current(engine)


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaUnknown, match="9999"):
        migrate(engine)
