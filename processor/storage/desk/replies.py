"""Answers to feedback, and the register of obstacles that they make."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from processor.domain.reply import Obstacle, PublishedAnswer, Reply
from processor.storage.engine import Connection
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import dossiers
from processor.storage.tables.plan import replies

COLUMNS = (
    replies.c.clause,
    replies.c.answer,
    replies.c.answered_at,
    replies.c.forwarded_to,
    replies.c.forwarded_at,
    replies.c.forward_reason,
    replies.c.public_question,
    replies.c.published_at,
)
FEEDBACK = dossiers.c.kind == "feedback"


def reply_to(connection: Connection, dossier_id: int) -> Reply | None:
    row = connection.execute(select(*COLUMNS).where(replies.c.dossier_id == dossier_id)).first()
    return None if row is None else Reply(*row)


def put_reply(connection: Connection, dossier_id: int, officer_id: int, reply: Reply) -> None:
    """Instead of what stood before; the log keeps who told what when."""
    connection.execute(delete(replies).where(replies.c.dossier_id == dossier_id))
    connection.execute(insert(replies), {**vars(reply), "dossier_id": dossier_id, "officer_id": officer_id})


def consents_of(connection: Connection, dossier_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = connection.execute(
        select(dossiers.c.consents).where(dossiers.c.id == dossier_id)
    ).scalar_one()
    return found


def obstacles(
    connection: Connection, since: datetime, until: datetime, statuses: Sequence[str] = (), limit: int | None = None
) -> Iterator[Obstacle]:
    """Received within the time, newest first; withdrawn ones only when asked for."""
    source = dossiers.outerjoin(replies, replies.c.dossier_id == dossiers.c.id)
    wanted = select(
        dossiers.c.reference,
        dossiers.c.status,
        dossiers.c.received_at,
        dossiers.c.organisation_name,
        dossiers.c.answers,
        *COLUMNS,
    ).select_from(source)
    narrowed = dossiers.c.status.in_(statuses) if statuses else dossiers.c.status != "withdrawn"
    within = FEEDBACK & (dossiers.c.received_at >= since) & (dossiers.c.received_at < until) & narrowed
    ordered = wanted.where(within).order_by(dossiers.c.received_at.desc(), dossiers.c.id.desc()).limit(limit)
    for row in streamed(connection, ordered):
        reference, status, received_at, organisation_name, answers, *reply = row
        yield Obstacle(reference, status, received_at, organisation_name, answers, Reply(*reply))


def published_answers(connection: Connection) -> list[PublishedAnswer]:
    """Newest first."""
    wanted = select(replies.c.public_question, replies.c.answer, replies.c.answered_at)
    public = replies.c.public_question.is_not(None) & replies.c.answer.is_not(None)
    ordered = wanted.where(public).order_by(replies.c.answered_at.desc(), replies.c.dossier_id)
    return [PublishedAnswer(*row) for row in connection.execute(ordered)]
