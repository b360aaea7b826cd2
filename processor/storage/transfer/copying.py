"""The rows of one database brought into another; whatever was there before, afterwards it is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, delete, insert
from sqlalchemy.exc import DBAPIError

from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.transfer.comparing import Page, Step, among, digests, extra_keys, pages
from processor.storage.transfer.standing import MoveFault
from processor.storage.transfer.verbatim import Key, digest, key_of, verbatim_tables


@dataclass
class Copied:
    """`changed` were there already and differed; `gone` had no row in the source any more."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0


def copy_all(source: Connection, target: Engine, step: Step = lambda rows: None, check: bool = False) -> Copied:
    """May be interrupted and begun again: what is there already is compared and left alone.

    With `check` every row that was written is read back and held against its source. Raises MoveFault, Unavailable.
    """
    copied, tables = Copied(), verbatim_tables()
    for table in reversed(tables):
        for keys in extra_keys(source, target, table):
            remove(target, table, keys)
            copied.gone += len(keys)
    for table in tables:
        for page in pages(source, target, table):
            put(target, table, page)
            if check:
                refuse_different(target, table, [*page.missing, *page.changed])
            copied.rows += len(page.rows)
            copied.added += len(page.missing)
            copied.changed += len(page.changed)
            step(len(page.rows))
    return copied


def remove(target: Engine, table: Table, keys: Sequence[Key]) -> None:
    with writing(target) as connection:
        connection.execute(delete(table).where(among(table, keys)))


def put(target: Engine, table: Table, page: Page) -> None:
    rows = [*page.missing, *page.changed]
    if not rows:
        return
    try:
        put_rows(target, table, rows, [key_of(table, row) for row in page.changed])
    except DBAPIError:
        for row in rows:
            put_alone(target, table, row)


def put_rows(target: Engine, table: Table, rows: Sequence[Row[Any]], instead_of: Sequence[Key]) -> None:
    with writing(target) as connection:
        if instead_of:
            connection.execute(delete(table).where(among(table, instead_of)))
        connection.execute(insert(table), [dict(row._mapping) for row in rows])


def put_alone(target: Engine, table: Table, row: Row[Any]) -> None:
    """So that the one that is not taken has a name."""
    key = key_of(table, row)
    try:
        put_rows(target, table, [row], [key])
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        raise MoveFault(f"Nơi mới không nhận dòng {named(table, key)}: {why}. Báo người phát triển.") from None


def refuse_different(target: Engine, table: Table, rows: Sequence[Row[Any]]) -> None:
    if not rows:
        return
    with reading(target) as connection:
        there = digests(connection, table, [key_of(table, row) for row in rows])
    for row in rows:
        if there.get(key_of(table, row)) != digest(row):
            raise MoveFault(f"Dòng {named(table, key_of(table, row))} đọc lại khác lúc ghi. Kiểm tra ổ đĩa ở nơi mới.")


def named(table: Table, key: Key) -> str:
    return f"{table.name} {'/'.join(map(str, key))}"
