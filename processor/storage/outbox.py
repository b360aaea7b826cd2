"""The outbox: which notice goes to whom, when it is tried next, who is trying it. No text of a letter is kept here."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from processor.domain.notice import DueNotice, WaitingMail
from processor.storage.bells import MAIL, ring
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, outbox

UNFINISHED = outbox.c.sent_at.is_(None) & outbox.c.given_up_at.is_(None)
GIVEN_UP = outbox.c.given_up_at.is_not(None)
WAITING = UNFINISHED & outbox.c.next_try_at.is_not(None)


def enqueue(
    connection: Connection,
    notice: str,
    now: datetime,
    *,
    dossier_id: int | None = None,
    draft_id: int | None = None,
    address: str | None = None,
) -> None:
    """Written in the transaction of what it tells. `address` only where it is not that of the dossier or draft."""
    row = {"notice": notice, "dossier_id": dossier_id, "draft_id": draft_id, "address": address}
    connection.execute(insert(outbox), {**row, "created_at": now, "next_try_at": now})
    ring(connection, MAIL)


def claim_next(
    connection: Connection, known: Collection[str], now: datetime, leased_until: datetime
) -> DueNotice | None:
    """The notice that has waited longest, held until the lease ends: nobody else gets it before.

    Rows without `next_try_at` are older than the sending of mail; notices not `known` are for a newer program.
    """
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    due = UNFINISHED & (outbox.c.next_try_at <= now) & free & outbox.c.notice.in_(known)
    first = select(*DUE).where(due).order_by(outbox.c.next_try_at, outbox.c.id).limit(1)
    row = connection.execute(first.with_for_update(skip_locked=True, of=outbox)).first()
    if row is None:
        return None
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(leased_until=leased_until))
    return DueNotice(*row)


def mark_sent(connection: Connection, notice_id: int, leased_until: datetime, now: datetime) -> bool:
    return finish(connection, notice_id, leased_until, sent_at=now, last_error=None)


def postpone(connection: Connection, notice_id: int, leased_until: datetime, next_try_at: datetime, error: str) -> bool:
    return finish(connection, notice_id, leased_until, next_try_at=next_try_at, last_error=error)


def give_up(connection: Connection, notice_id: int, leased_until: datetime, now: datetime, error: str) -> bool:
    return finish(connection, notice_id, leased_until, given_up_at=now, last_error=error)


def finish(connection: Connection, notice_id: int, leased_until: datetime, **values: Any) -> bool:
    """One try is over. False when the lease had ended and somebody else has the notice, or it is gone."""
    mine = (outbox.c.id == notice_id) & (outbox.c.leased_until == leased_until)
    ended = update(outbox).where(mine).values(leased_until=None, attempts=outbox.c.attempts + 1, **values)
    return connection.execute(ended).rowcount == 1


def hold_back(connection: Connection) -> None:
    """What waits is never sent."""
    connection.execute(update(outbox).where(UNFINISHED).values(next_try_at=None))


def mail_figures(connection: Connection) -> dict[str, int]:
    """How many notices wait to be sent, and how many never will be."""
    figures = {"waiting": WAITING, "given_up": GIVEN_UP}
    counted = {name: select(func.count()).select_from(outbox).where(which) for name, which in figures.items()}
    return {name: connection.execute(query).scalar_one() for name, query in counted.items()}


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the notice was put there that has waited longest to be sent."""
    return connection.execute(select(func.min(outbox.c.created_at)).where(WAITING)).scalar()


def waiting_mail(connection: Connection, limit: int = 100) -> list[WaitingMail]:
    """What is not sent yet, oldest first, then what was given up."""
    found: list[WaitingMail] = []
    for which in (WAITING, GIVEN_UP & outbox.c.next_try_at.is_not(None)):
        wanted = select(*TOLD).where(which).order_by(outbox.c.created_at, outbox.c.id).limit(limit - len(found))
        found += [WaitingMail(*row) for row in connection.execute(wanted)]
    return found


DUE = (
    outbox.c.id,
    outbox.c.notice,
    select(dossiers.c.reference).where(dossiers.c.id == outbox.c.dossier_id).scalar_subquery().label("reference"),
    outbox.c.draft_id,
    outbox.c.address,
    outbox.c.created_at,
    outbox.c.attempts,
)
TOLD = (
    outbox.c.notice,
    DUE[2],
    outbox.c.created_at,
    outbox.c.attempts,
    outbox.c.next_try_at,
    outbox.c.last_error,
    outbox.c.given_up_at,
)
