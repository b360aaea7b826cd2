"""A few rows by key, asked without end: of SQLite on one connection that stays open.

Taking a connection, beginning and giving it back costs SQLAlchemy more than SQLite needs for the rows.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from processor.storage.engine import Connection, Engine, of_driver, reading, translated


def glancing(engine: Engine) -> AbstractContextManager[Connection]:
    """As `reading`, all of one moment."""
    if engine.dialect.name != "sqlite":
        return reading(engine)
    glance: Glance | None = getattr(engine, "hotro_glance", None)
    if glance is None:
        glance = engine.hotro_glance = Glance(engine)  # type: ignore[attr-defined]
    return glance.taken()


class Glance:
    """One at a time; who comes meanwhile reads as everybody does. After any trouble a new connection is taken."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turn = Lock()
        self.open: Connection | None = None
        self.is_stale = False
        event.listen(engine, "engine_disposed", self.disposed)

    def disposed(self, _: Engine) -> None:
        """In any thread, while others read: connections that are in use go when they are given back."""
        self.is_stale = True
        if self.turn.acquire(blocking=False):
            self.close()
            self.turn.release()

    @contextmanager
    def taken(self) -> Iterator[Connection]:
        if not self.turn.acquire(blocking=False):
            with reading(self.engine) as connection:
                yield connection
            return
        try:
            with translated():
                yield from self.asked()
        finally:
            self.turn.release()

    def asked(self) -> Iterator[Connection]:
        """SQLAlchemy learns of the transaction only when it is asked something itself."""
        if self.is_stale:
            self.close()
        connection = self.open = self.open or self.engine.connect()
        try:
            of_driver(connection).execute("BEGIN DEFERRED")
            yield connection
        except (DBAPIError, sqlite3.Error):
            self.close()
            raise
        finally:
            self.end()

    def end(self) -> None:
        if self.open and self.open.in_transaction():
            self.open.rollback()
        elif self.open:
            of_driver(self.open).rollback()

    def close(self) -> None:
        connection, self.open, self.is_stale = self.open, None, False
        if connection:
            connection.detach()  # its pool, if that was let go, would keep it open
            connection.close()
