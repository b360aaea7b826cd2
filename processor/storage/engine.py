"""The database engine: SQLite in WAL with full sync, or PostgreSQL. Everything above passes a Connection along."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from processor.domain.errors import Unavailable

__all__ = ["Connection", "Engine", "open_engine", "reading", "snapshot", "writing"]

BUSY_MILLISECONDS = 10_000
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://…`."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"HOTRO_DATABASE_URL là “{url}”. Viết sqlite:///ĐƯỜNG_DẪN hoặc postgresql://…") from None
    if parsed.get_backend_name() == "sqlite":
        return open_sqlite(url)
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=16, max_overflow=16, pool_pre_ping=True)


def open_sqlite(url: str) -> Engine:
    # The connection used last knows the pages of the file best.
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, pool_size=16, max_overflow=32, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once when another writer was faster.
        mode = "IMMEDIATE" if connection.get_execution_options().get("hotro_write") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    with translated(), engine.connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Reading of one moment: what is written meanwhile is not seen, so that sums over several questions agree."""
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: returning commits, raising rolls back."""
    with translated(), engine.connect().execution_options(hotro_write=True) as connection, connection.begin():
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """A full disk and an absent database are named as such."""
    try:
        yield
    except OperationalError as error:
        raise fault_of(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable() from error
        raise


def fault_of(error: OperationalError) -> Unavailable:
    reason = str(error.orig).lower()
    if "disk is full" in reason or "no space left" in reason or "disk full" in reason:
        return Unavailable("storage_full", 507)
    return Unavailable()
