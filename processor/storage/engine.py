"""The database engine: SQLite in WAL with full sync, or PostgreSQL. Everything above passes a Connection along."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError

from processor.domain.errors import Unavailable
from processor.storage.address import read_address
from processor.storage.at_rest.key import Seal
from processor.storage.at_rest.values import seal_engine
from processor.storage.bells import HELD, ring_out
from processor.storage.closing import refuse_closing, refuse_moved_away

__all__ = [
    "CommitUnclear",
    "Connection",
    "Engine",
    "Pool",
    "open_engine",
    "open_verbatim",
    "reading",
    "room_for_connections",
    "snapshot",
    "writing",
]

BUSY_MILLISECONDS = 10_000
DISK_FULL = "53100"  # of PostgreSQL, whatever language its messages are in
FULL = {sqlite3.SQLITE_FULL}
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)


class CommitUnclear(Unavailable):
    """The database went away while it committed: what was to be written may be there, so files it names must stay.

    Files that no row names are swept later.
    """


@dataclass(frozen=True)
class Pool:
    """How many connections one process holds at most, and how long a question waits for one of them, in seconds."""

    connections: int = 16
    wait_seconds: float = 5.0

    @property
    def options(self) -> dict[str, Any]:
        # The connection used last knows the pages of the file best; the others may rest.
        return {
            "pool_size": self.connections,
            "max_overflow": 0,
            "pool_timeout": self.wait_seconds,
            "pool_use_lifo": True,
            "hide_parameters": True,
        }


def open_engine(
    url: str, busy_milliseconds: int = BUSY_MILLISECONDS, seal: Seal | None = None, pool: Pool | None = None
) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://…`. Raises UnusableDatabase.

    Whoever waits longer for a lock, or for a connection of the pool, gets Unavailable. With a key, what is personal is
    encrypted in the database.
    """
    engine = opened(read_address(url), busy_milliseconds, (pool or Pool()).options)
    seal_engine(engine, seal)
    return engine


def open_verbatim(url: str, busy_milliseconds: int = 6 * BUSY_MILLISECONDS, seal: Seal | None = None) -> Engine:
    """For moving rows as they lie: documents are text, SQLite checks no reference. The key is for files alone."""
    as_text = {"json_serializer": str, "json_deserializer": text_of}
    engine = opened(read_address(url), busy_milliseconds, {**Pool().options, **as_text})
    seal_engine(engine, seal)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA foreign_keys=OFF"))
    return engine


def text_of(lying: str | bytes) -> str:
    return lying if isinstance(lying, str) else bytes(lying).decode()


def opened(address: URL, busy_milliseconds: int, options: dict[str, Any]) -> Engine:
    if address.get_backend_name() == "sqlite":
        return open_sqlite(address, busy_milliseconds, options)
    return open_postgresql(address, busy_milliseconds, options)


def open_postgresql(address: URL, busy_milliseconds: int, options: dict[str, Any]) -> Engine:
    return create_engine(address, connect_args=connecting(address, busy_milliseconds), pool_pre_ping=True, **options)


def connecting(address: URL, busy_milliseconds: int) -> dict[str, Any]:
    """A server that no longer answers is noticed within half a minute, not after the hours that TCP would wait."""
    asked = address.query.get("options", "")
    return {
        "connect_timeout": 10,
        "tcp_user_timeout": 30_000,
        "client_encoding": "utf8",  # of a server that knows no letters psycopg would hand on bytes
        "application_name": address.query.get("application_name", "hotro"),
        "options": f"{asked if isinstance(asked, str) else ' '.join(asked)} -c lock_timeout={busy_milliseconds}",
    }


def open_sqlite(address: URL, busy_milliseconds: int, options: dict[str, Any]) -> Engine:
    engine = create_engine(address, connect_args={"timeout": busy_milliseconds / 1000}, **options)
    engine.dialect.hotro_turn = Turn(busy_milliseconds / 1000)  # type: ignore[attr-defined]
    database = Path(str(address.database))

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (f"busy_timeout={busy_milliseconds}", *SQLITE_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once when another writer was faster.
        if connection.get_execution_options().get("hotro_write"):
            refuse_closing(database)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            refuse_moved_away(of_driver(connection))
        else:
            begin_reading(of_driver(connection))

    return engine


def begin_reading(driver: sqlite3.Connection) -> None:
    """Unless a glance has."""
    if not driver.in_transaction:
        driver.execute("BEGIN DEFERRED")


def room_for_connections(connection: Connection) -> int | None:
    """How many the server takes from everybody together; None of a file."""
    if connection.dialect.name != "postgresql":
        return None
    settings = ("max_connections", "superuser_reserved_connections")
    most, reserved = (int(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in settings)
    return most - reserved


def of_driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


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
    """One transaction: returning commits, raising rolls back. Nothing is written, unless it raises CommitUnclear."""
    with translated(), turn_of(engine), to_write(engine) as connection:
        with connection.begin() as transaction:
            yield connection
            with commit_watched(connection):
                transaction.commit()
        ring_out(connection)


class Turn:
    """SQLite takes one writer. Those of one process wait for each other here, the next is woken at once: SQLite would
    have them ask again and again, and sleep longer each time.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.lock = Lock()

    def __enter__(self) -> None:
        """Raises Unavailable when it does not come in time."""
        if not self.lock.acquire(timeout=self.seconds):
            raise Unavailable(because="database is locked")

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def turn_of(engine: Engine) -> AbstractContextManager[None]:
    turn: Turn | None = getattr(engine.dialect, "hotro_turn", None)
    return turn or nullcontext()


def to_write(engine: Engine) -> Connection:
    return engine.connect().execution_options(hotro_write=True, **{HELD: set()})


@contextmanager
def commit_watched(connection: Connection) -> Iterator[None]:
    """A full disk is a no. Any other trouble leaves open whether the commit had arrived."""
    try:
        with translated():
            yield
    except Unavailable as error:
        # SQLAlchemy takes a commit that failed for an end of the transaction; SQLite may hold it, and its lock, open.
        connection.invalidate()
        if error.code == "storage_full":
            raise
        raise CommitUnclear(because=error.because) from error


@contextmanager
def translated() -> Iterator[None]:
    """A full disk, an absent database and a pool whose connections are all in use are named as such."""
    try:
        yield
    except OperationalError as error:
        raise fault_of(error) from error
    except TimeoutError as error:
        raise Unavailable(because=str(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable() from error
        raise


def fault_of(error: OperationalError) -> Unavailable:
    reason = str(error.orig)
    full = getattr(error.orig, "sqlstate", None) == DISK_FULL or getattr(error.orig, "sqlite_errorcode", None) in FULL
    return Unavailable("storage_full", 507, reason) if full else Unavailable(because=reason)
