"""Breaches and their minutes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update

from processor.domain.breach import Breach, Minute, NewBreach
from processor.storage.engine import Connection
from processor.storage.tables.core import officers
from processor.storage.tables.privacy import breach_entries, breaches

OPEN = breaches.c.closed_at.is_(None)


def add_breach(connection: Connection, told: NewBreach, officer_id: int, now: datetime) -> int:
    """Its number."""
    row = {**asdict(told), "officer_id": officer_id, "entered_at": now}
    number: int = connection.execute(insert(breaches).values(row).returning(breaches.c.id)).scalar_one()
    return number


def change_breach(connection: Connection, number: int, **values: Any) -> bool:
    """False when it is closed, or is not there."""
    return connection.execute(update(breaches).where((breaches.c.id == number) & OPEN).values(**values)).rowcount == 1


def add_minute(connection: Connection, number: int, officer_id: int, now: datetime, text: str) -> None:
    connection.execute(insert(breach_entries), {"breach_id": number, "officer_id": officer_id, "at": now, "text": text})


def find_breach(connection: Connection, number: int) -> Breach | None:
    row = connection.execute(listed().where(breaches.c.id == number)).mappings().first()
    return breach_from(row) if row else None


def open_breaches(connection: Connection) -> list[Breach]:
    """The oldest on top."""
    ordered = listed().where(OPEN).order_by(breaches.c.found_at, breaches.c.id)
    return [breach_from(row) for row in connection.execute(ordered).mappings()]


def open_breach_like(connection: Connection, told: NewBreach) -> int | None:
    """The number of one that says the same."""
    return next((found.id for found in open_breaches(connection) if found.told == told), None)


def every_breach(connection: Connection, most: int) -> list[Breach]:
    """Open ones first, the oldest of them on top; then closed ones, newest first."""
    found = open_breaches(connection)
    closed = listed().where(~OPEN).order_by(breaches.c.closed_at.desc(), breaches.c.id.desc()).limit(most)
    return found + [breach_from(row) for row in connection.execute(closed).mappings()]


def minutes_of(connection: Connection, number: int) -> list[Minute]:
    source = breach_entries.join(officers, officers.c.id == breach_entries.c.officer_id)
    wanted = select(breach_entries.c.at, officers.c.name, breach_entries.c.text).select_from(source)
    ordered = wanted.where(breach_entries.c.breach_id == number).order_by(breach_entries.c.id)
    return [Minute(*row) for row in connection.execute(ordered)]


def listed() -> Select[Any]:
    source = breaches.join(officers, officers.c.id == breaches.c.officer_id)
    return select(breaches, officers.c.name.label("officer")).select_from(source)


def breach_from(row: RowMapping) -> Breach:
    told = NewBreach(**{name: row[name] for name in NewBreach.__dataclass_fields__})
    own = [name for name in Breach.__dataclass_fields__ if name != "told"]
    return Breach(told=told, **{name: row[name] for name in own})
