"""The migrations and the tables say the same, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from processor.storage import desk_tables, exchange_tables, plan_tables
from processor.storage.columns import metadata
from processor.storage.engine import Engine, reading, writing
from processor.storage.schema import SchemaUnknown, is_current, migrate


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    assert desk_tables and exchange_tables and plan_tables  # reading them fills the metadata

    with reading(engine) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)

    assert is_current(engine)


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaUnknown, match="9999"):
        migrate(engine)
