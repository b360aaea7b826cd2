"""The search of the queue: any part of a name, a whole reference or official code, the beginning of a tax code.

Names are in an index by each three signs that follow one another: a table of FTS5 on SQLite, an index of pg_trgm on
PostgreSQL (migration 0011). PostgreSQL keeps its own in step with the queue. SQLite's is written here, in the
transaction of the queue's row: a trigger may not, for FTS5 of SQLite 3.40 does not count as harmless where
`trusted_schema` is off.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, column, exists, or_, select, table

from processor.storage.engine import Connection, Engine, writing
from processor.storage.tables.core import dossiers, queue

SHORTEST = 3
"""Of fewer signs the index of names knows nothing."""
MOST_LOOKED_UP = 5000
"""When more fit, a page is full sooner by reading the queue in its order."""
NAMES = table("queue_names", column("queue_names"), column("rowid", Integer))
TABLES = frozenset({"queue_names", "queue_names_config", "queue_names_data", "queue_names_idx"})
"""What FTS5 keeps the index in, beside the tables of the schema."""
THESE = "FROM queue WHERE dossier_id IN (SELECT value FROM json_each(?))"
PUT = f"INSERT INTO queue_names (rowid, folded) SELECT dossier_id, folded {THESE}"
TAKE = f"INSERT INTO queue_names (queue_names, rowid, folded) SELECT 'delete', dossier_id, folded {THESE}"
MISSED = f"""
SELECT count(*) FROM queue WHERE length(folded) >= {SHORTEST} AND NOT EXISTS (
    SELECT 1 FROM queue_names WHERE queue_names.rowid = queue.dossier_id AND queue_names MATCH
        '"' || replace(substr(queue.folded, 1, {SHORTEST}), '"', '""')
        || '" AND "' || replace(substr(queue.folded, -{SHORTEST}), '"', '""') || '"'
)
"""
"""By the first and the last signs of each name: the whole of a million names would take minutes."""
PAGES_AT_ONCE = 1000


@dataclass(frozen=True)
class Words:
    """What is searched for: one of them has to fit. `folded` is without marks and capitals."""

    folded: str
    reference: str | None = None
    tax_code: str | None = None
    official_code: str | None = None


def few_found(connection: Connection, words: Words) -> list[int] | None:
    """The dossiers that fit, from indexes alone. None when they are not few, or no index can tell."""
    if len(words.folded) < SHORTEST:
        return None
    found: set[int] = set()
    for way in ways(connection, words):
        found.update(connection.execute(way.limit(MOST_LOOKED_UP + 1)).scalars())
    return sorted(found) if len(found) <= MOST_LOOKED_UP else None


def ways(connection: Connection, words: Words) -> Iterator[Select[Any]]:
    yield by_phrase(words.folded) if in_table(connection) else select(queue.c.dossier_id).where(has_part(words.folded))
    yield select(dossiers.c.id).where(has_number(words))
    if words.tax_code:
        beginning = between(words.tax_code) if in_table(connection) else begins_with(words.tax_code)
        yield select(dossiers.c.id).where(beginning)


def by_phrase(folded: str) -> Select[Any]:
    quoted = folded.replace('"', '""')
    return select(NAMES.c.rowid).where(NAMES.c.queue_names.op("MATCH")(f'"{quoted}"'))


def has_number(words: Words) -> ColumnElement[bool]:
    official = [words.official_code, words.official_code.upper()] if words.official_code else []
    references = [words.reference] if words.reference else []
    return or_(dossiers.c.reference.in_(references), dossiers.c.official_code.in_(official))


def between(tax_code: str) -> ColumnElement[bool]:
    """As `begins_with`, so that SQLite enters its index: codes are digits and hyphens."""
    return (dossiers.c.tax_code >= tax_code) & (dossiers.c.tax_code < f"{tax_code}~")


def begins_with(tax_code: str) -> ColumnElement[bool]:
    return dossiers.c.tax_code.startswith(tax_code, autoescape=True)


def has_part(folded: str) -> ColumnElement[bool]:
    return queue.c.folded.contains(folded, autoescape=True)


def said_by(words: Words) -> ColumnElement[bool]:
    """The same of each row of the queue, without the index."""
    found = [has_part(words.folded), queue.c.dossier_id.in_(select(dossiers.c.id).where(has_number(words)))]
    if words.tax_code:
        own = dossiers.c.id == queue.c.dossier_id
        found.append(exists().where(own & begins_with(words.tax_code)).correlate(queue))
    return or_(*found)


def put_names(connection: Connection, dossier_ids: Iterable[int]) -> None:
    """As the queue's rows have them."""
    if in_table(connection):
        connection.exec_driver_sql(PUT, (json.dumps(list(dossier_ids)),))


def take_names(connection: Connection, dossier_ids: Iterable[int]) -> None:
    """Before the rows go or their names change: FTS5 takes out the signs that the rows still tell it."""
    if in_table(connection):
        connection.exec_driver_sql(TAKE, (json.dumps(list(dossier_ids)),))


def put_all_names(connection: Connection) -> None:
    """Anew, of all rows of the queue."""
    if in_table(connection):
        connection.exec_driver_sql("INSERT INTO queue_names (queue_names) VALUES ('rebuild')")


def not_found(connection: Connection) -> int:
    """How many dossiers the index does not find by the beginning and the end of their names."""
    return connection.exec_driver_sql(MISSED).scalar_one() if in_table(connection) else 0


def in_table(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def forget_names(engine: Engine) -> None:
    """What FTS5 keeps of names that are gone goes: it marks them as deleted and writes its segments anew at leisure.

    A part at a time, so that whoever sends meanwhile need not wait. PostgreSQL's vacuum does this itself.
    """
    if engine.dialect.name != "sqlite":
        return
    merged = merge(engine, -PAGES_AT_ONCE)  # below zero: all segments into one
    while merged:
        merged = merge(engine, PAGES_AT_ONCE)


def merge(engine: Engine, pages: int) -> bool:
    """Whether there was anything left to merge: FTS5 tells it by rows that it changed, one at the least."""
    with writing(engine) as connection:
        before = changes(connection)
        connection.exec_driver_sql("INSERT INTO queue_names (queue_names, rank) VALUES ('merge', ?)", (pages,))
        return changes(connection) - before > 1


def changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())
