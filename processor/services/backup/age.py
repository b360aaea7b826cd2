"""How old the last complete backup is, as the database remembers it: the server may not see where backups are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from processor.services.parts import Wired
from processor.storage.engine import Connection, reading
from processor.storage.marks import marked_value, put_mark

NAME = "last_backup"


@dataclass(frozen=True)
class BackupAge:
    """`taken_at` is None while there was none; `late` when it is older than the setting, or there is none."""

    taken_at: datetime | None
    late: bool


def remember_backup(connection: Connection, taken_at: datetime) -> None:
    put_mark(connection, NAME, taken_at.isoformat())


def backup_age(wired: Wired) -> BackupAge:
    with reading(wired.engine) as connection:
        value = marked_value(connection, NAME)
    if value is None:
        return BackupAge(None, True)
    taken_at = datetime.fromisoformat(value)
    return BackupAge(taken_at, wired.clock() - taken_at > timedelta(hours=wired.settings.backup_warn_hours))
