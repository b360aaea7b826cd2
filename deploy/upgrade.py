"""What deploy/install.sh asks of the database around an upgrade, with the settings of the environment.

`python -m deploy.upgrade state` prints current, adds, older, newer or missing, seen from this program (adds: only what
the older program does not notice is still to be added; a newer one that only added is current);
`… keep PLACE` copies the database as it is, whatever its age; `… bring-back PLACE` puts that copy in its place again,
while nothing else is connected. What goes wrong is one line and exit 1.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from processor.console import Stopped, settings
from processor.domain.backup import BackupFault
from processor.domain.errors import HotroError, Unavailable
from processor.settings import Settings
from processor.storage.backup.restored import empty_database
from processor.storage.backup.snapshots import run_program
from processor.storage.engine import open_engine, reading
from processor.storage.schema import SchemaUnknown, current, only_adds, refuse_unknown, suits
from processor.troubles import of_database


def state(chosen: Settings) -> str:
    """Raises Unavailable when the database does not answer."""
    if chosen.database_file and not chosen.database_file.exists():
        return "missing"
    engine = open_engine(chosen.database)
    try:
        with reading(engine) as connection:
            found = current(connection)
            refuse_unknown(connection)
            served = suits(connection)
    except SchemaUnknown:
        return "newer"
    finally:
        engine.dispose()
    if found is None:
        return "missing"
    return "current" if served else "adds" if only_adds(found) else "older"


def keep(chosen: Settings, place: Path) -> None:
    """Readable by its owner alone. Raises BackupFault."""
    os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    if chosen.database_file:
        copy_file(chosen.database_file, place)
        return
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={place}")
    run_program("pg_dump", options, open_engine(chosen.database).url)


def bring_back(chosen: Settings, place: Path) -> None:
    """Raises BackupFault, Unavailable; PostgreSQL's old tables are gone then, and `place` still holds them."""
    if chosen.database_file:
        copy_file(place, chosen.database_file)
        return
    empty_database(chosen.database)
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments")
    run_program("pg_restore", (*options, str(place)), open_engine(chosen.database).url)


def copy_file(source: Path, target: Path) -> None:
    """By SQLite itself, with what still lies in the log beside the file; checked once it is there."""
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
            ((said,),) = written.execute("PRAGMA integrity_check").fetchall()
    except (sqlite3.Error, ValueError) as error:
        raise BackupFault(f"Không chép được {source} sang {target}: {error}.") from None
    if said != "ok":
        raise BackupFault(f"Bản chép {target} không nguyên vẹn: {said}.")


def run(deed: str, *places: str) -> None:
    chosen = settings()
    if deed == "state":
        print(state(chosen))
    else:
        {"keep": keep, "bring-back": bring_back}[deed](chosen, Path(places[0]))


if __name__ == "__main__":
    try:
        run(*sys.argv[1:])
    except Unavailable as trouble:
        sys.exit(str(of_database(trouble)))
    except (HotroError, Stopped, BackupFault) as stopped:
        sys.exit(str(stopped))
