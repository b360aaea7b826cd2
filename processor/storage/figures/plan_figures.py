"""What the plan's board and the reach report count in a time: dossiers by kind and status, by channel."""

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from processor.domain.dossier import KINDS, ONLINE
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers

WITHDRAWN = "withdrawn"


def by_kind_and_status(connection: Connection, since: datetime, until: datetime) -> Counter[tuple[str, str]]:
    """Of what was received from `since` on, before `until`."""
    wanted = select(dossiers.c.kind, dossiers.c.status, func.count()).where(received(since, until))
    grouped = wanted.group_by(dossiers.c.kind, dossiers.c.status)
    return Counter({(kind, status): int(count) for kind, status, count in connection.execute(grouped)})


def received_by_channel(connection: Connection, since: datetime, until: datetime) -> Counter[tuple[str, str]]:
    """By channel (empty when none) and kind, of what organisations sent themselves; paper has no channel."""
    channel = func.coalesce(dossiers.c.outreach, "")
    wanted = select(channel, dossiers.c.kind, func.count()).where(received(since, until))
    grouped = wanted.where(dossiers.c.channel == ONLINE).group_by(channel, dossiers.c.kind)
    return Counter({(outreach, kind): int(count) for outreach, kind, count in connection.execute(grouped)})


def received(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Each kind is named, so that the index over kind and moment is entered; it has all that is counted here."""
    within = (dossiers.c.received_at >= since) & (dossiers.c.received_at < until)
    return dossiers.c.kind.in_(KINDS) & within
