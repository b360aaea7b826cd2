"""The database as it stands at one moment, while others write, and the files it then names."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from processor.domain.backup import BackupFault
from processor.storage.at_rest.values import seal_of
from processor.storage.desk.decisions import every_scan
from processor.storage.dossiers.dossiers import count_dossiers, every_attachment
from processor.storage.engine import Connection, Engine, open_engine, reading, snapshot
from processor.storage.schema import current

PROGRAMS = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class NamedFile:
    id: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Taken:
    """`database` is "sqlite" or "postgresql"; `files` are what its rows name, exported lists left out."""

    database: str
    schema: str
    dossiers: int
    files: tuple[NamedFile, ...]


def take_snapshot(engine: Engine, place: Path) -> Taken:
    """Write the database to `place`. Raises BackupFault when the program that does it is missing or fails."""
    take = from_sqlite if engine.dialect.name == "sqlite" else from_postgresql
    return take(engine, place)


def snapshot_bytes(engine: Engine) -> int:
    """How much room a snapshot takes, at most."""
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).stat().st_size
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def from_sqlite(engine: Engine, place: Path) -> Taken:
    """In one step, so that no writer makes it begin again."""
    try:
        with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(place)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise BackupFault(f"Không chép được cơ sở dữ liệu: {error}.") from None
    copied = open_engine(f"sqlite:///{place}", seal=seal_of(engine.dialect))
    with reading(copied) as connection:
        taken = told("sqlite", connection)
    copied.dispose()
    return taken


def from_postgresql(engine: Engine, place: Path) -> Taken:
    with snapshot(engine) as connection:
        exported = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        taken = told("postgresql", connection)
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={exported}", f"--file={place}")
        run_program("pg_dump", options, engine.url)
    return taken


def told(database: str, connection: Connection) -> Taken:
    rows = [NamedFile(row["id"], row["size"], row["sha256"]) for row in every_attachment(connection)]
    scans = [NamedFile(scan.id, scan.size, scan.sha256) for scan in every_scan(connection)]
    return Taken(database, current(connection) or "", count_dossiers(connection), (*rows, *scans))


def run_program(name: str, options: Sequence[str], url: URL) -> None:
    """One of PostgreSQL's programs on the database of `url`; its password goes by the environment, where no list of
    processes shows it."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [program(name), *options, f"--dbname={address}"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        reason = " ".join(ran.stderr.split()) or f"mã {ran.returncode}"
        raise BackupFault(f"{name} không làm được: {reason[:500]}")


def program(name: str) -> str:
    """The newest one: an older one refuses a newer server."""
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda place: float(place.parent.parent.name))
    there = str(found[-1]) if found else shutil.which(name)
    if there is None:
        raise BackupFault(f"Thiếu {name}. Cài: sudo apt-get install --no-install-recommends postgresql-client")
    return there
