"""The keys that sign receipts: public parts and the seeds they are derived from, for ever."""

from datetime import datetime

from sqlalchemy import insert, select, update

from processor.domain.signature import SigningKey
from processor.storage.engine import Connection
from processor.storage.tables.core import signing_keys


def every_key(connection: Connection) -> list[SigningKey]:
    """In the order in which they came into use; of two of the same second the one still in use is the later."""
    in_use = signing_keys.c.valid_to.is_(None)
    wanted = select(*COLUMNS).order_by(signing_keys.c.valid_from, in_use, signing_keys.c.key_id)
    return [SigningKey(*row) for row in connection.execute(wanted)]


def hold_keys(connection: Connection) -> None:
    """Whoever changes keys waits here until the other's transaction has ended. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(743202210)")


def insert_key(connection: Connection, key: SigningKey) -> None:
    connection.execute(insert(signing_keys), vars(key))


def close_key(connection: Connection, key_id: str, valid_to: datetime) -> None:
    connection.execute(update(signing_keys).where(signing_keys.c.key_id == key_id).values(valid_to=valid_to))


COLUMNS = (
    signing_keys.c.key_id,
    signing_keys.c.seed,
    signing_keys.c.public_key,
    signing_keys.c.valid_from,
    signing_keys.c.valid_to,
)
