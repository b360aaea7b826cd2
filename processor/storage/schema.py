"""Bring a database to the newest schema, in one transaction; refuse one that is newer than the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from processor.domain.errors import HotroError
from processor.storage.engine import Connection, Engine, reading, writing


class SchemaUnknown(HotroError):
    """The database was made by a newer program."""


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(engine: Engine) -> None:
    """Safe to repeat, and by several processes at once."""
    if is_current(engine):
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202209)")
        refuse_unknown(connection)
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    with reading(engine) as connection:
        return current(connection) == newest()


def current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def refuse_unknown(connection: Connection) -> None:
    known = {revision.revision for revision in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    found = current(connection)
    if found is not None and found not in known:
        raise SchemaUnknown(f"Cơ sở dữ liệu thuộc bản mới hơn chương trình ({found}). Nâng cấp chương trình.")
