"""What officers say to each other about a dossier."""

from datetime import datetime

from sqlalchemy import exists, insert, select

from processor.domain.dossier import OPEN_STATUSES
from processor.domain.sheet import Comment
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, officers
from processor.storage.tables.desk import comments


def comments_of(connection: Connection, dossier_id: int) -> list[Comment]:
    """Oldest first."""
    asked = officers.alias("asked")
    source = comments.join(officers, officers.c.id == comments.c.officer_id).outerjoin(
        asked, asked.c.id == comments.c.asked_of
    )
    wanted = select(
        comments.c.id, officers.c.name, comments.c.at, comments.c.text, asked.c.name, comments.c.answers
    ).select_from(source)
    return [
        Comment(*row)
        for row in connection.execute(wanted.where(comments.c.dossier_id == dossier_id).order_by(comments.c.id))
    ]


def insert_comment(
    connection: Connection,
    dossier_id: int,
    officer_id: int,
    now: datetime,
    text: str,
    asked_of: int | None = None,
    answers: int | None = None,
) -> None:
    row = {"dossier_id": dossier_id, "officer_id": officer_id, "at": now, "text": text}
    connection.execute(insert(comments), {**row, "asked_of": asked_of, "answers": answers})


def opinions_asked_of(connection: Connection, officer_id: int) -> list[str]:
    """References of open dossiers where this officer was asked and has said nothing since, oldest question first."""
    said = comments.alias("said")
    since = (
        (said.c.dossier_id == comments.c.dossier_id) & (said.c.officer_id == officer_id) & (said.c.id > comments.c.id)
    )
    waiting = (comments.c.asked_of == officer_id) & ~exists().where(since)
    source = comments.join(dossiers, dossiers.c.id == comments.c.dossier_id)
    wanted = select(dossiers.c.reference).select_from(source).where(waiting & dossiers.c.status.in_(OPEN_STATUSES))
    return list(dict.fromkeys(connection.execute(wanted.order_by(comments.c.id)).scalars()))
