"""Addresses that are told of events, and what is to be sent to each."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from processor.domain.events import LOOKS
from processor.domain.feed import FeedEvent
from processor.domain.webhook import Delivery, Webhook
from processor.storage.engine import Connection
from processor.storage.exchange.feed import AT_ONCE, PLACED, last_position
from processor.storage.tables.core import dossiers, events
from processor.storage.tables.exchange import deliveries, webhooks

UNSENT = deliveries.c.sent_at.is_(None) & deliveries.c.given_up_at.is_(None)
WORKING = webhooks.c.disabled_at.is_(None)


def insert_webhook(connection: Connection, url: str, label: str, seed: str, now: datetime) -> int:
    """It is told of what happens from now on."""
    row = {"url": url, "label": label, "seed": seed, "created_at": now, "position": last_position(connection)}
    number: int = connection.execute(insert(webhooks).values(row).returning(webhooks.c.id)).scalar_one()
    return number


def seed_of(connection: Connection, webhook_id: int) -> str:
    found: str = connection.execute(select(webhooks.c.seed).where(webhooks.c.id == webhook_id)).scalar_one()
    return found


def every_webhook(connection: Connection) -> list[Webhook]:
    """Oldest first."""
    wanted = select(webhooks).order_by(webhooks.c.id)
    return [
        Webhook(
            row["id"],
            row["url"],
            row["label"],
            row["created_at"],
            row["disabled_at"],
            count(connection, row["id"], UNSENT),
            count(connection, row["id"], deliveries.c.given_up_at.is_not(None)),
            last_error(connection, row["id"]),
        )
        for row in connection.execute(wanted).mappings()
    ]


def count(connection: Connection, webhook_id: int, which: Any) -> int:
    counted = select(func.count()).select_from(deliveries).where((deliveries.c.webhook_id == webhook_id) & which)
    return connection.execute(counted).scalar_one()


def last_error(connection: Connection, webhook_id: int) -> str | None:
    failed = (deliveries.c.webhook_id == webhook_id) & deliveries.c.last_error.is_not(None)
    newest = select(deliveries.c.last_error).where(failed).order_by(deliveries.c.id.desc()).limit(1)
    found: str | None = connection.execute(newest).scalar()
    return found


def anybody_told(connection: Connection) -> bool:
    return connection.execute(select(webhooks.c.id).where(WORKING).limit(1)).first() is not None


def disable_webhook(connection: Connection, webhook_id: int, now: datetime) -> bool:
    """False when it was not there or not working."""
    this = (webhooks.c.id == webhook_id) & WORKING
    return connection.execute(update(webhooks).where(this).values(disabled_at=now)).rowcount == 1


def announce(connection: Connection, now: datetime) -> int:
    """Make deliveries of what was placed since, for every working address; the caller holds the feed."""
    made = 0
    for row in connection.execute(select(webhooks.c.id, webhooks.c.position).where(WORKING)).all():
        wanted = select(events.c.id, events.c.position, events.c.kind).where(events.c.position > row.position)
        placed = connection.execute(wanted.order_by(events.c.position).limit(AT_ONCE)).all()
        told = [{"webhook_id": row.id, "event_id": one.id} for one in placed if one.kind not in LOOKS]
        if told:
            connection.execute(insert(deliveries), [{**one, "created_at": now, "next_try_at": now} for one in told])
        if placed:
            this = webhooks.c.id == row.id
            connection.execute(update(webhooks).where(this).values(position=placed[-1].position))
        made += len(told)
    return made


def due_webhooks(connection: Connection, now: datetime) -> list[int]:
    """Ids of working addresses with something to send now."""
    source = deliveries.join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
    wanted = select(deliveries.c.webhook_id).select_from(source).where(WORKING & is_due(now)).distinct()
    return list(connection.execute(wanted.order_by(deliveries.c.webhook_id)).scalars())


def is_due(now: datetime) -> Any:
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    return UNSENT & (deliveries.c.next_try_at <= now) & free


def claim_delivery(connection: Connection, webhook_id: int, now: datetime, leased_until: datetime) -> Delivery | None:
    """What has waited longest, held until the lease ends: nobody else sends it before."""
    source = (
        deliveries.join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .join(events, events.c.id == deliveries.c.event_id)
        .join(dossiers, dossiers.c.id == events.c.dossier_id)
    )
    columns: tuple[Any, ...] = (
        deliveries.c.id,
        webhooks.c.url,
        webhooks.c.seed,
        deliveries.c.created_at,
        deliveries.c.attempts,
    )
    mine = (deliveries.c.webhook_id == webhook_id) & WORKING & is_due(now)
    first = select(*columns, *PLACED).select_from(source).where(mine)
    first = first.order_by(deliveries.c.next_try_at, deliveries.c.id).limit(1)
    row = connection.execute(first.with_for_update(skip_locked=True, of=deliveries)).first()
    if row is None:
        return None
    leased = update(deliveries).where(deliveries.c.id == row[0]).values(leased_until=leased_until)
    connection.execute(leased)
    return Delivery(row[0], row[1], row[2], row[3], row[4], FeedEvent(*row[len(columns) :]))


def finish_delivery(connection: Connection, delivery_id: int, leased_until: datetime, **values: Any) -> bool:
    """One try is over. False when the lease had ended and somebody else has it."""
    mine = (deliveries.c.id == delivery_id) & (deliveries.c.leased_until == leased_until)
    ended = update(deliveries).where(mine).values(leased_until=None, attempts=deliveries.c.attempts + 1, **values)
    return connection.execute(ended).rowcount == 1


def forget_sent(connection: Connection, before: datetime) -> None:
    """What was given up stays to be seen."""
    connection.execute(delete(deliveries).where(deliveries.c.sent_at < before))
