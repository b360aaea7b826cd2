"""How the installation stands, in figures for whoever watches it: counts and ages, nothing of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from processor.services.appraisal.views import soon
from processor.services.backup.age import backup_age
from processor.services.parts import Wired
from processor.services.proof.last_look import LastLook, last_look
from processor.storage.desk.queue import MOST_COUNTED, QueueFilter, queue_count
from processor.storage.engine import Connection, reading
from processor.storage.files.scans import count_some
from processor.storage.outbox import mail_figures, oldest_waiting


@dataclass(frozen=True)
class Vitals:
    """`mail` by state, `mail_age` in seconds, `files` and `due` count at most a thousand and one of each."""

    mail: Mapping[str, int]
    mail_age: float
    backup_at: datetime | None
    files: Mapping[str, int]
    due: Mapping[str, int]
    look: LastLook | None


def vitals(wired: Wired) -> Vitals:
    """Raises Unavailable when the database does not answer."""
    backup_at = backup_age(wired).taken_at
    with reading(wired.engine) as connection:
        oldest = oldest_waiting(connection)
        return Vitals(
            mail=mail_figures(connection),
            mail_age=max(0.0, (wired.clock() - oldest).total_seconds()) if oldest else 0.0,
            backup_at=backup_at,
            files=count_some(connection, MOST_COUNTED),
            due=due_figures(wired, connection),
            look=last_look(connection),
        )


def due_figures(wired: Wired, connection: Connection) -> dict[str, int]:
    """As the views of the desk count them."""
    today = wired.today()
    wanted = {
        "passed": QueueFilter(due_before=today),
        "soon": QueueFilter(due_from=today, due_before=soon(wired) + timedelta(days=1)),
    }
    return {when: queue_count(connection, which) for when, which in wanted.items()}
