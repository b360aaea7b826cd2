"""Bring a database to the newest schema, in one transaction; refuse one that is newer than the program."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select
from sqlalchemy.sql.expression import column, table

from processor.domain.errors import HotroError
from processor.storage.engine import Connection, Engine, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic itself is loaded by what needs it: a start with the newest schema, the usual one, does not.
MIGRATIONS = Path(__file__).parent / "migrations"
STANDS = table("alembic_version", column("version_num"))


class SchemaUnknown(HotroError):
    """The database was made by a newer program."""


class NoExtension(HotroError):
    """PostgreSQL has not, or does not let this role make, what the search is built on."""

    def __init__(self, error: Exception) -> None:
        said = str(error.__cause__ or error).partition("\n")[0]
        super().__init__(
            "PostgreSQL chưa có phần mở rộng pg_trgm (mã extension_missing). Chạy CREATE EXTENSION pg_trgm trong cơ sở "
            f"dữ liệu này bằng vai trò quản trị (Debian: gói postgresql-15 có sẵn), rồi chạy lại. {said}"
        )


def alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(engine: Engine) -> None:
    """Safe to repeat, and by several processes at once."""
    if is_current(engine):
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Another process migrates: however long that takes.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202209)")
        refuse_unknown(connection)
        from alembic import command

        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    with reading(engine) as connection:
        return current(connection) == newest()


def current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(STANDS.name):
        return None
    found: str | None = connection.execute(select(STANDS.c.version_num)).scalar()
    return found


def newest() -> str:
    """The files are named by their revisions, which are numbers in a row (tests/storage/test_schema.py)."""
    return max(known())


def known() -> set[str]:
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def refuse_unknown(connection: Connection) -> None:
    found = current(connection)
    if found is not None and found not in known():
        raise SchemaUnknown(
            f"Cơ sở dữ liệu thuộc bản mới hơn chương trình ({found}). Nâng cấp chương trình, "
            "hoặc khôi phục bản sao lưu trước khi nâng cấp (hotro restore)."
        )
