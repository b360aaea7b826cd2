"""How far a dossier has come, in as few questions as it takes: they are asked without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from processor.domain.how_far import Told
from processor.storage.engine import Connection
from processor.storage.question import Question
from processor.storage.tables.core import dossiers, events

D, E = dossiers.c, events.c
COLUMNS = (D.id, D.reference, D.official_code, D.form_id, D.form_version, D.kind, D.status, D.paid_on, D.received_at)


@dataclass(frozen=True)
class Stated:
    """The columns of a dossier that say how far it is."""

    id: int
    reference: str
    official_code: str | None
    form_id: str
    form_version: str
    kind: str
    status: str
    paid_on: date | None
    received_at: datetime


STATED = Question(select(*COLUMNS).where(D.reference == bindparam("reference")), Stated)
TOLD = Question(select(E.kind, E.at, E.note).where(E.dossier_id == bindparam("dossier_id")).order_by(E.sequence), Told)


def stated(connection: Connection, reference: str) -> Stated | None:
    return STATED.first(connection, reference=reference)


def told_of(connection: Connection, dossier_id: int) -> Sequence[Told]:
    """Every event, in order."""
    return TOLD.all(connection, dossier_id=dossier_id)
