"""A SQLite database that takes no writes: for a while, while it is moved elsewhere, or for good, once it has moved.

For a while: a file beside it, which whoever moves it keeps locked; the lock ends with him. For good: a number in the
head of the database itself, set in the last transaction of the move, so that no process can write behind its back.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from processor.domain.errors import Unavailable

MOVED = 43
"""`PRAGMA user_version` of a database that has moved away; nothing else uses it."""
CODE = "moving"


def closing_mark(database: Path) -> Path:
    return database.with_name(f"{database.name}-moving")


@contextmanager
def closed_for_a_while(database: Path) -> Iterator[None]:
    mark = closing_mark(database)
    with mark.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)


def refuse_closing(database: Path) -> None:
    """Before anybody waits for the lock. A file that was left behind by a process that died hinders nobody."""
    try:
        descriptor = os.open(closing_mark(database), os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable(CODE, because="the database is being moved") from None
    finally:
        os.close(descriptor)


def refuse_moved_away(connection: sqlite3.Connection) -> None:
    """With the write lock held. Raises Unavailable; the transaction is over."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == MOVED:
        connection.execute("ROLLBACK")
        raise Unavailable(CODE, because="the database has moved")


def refuse_closed(connection: Connection) -> None:
    """For whoever only asks. Raises Unavailable."""
    if connection.dialect.name != "sqlite":
        return
    refuse_closing(Path(str(connection.engine.url.database)))
    if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == MOVED:
        raise Unavailable(CODE, because="the database has moved")
