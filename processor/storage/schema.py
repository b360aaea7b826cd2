"""Bring a database to the newest schema, in one transaction; refuse one that this program cannot serve.

A revision is named `0011` when every server must be stopped for it, `0011.1` when it only adds to 0011: programs of
0011 go on serving while it is made, and start on it. What may be added, and how it is checked: decision 49.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import column, table

from processor.domain.errors import HotroError, Unavailable
from processor.storage.engine import Connection, Engine, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic itself is loaded by what needs it: a start with the newest schema, the usual one, does not.
MIGRATIONS = Path(__file__).parent / "migrations"
STANDS = table("alembic_version", column("version_num"))
LOCK_NOT_GIVEN = "55P03"
FOR_A_MOMENT, TRIES, PAUSE = "SET LOCAL lock_timeout = 2000", 60, 1.0
"""Whoever comes to a table waits behind a step that waits for it: so a step asks for a moment, then lets them by."""
OTHERS = """
SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND application_name = 'hotro' AND wait_event IS DISTINCT FROM 'advisory'
"""
LOOKS = 50


class SchemaUnknown(HotroError):
    """The database was made by a newer program, which has taken away what this one needs."""


class OthersServe(HotroError):
    """A step for which every server must be stopped, while some are not."""


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
    """Safe to repeat, and by several processes at once. Raises SchemaUnknown, OthersServe, Unavailable."""
    with reading(engine) as connection:
        if suits(connection):
            return
    for tried in range(1, TRIES + 1):
        try:
            take_steps(engine)
            return
        except Unavailable as error:
            if tried == TRIES or not lacked_a_lock(error):
                raise
        time.sleep(PAUSE)


def take_steps(engine: Engine) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Another process migrates: however long that takes.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202209)")
            connection.exec_driver_sql(FOR_A_MOMENT)
        refuse_unknown(connection)
        if suits(connection):
            return
        refuse_others(connection)
        from alembic import command

        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def lacked_a_lock(error: Unavailable) -> bool:
    because = error.__cause__
    return isinstance(because, DBAPIError) and getattr(because.orig, "sqlstate", None) == LOCK_NOT_GIVEN


def refuse_others(connection: Connection) -> None:
    """A server that has just ended is waited for. SQLite's are on one machine, whose installer stops them."""
    found = current(connection)
    if connection.dialect.name != "postgresql" or found is None or only_adds(found):
        return
    for _ in range(LOOKS):
        others = connection.execute(text(OTHERS)).scalar_one()
        if not others:
            return
        time.sleep(0.1)
    raise OthersServe(
        f"Bước đổi cơ sở dữ liệu này cần mọi máy dừng, mà còn {others} kết nối của Hotro (mã database_served). "
        "Dừng hotro serve và hotro worker ở mọi máy rồi chạy lại: docs/ky-thuat/nang-cap.md."
    )


def suits(connection: Connection) -> bool:
    """As new as this program, or newer by steps that only add: it can serve."""
    found = current(connection)
    return found is not None and (found == newest() or (found not in known() and only_adds(found)))


def only_adds(found: str) -> bool:
    """Whether nothing but additions lie between that revision and this program's, whichever is newer."""
    return found.partition(".")[0] == newest().partition(".")[0]


def current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(STANDS.name):
        return None
    found: str | None = connection.execute(select(STANDS.c.version_num)).scalar()
    return found


def newest() -> str:
    """The files are named by their revisions, which are numbers in a row (tests/storage/test_schema.py)."""
    return max(known(), key=in_order)


def in_order(revision: str) -> list[int]:
    return [int(part) for part in revision.split(".")]


def known() -> set[str]:
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def refuse_unknown(connection: Connection) -> None:
    found = current(connection)
    if found is not None and found not in known() and not only_adds(found):
        raise SchemaUnknown(
            f"Cơ sở dữ liệu thuộc bản mới hơn chương trình ({found}). Nâng cấp chương trình, "
            "hoặc khôi phục bản sao lưu trước khi nâng cấp (hotro restore)."
        )
