"""Whoever waits for work is woken at once: what was written rings a bell of PostgreSQL, which other machines hear.

Rung after the commit, never in it: a NOTIFY inside a transaction holds one lock of the whole server until its commit is
on the disk, so that the commits of several machines would wait for each other. A bell that nobody heard costs a wait:
whoever works looks by himself every few seconds, which on SQLite is the only way.
"""

from sqlalchemy import Connection, text

CHANNEL = "hotro"
MAIL, EVENTS, FILES = "mail", "events", "files"
BELLS = frozenset({MAIL, EVENTS, FILES})
HELD = "hotro_bells"
"""Of the connection's options: what is to be rung once its transaction is committed."""


def ring(connection: Connection, *bells: str) -> None:
    """With the transaction that writes what is to be done; one that fails rings nothing."""
    held: set[str] | None = connection.get_execution_options().get(HELD)
    if held is not None:
        held.update(bells)


def ring_out(connection: Connection) -> None:
    """What is written stays written, whatever becomes of this."""
    held = connection.get_execution_options().get(HELD)
    if not held or connection.dialect.name != "postgresql":
        return
    try:
        told = {"channel": CHANNEL, "bells": ",".join(sorted(held))}
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("SELECT pg_notify(:channel, :bells)"), told)
    except Exception:  # a bell that nobody hears costs one round of asking; what was committed must not look failed
        connection.invalidate()
