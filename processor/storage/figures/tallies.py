"""How often something happened on a day: counts added in one statement, and their sums over a time."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import String, func, select
from sqlalchemy.dialects import postgresql, sqlite

from processor.domain.tally import Kind, Tally
from processor.storage.engine import Connection
from processor.storage.tables.plan import tallies

NAMES = tuple(one.name for one in fields(Tally))


def add_tallies(connection: Connection, day: date, counts: Mapping[Tally, int]) -> None:
    """The last statement of its transaction: rows that everybody counts in are held no longer than the commit takes.

    In order of the key, so that two who count the same never wait for each other in a ring.
    """
    if not counts:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{"day": day, "count": times, **row_of(tally)} for tally, times in sorted(counts.items())]
    first = insert(tallies).values(rows)
    more = {"count": tallies.c.count + first.excluded.count}
    connection.execute(first.on_conflict_do_update(index_elements=tallies.primary_key, set_=more))


def row_of(tally: Tally) -> dict[str, str]:
    return {name: getattr(tally, name)[: width(name)] for name in NAMES}


def width(name: str) -> int | None:
    kind = tallies.c[name].type
    return kind.length if isinstance(kind, String) else None


def tally_sums(
    connection: Connection, kinds: Sequence[Kind], since: date, until: date, by: Sequence[str] = NAMES
) -> dict[Tally, int]:
    """Over the days from `since` on, before `until`. What is not in `by` is added up and left empty."""
    names = ["kind", *(name for name in by if name != "kind")]
    columns = [tallies.c[name] for name in names]
    within = tallies.c.kind.in_(kinds) & (tallies.c.day >= since) & (tallies.c.day < until)
    wanted = select(*columns, func.sum(tallies.c.count)).where(within).group_by(*columns)
    return {
        Tally(**dict(zip(names, found, strict=True))): int(total) for *found, total in connection.execute(wanted).all()
    }
