"""When everything was last looked through for changes, and how much did not match: remembered for whoever watches."""

import json
from dataclasses import dataclass
from datetime import datetime

from processor.storage.engine import Connection
from processor.storage.marks import marked_value, put_mark

NAME = "last_verify"


@dataclass(frozen=True)
class LastLook:
    at: datetime
    mismatches: int


def remember_look(connection: Connection, look: LastLook) -> None:
    put_mark(connection, NAME, json.dumps({"at": look.at.isoformat(), "mismatches": look.mismatches}))


def last_look(connection: Connection) -> LastLook | None:
    """None while nobody has looked."""
    written = marked_value(connection, NAME)
    if written is None:
        return None
    told = json.loads(written)
    return LastLook(datetime.fromisoformat(told["at"]), told["mismatches"])
