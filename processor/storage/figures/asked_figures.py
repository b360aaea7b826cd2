"""What the office asked organisations to add, by form, version, paper and reason."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from processor.storage.engine import Connection
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import dossiers, supplements

AskedKey = tuple[str, str, str, str]
"""Form, version, paper, reason."""


def asked_counts(connection: Connection, since: datetime, until: datetime) -> Counter[AskedKey]:
    """Each paper of each request made within the time. The officer's own words are not looked at."""
    source = supplements.join(dossiers, dossiers.c.id == supplements.c.dossier_id)
    wanted = select(dossiers.c.form_id, dossiers.c.form_version, supplements.c.asked).select_from(source)
    counts: Counter[AskedKey] = Counter()
    within = (supplements.c.asked_at >= since) & (supplements.c.asked_at < until)
    for form_id, version, asked in streamed(connection, wanted.where(within)):
        counts.update((form_id, version, one["item_id"], one["reason"]) for one in asked)
    return counts
