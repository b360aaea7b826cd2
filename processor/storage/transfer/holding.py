"""The source of a move while the last of it goes over: it is read, and whoever wants to write is told to come again.

SQLite's own lock keeps writers out and ends with the process that holds it. So that nobody waits ten seconds for it,
a file beside the database tells at once.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from processor.storage.closing import closed_for_a_while
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.transfer.standing import MoveFault
from processor.storage.transfer.verbatim import verbatim_tables

OTHERS = """
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
LOOKS = 50


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One move at a time. Raises MoveFault."""
    with (folder / "move.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MoveFault("Một lần chuyển khác đang chạy trên máy này.") from None
        yield


@contextmanager
def held(source: Engine) -> Iterator[Connection]:
    """Nobody else writes within. Returning commits what was written here, raising leaves the source as it was."""
    if source.dialect.name == "sqlite":
        with writing(source) as connection, closed_for_a_while(Path(str(source.url.database))):
            yield connection
    else:
        source.dispose()
        with writing(source) as connection:
            refuse_others(connection)
            lock_all(connection)
            yield connection
            refuse_others(connection)


def refuse_served(engine: Engine) -> None:
    """PostgreSQL has no mark that stops the servers of other machines: they must be stopped. Raises MoveFault."""
    if engine.dialect.name == "postgresql":
        engine.dispose()
        with reading(engine) as connection:
            refuse_others(connection)


def lock_all(connection: Connection) -> None:
    connection.execute(text(f"LOCK TABLE {', '.join(table.name for table in verbatim_tables())} IN SHARE MODE"))


def refuse_others(connection: Connection) -> None:
    """One that has just ended is waited for. Raises MoveFault."""
    for _ in range(LOOKS):
        others = connection.execute(text(OTHERS)).scalar_one()
        if not others:
            return
        time.sleep(0.1)
    raise MoveFault(f"Còn {others} kết nối khác vào PostgreSQL. Dừng mọi hotro serve và hotro worker rồi chạy lại.")
