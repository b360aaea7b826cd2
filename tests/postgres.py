"""A real PostgreSQL 15 of the tests' own: started once a process, a clean migrated database for each test.

A database that a test gives back is emptied for the next: making one writes some three hundred files, removing them
at the end takes longer than the tests that used them.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from processor.storage.engine import open_engine
from processor.storage.schema import migrate
from processor.storage.tables import desk as desk_tables
from processor.storage.tables import exchange as exchange_tables
from processor.storage.tables import plan as plan_tables
from processor.storage.tables.columns import metadata
from tests.schema_shape import is_current
from tests.served import free_port

assert desk_tables and exchange_tables and plan_tables  # reading them fills the metadata
PROGRAMS = Path("/usr/lib/postgresql/15/bin")


END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
EMPTY_ALL = """
DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
  PERFORM setval(quote_ident(sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


def same_tables(connection: Connection) -> bool:
    known = {*metadata.tables, "alembic_version"}
    return set(inspect(connection).get_table_names()) == known


class Postgres:
    """The server must not run as root, so it runs as `nobody` when the tests are root's."""

    def __init__(self, folder: Path) -> None:
        if not (PROGRAMS / "postgres").exists():
            raise RuntimeError("PostgreSQL 15 is missing: apt-get install --no-install-recommends postgresql-15")
        self.folder = folder
        self.port = free_port()
        self.made = 0
        self.clean: list[str] = []
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.user = user.pw_uid if user else None
        self.group = user.pw_gid if user else None
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", "hotro", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        self._make("template_hotro", "template1")
        engine = open_engine(self.url("template_hotro"))
        migrate(engine)
        engine.dispose()

    @property
    def pid(self) -> int:
        """Of the process whose children serve."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def url(self, name: str) -> str:
        return f"postgresql://hotro@127.0.0.1:{self.port}/{name}"

    def fresh(self) -> str:
        """The address of a migrated, empty database."""
        if self.clean:
            return self.clean.pop()
        self.made += 1
        self._make(f"test_{self.made}", "template_hotro")
        return self.url(f"test_{self.made}")

    def without_tables(self) -> str:
        """The address of a database that holds nothing at all."""
        self.made += 1
        self._make(f"empty_{self.made}", "template1")
        return self.url(f"empty_{self.made}")

    def give_back(self, url: str) -> None:
        """Emptied for the next; one whose schema was changed is left alone."""
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(text(END_OTHERS))
            if is_current(engine) and same_tables(connection):
                connection.exec_driver_sql(EMPTY_ALL)
                self.clean.append(url)
        engine.dispose()

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
            " -c max_connections=60"
        )
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"), "-w", "start"
        )

    def stop(self) -> None:
        """As a crash: nothing is flushed or closed; the next start recovers."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def wait(self) -> None:
        """Until it has recovered from a crash."""
        engine = create_engine(self.url("postgres").replace("postgresql://", "postgresql+psycopg://"))
        for _ in range(300):
            with suppress(OperationalError), engine.connect():
                break
            time.sleep(0.1)
        engine.dispose()

    def kill_a_backend(self, name: str) -> None:
        """kill -9 of one that serves `name`, if there is any; the server then drops all others and recovers."""
        engine = open_engine(self.url(name))
        with engine.connect() as connection:
            found = connection.execute(text(OTHERS)).scalars().all()
        engine.dispose()
        for pid in found[:1]:
            os.kill(pid, signal.SIGKILL)

    def ask(self, *statements: str) -> list[Any]:
        """As its owner, outside any transaction; what the last one answers."""
        address = self.url("postgres").replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            found = [connection.execute(text(statement)) for statement in statements][-1]
            rows = list(found) if found.returns_rows else []
        engine.dispose()
        return rows

    def _make(self, name: str, template: str) -> None:
        address = self.url("postgres").replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        for _ in range(100):
            try:
                with engine.connect() as connection:
                    connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
                break
            except OperationalError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"PostgreSQL did not make {name}: see {self.folder / 'log'}")
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [PROGRAMS / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=self.user,
            group=self.group,
        )


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="hotro-postgres-"))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
