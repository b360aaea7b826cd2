"""The money of a year: envelopes, and what a step reserves, commits and releases."""

from datetime import datetime

from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, HotroError
from processor.domain.figures.budget import BudgetEntry, Envelope
from processor.domain.vietnamese import money as in_words
from processor.domain.workflow import Transition
from processor.services.parts import Wired
from processor.storage.desk import budgets
from processor.storage.desk.sheets import proposal_of
from processor.storage.dossiers.dossiers import put_amounts
from processor.storage.engine import Connection, reading, writing

LARGEST = 10**13


class BudgetFault(HotroError):
    """An envelope that cannot be set; the text says why."""


def set_envelope(wired: Wired, year: int, amount: int, document: str) -> None:
    """Raises BudgetFault."""
    if not 2023 <= year <= 2100 or not 0 < amount <= LARGEST or not document.strip():
        raise BudgetFault("Ghi năm từ 2023, số tiền lớn hơn 0 đồng và số, ngày của văn bản giao kinh phí.")
    now = wired.clock()
    with writing(wired.engine) as connection:
        if not budgets.set_envelope(connection, year, amount, document.strip(), now):
            known = budgets.envelope_of(connection, year)
            assert known
            held = in_words(known.reserved + known.committed)
            raise BudgetFault(f"Năm {year} đã giữ và đã quyết định {held}. Đặt kinh phí không thấp hơn số đó.")
        budgets.note_entry(connection, year, "set", amount, "command", now, note=document.strip())


def envelope(wired: Wired, year: int) -> Envelope | None:
    with reading(wired.engine) as connection:
        return budgets.envelope_of(connection, year)


def every_envelope(wired: Wired) -> list[Envelope]:
    with reading(wired.engine) as connection:
        return budgets.every_envelope(connection)


def entries(wired: Wired, year: int) -> list[BudgetEntry]:
    with reading(wired.engine) as connection:
        return budgets.entries_of(connection, year)


def move(
    wired: Wired,
    connection: Connection,
    dossier: Dossier,
    transition: Transition,
    amount: int,
    year: int,
    actor: str,
    now: datetime,
) -> None:
    """What the step does to the money. Raises Conflict("budget_not_set"), Conflict("budget_short")."""
    if transition.effect == "reserve":
        reserve(connection, dossier, amount, year, actor, now)
        put_amounts(connection, dossier.id, proposed=amount)
    proposal = proposal_of(connection, dossier.id)
    if proposal is None or dossier.status != "proposed":
        return
    if transition.effect == "commit" and not budgets.commit(connection, proposal.year, proposal.amount):
        raise short(connection, proposal.year, proposal.amount)
    if transition.effect == "release":
        budgets.release(connection, proposal.year, proposal.amount)
    if transition.effect in ("commit", "release"):
        budgets.note_entry(connection, proposal.year, transition.effect, proposal.amount, actor, now, dossier.id)
        put_amounts(connection, dossier.id, approved=proposal.amount if transition.effect == "commit" else None)


def reserve(connection: Connection, dossier: Dossier, amount: int, year: int, actor: str, now: datetime) -> None:
    if not budgets.reserve(connection, year, amount):
        raise short(connection, year, amount)
    budgets.note_entry(connection, year, "reserve", amount, actor, now, dossier.id)


def short(connection: Connection, year: int, amount: int) -> Conflict:
    known = budgets.envelope_of(connection, year)
    if known is None:
        return Conflict("budget_not_set", year=str(year))
    return Conflict("budget_short", year=str(year), left=in_words(max(known.left, 0)), needed=in_words(amount))
