"""Long answers of the database, read a few thousand rows at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select

from processor.storage.engine import Connection

AT_ONCE = 5000


def streamed(connection: Connection, wanted: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rest stays with the database until it is asked for."""
    with connection.execute(wanted, execution_options={"yield_per": AT_ONCE}) as rows:
        for part in rows.partitions():
            yield from part
