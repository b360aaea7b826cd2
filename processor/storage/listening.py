"""Hears the bells of PostgreSQL over a connection of its own, and opens it again when it is lost.

None of the pool's: a pool that is full must not make the program deaf, nor a listener the pool smaller.
"""

import threading
from collections.abc import Callable, Collection
from contextlib import closing
from typing import Any

import structlog

from processor.storage.bells import BELLS, CHANNEL
from processor.storage.engine import BUSY_MILLISECONDS, Engine, connecting

LOG = structlog.get_logger("hotro.listening")
QUIET_SECONDS = 1.0
"""Then the server is asked whether it is there, and the program whether it stops."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0

Heard = Callable[[Collection[str]], None]


def listen(engine: Engine, heard: Heard, stop: threading.Event) -> None:
    """Until `stop` is set; not at all on SQLite. Each connecting rings all bells: nobody knows what was missed."""
    wait = FIRST_WAIT
    while engine.dialect.name == "postgresql" and not stop.is_set():
        try:
            with closing(own_connection(engine)) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                heard(BELLS)
                wait = FIRST_WAIT
                hear(connection, heard, stop)
        except engine.dialect.loaded_dbapi.Error as lost:
            LOG.warning("bells_not_heard", because=str(lost).partition("\n")[0], again_in=wait)
            stop.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT)


def own_connection(engine: Engine) -> Any:
    """Of the driver; what it asks is committed at once. Raises the driver's errors."""
    names, options = engine.dialect.create_connect_args(engine.url)
    options = {**options, **connecting(engine.url, BUSY_MILLISECONDS), "application_name": "hotro listener"}
    return engine.dialect.connect(*names, **options, autocommit=True)


def hear(connection: Any, heard: Heard, stop: threading.Event) -> None:
    while not stop.is_set():
        rung = {
            bell
            for note in connection.notifies(timeout=QUIET_SECONDS, stop_after=1)
            for bell in note.payload.split(",")
        }
        if rung:
            heard(rung & BELLS)
        else:
            connection.execute("SELECT 1")
