"""The database of a backup put where there is none yet."""

from pathlib import Path

from sqlalchemy import MetaData, delete, inspect, update

from processor.domain.backup import BackupFault
from processor.storage.backup.snapshots import run_program
from processor.storage.engine import Connection, open_engine, reading, writing
from processor.storage.files.disk import sync_file
from processor.storage.tables.core import arriving_files, arriving_pieces, sessions, uploads
from processor.storage.tables.exchange import exports

DATABASE = "hotro.db"


def refuse_wrong_database(kind: str, url: str | None) -> None:
    """SQLite becomes a file of the new folder; PostgreSQL needs an empty database. Raises BackupFault, Unavailable."""
    if kind == "sqlite" and url:
        raise BackupFault("Bản sao này là của SQLite: bỏ --database-url.")
    if kind == "postgresql" and not (url and is_postgresql(url)):
        raise BackupFault(
            "Bản sao này là của PostgreSQL: tạo một cơ sở dữ liệu trống, rồi --database-url postgresql://…"
        )
    if url:
        refuse_filled(url)


def put_database(dump: Path, folder: Path, url: str | None) -> str:
    """Its address; the dump is gone. Raises BackupFault."""
    if url is None:
        place = folder / DATABASE
        dump.rename(place)
        sync_file(place)
        return f"sqlite:///{place}"
    engine = open_engine(url)
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments")
    run_program("pg_restore", (*options, str(dump)), engine.url)
    engine.dispose()
    dump.unlink()
    return url


def is_postgresql(url: str) -> bool:
    return url.partition("://")[0].partition("+")[0] in ("postgresql", "postgres")


def refuse_filled(url: str) -> None:
    engine = open_engine(url)
    with reading(engine) as connection:
        tables = inspect(connection).get_table_names()
    engine.dispose()
    if tables:
        raise BackupFault(f"Cơ sở dữ liệu ở --database-url đã có {len(tables)} bảng. Chỉ khôi phục vào chỗ trống.")


def empty_database(url: str) -> None:
    """What a restore brought that did not hold; it was empty before."""
    engine = open_engine(url)
    found = MetaData()
    with writing(engine) as connection:
        found.reflect(connection)
        found.drop_all(connection)
    engine.dispose()


def forget_what_passed(connection: Connection) -> None:
    """What means nothing elsewhere or later: half-sent files, lists that were not copied, sessions that may have been
    ended since."""
    connection.execute(delete(uploads))
    connection.execute(delete(arriving_pieces))
    connection.execute(delete(arriving_files))
    connection.execute(delete(sessions))
    connection.execute(update(exports).values(file_id=None))
