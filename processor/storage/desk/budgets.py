"""Budgets by year. Every movement is one guarded update: two deciders can never overspend."""

from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from processor.domain.figures.budget import BudgetEntry, Envelope
from processor.storage.engine import Connection
from processor.storage.once import insert_once
from processor.storage.tables.core import dossiers
from processor.storage.tables.desk import budget_entries, budgets


def envelope_of(connection: Connection, year: int) -> Envelope | None:
    row = connection.execute(select(*ENVELOPE).where(budgets.c.year == year)).first()
    return None if row is None else Envelope(*row)


def every_envelope(connection: Connection) -> list[Envelope]:
    return [Envelope(*row) for row in connection.execute(select(*ENVELOPE).order_by(budgets.c.year))]


ENVELOPE = (
    budgets.c.year,
    budgets.c.amount,
    budgets.c.document,
    budgets.c.reserved,
    budgets.c.committed,
    budgets.c.paid,
)


def set_envelope(connection: Connection, year: int, amount: int, document: str, now: datetime) -> bool:
    """False when more than `amount` is already reserved and committed."""
    if insert_once(connection, budgets, year=year, amount=amount, document=document, set_at=now):
        return True
    return moved(connection, year, budgets.c.reserved + budgets.c.committed <= amount, amount=amount, document=document)


def reserve(connection: Connection, year: int, amount: int) -> bool:
    """False when so much is not left."""
    enough = budgets.c.reserved + budgets.c.committed + amount <= budgets.c.amount
    return moved(connection, year, enough, reserved=budgets.c.reserved + amount)


def release(connection: Connection, year: int, amount: int) -> bool:
    return moved(connection, year, budgets.c.reserved >= amount, reserved=budgets.c.reserved - amount)


def commit(connection: Connection, year: int, amount: int) -> bool:
    """What was reserved is spent now."""
    enough = budgets.c.reserved >= amount
    spent = {"reserved": budgets.c.reserved - amount, "committed": budgets.c.committed + amount}
    return moved(connection, year, enough, **spent)


def pay(connection: Connection, year: int, amount: int) -> bool:
    enough = budgets.c.paid + amount <= budgets.c.committed
    return moved(connection, year, enough, paid=budgets.c.paid + amount)


def moved(connection: Connection, year: int, guard: ColumnElement[bool], **changed: object) -> bool:
    guarded = update(budgets).where((budgets.c.year == year) & guard)
    return connection.execute(guarded.values(**changed)).rowcount == 1


def note_entry(
    connection: Connection,
    year: int,
    kind: str,
    amount: int,
    actor: str,
    now: datetime,
    dossier_id: int | None = None,
    note: str = "",
) -> None:
    row = {"year": year, "kind": kind, "amount": amount, "actor": actor, "at": now, "note": note}
    connection.execute(insert(budget_entries), {**row, "dossier_id": dossier_id})


def entries_of(connection: Connection, year: int) -> list[BudgetEntry]:
    """Oldest first."""
    source = budget_entries.outerjoin(dossiers, dossiers.c.id == budget_entries.c.dossier_id)
    wanted = select(
        budget_entries.c.kind,
        budget_entries.c.amount,
        dossiers.c.reference,
        budget_entries.c.actor,
        budget_entries.c.at,
        budget_entries.c.note,
    ).select_from(source)
    return [
        BudgetEntry(*row[:5], row[5] or "")
        for row in connection.execute(wanted.where(budget_entries.c.year == year).order_by(budget_entries.c.id))
    ]
