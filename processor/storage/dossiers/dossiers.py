"""Dossiers and their events. Each function is one question or one change, inside the caller's transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, insert, select, update

from processor.domain.dossier import ENDED_WITHOUT_RESULT, Attachment, Dossier
from processor.domain.events import Event
from processor.storage.bells import EVENTS, ring
from processor.storage.dossiers.drafts import attachments_of
from processor.storage.engine import Connection
from processor.storage.question import Question
from processor.storage.tables.core import attachments, dossiers, events, officers, queue

ACCESS_CODE_HASH = Question(
    select(dossiers.c.access_code_hash).where(dossiers.c.reference == bindparam("reference")), str
)


def dossier_query() -> Select[Any]:
    held = dossiers.outerjoin(queue, queue.c.dossier_id == dossiers.c.id).outerjoin(
        officers, officers.c.id == queue.c.holder_id
    )
    return select(dossiers, officers.c.name.label("holder"), queue.c.claimed_at).select_from(held)


def find_dossier(connection: Connection, reference: str) -> Dossier | None:
    return _one(connection, dossiers.c.reference == reference)


def access_code_hash(connection: Connection, reference: str) -> str | None:
    """Asked for alone, so that looking for a dossier that is not there is the same work."""
    return ACCESS_CODE_HASH.first(connection, reference=reference)


def references_of_matter(connection: Connection, matter: str) -> list[tuple[int, str]]:
    """Ids and references of what was sent about a matter, oldest first; not what was withdrawn or refused."""
    counted = (dossiers.c.matter_hash == matter) & dossiers.c.status.not_in(ENDED_WITHOUT_RESULT)
    wanted = select(dossiers.c.id, dossiers.c.reference).where(counted).order_by(dossiers.c.id).limit(20)
    return [(row.id, row.reference) for row in connection.execute(wanted)]


def dossier_numbered(connection: Connection, dossier_id: int) -> Dossier:
    found = _one(connection, dossiers.c.id == dossier_id)
    assert found is not None
    return found


def dossier_with_key(connection: Connection, idempotency_hash: str) -> tuple[Dossier, str] | None:
    """The dossier sent under a key, and the hash of its content."""
    found = _one(connection, dossiers.c.idempotency_hash == idempotency_hash)
    if found is None:
        return None
    content = select(dossiers.c.content_hash).where(dossiers.c.id == found.id)
    return found, connection.execute(content).scalar_one()


def _one(connection: Connection, condition: Any) -> Dossier | None:
    row = connection.execute(dossier_query().where(condition)).mappings().first()
    if row is None:
        return None
    return dossier_from(row, attachments_of(connection, attachments.c.dossier_id == row["id"]))


def dossier_from(row: RowMapping, files: list[Attachment]) -> Dossier:
    return Dossier(
        id=row["id"],
        reference=row["reference"],
        form_id=row["form_id"],
        form_version=row["form_version"],
        kind=row["kind"],
        status=row["status"],
        answers=row["answers"],
        received_at=row["received_at"],
        organisation_name=row["organisation_name"],
        tax_code=row["tax_code"],
        official_code=row["official_code"],
        holder=row["holder"],
        claimed_at=row["claimed_at"],
        revision=row["revision"],
        salt=row["salt"],
        access_code_hash=row["access_code_hash"],
        attachments=files,
        absences=row["absences"] or {},
        matter_hash=row["matter_hash"],
        support_type=row["support_type"],
        channel=row["channel"],
        requested_amount=row["requested_amount"],
        approved_amount=row["approved_amount"],
        handed_over_at=row["handed_over_at"],
        paid_on=row["paid_on"],
        paid_document=row["paid_document"],
        erased_at=row["erased_at"],
    )


def events_of(connection: Connection, dossier_id: int) -> list[Event]:
    wanted = select(*EVENT_COLUMNS).where(events.c.dossier_id == dossier_id).order_by(events.c.sequence)
    return [Event(*row) for row in connection.execute(wanted)]


def last_event(connection: Connection, dossier_id: int) -> Event | None:
    """The end of the chain, held until the transaction ends: nobody else appends meanwhile."""
    connection.execute(select(dossiers.c.id).where(dossiers.c.id == dossier_id).with_for_update())
    wanted = select(*EVENT_COLUMNS).where(events.c.dossier_id == dossier_id).order_by(events.c.sequence.desc()).limit(1)
    row = connection.execute(wanted).first()
    return None if row is None else Event(*row)


def newest_moment(connection: Connection) -> datetime | None:
    """When the event that was written last happened."""
    return connection.execute(select(events.c.at).order_by(events.c.id.desc()).limit(1)).scalar()


def append_event(connection: Connection, dossier_id: int, event: Event) -> None:
    connection.execute(insert(events), {**event_row(event), "dossier_id": dossier_id})
    ring(connection, EVENTS)


def event_row(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in EVENT_NAMES}


EVENT_COLUMNS = (
    events.c.sequence,
    events.c.kind,
    events.c.actor,
    events.c.at,
    events.c.data,
    events.c.note,
    events.c.previous_hash,
    events.c.hash,
)
EVENT_NAMES = [str(column.name) for column in EVENT_COLUMNS]  # plain: SQLAlchemy's own names are slow to write out


def change_status(connection: Connection, dossier_id: int, before: str, after: str, now: datetime) -> bool:
    """False when the dossier is no longer in `before`."""
    still = (dossiers.c.id == dossier_id) & (dossiers.c.status == before)
    changed = update(dossiers).where(still).values(status=after, revision=dossiers.c.revision + 1)
    if connection.execute(changed).rowcount != 1:
        return False
    connection.execute(update(queue).where(queue.c.dossier_id == dossier_id).values(status=after))
    return True


def put_amounts(connection: Connection, dossier_id: int, **amounts: int | None) -> None:
    """`proposed`, `approved`: in đồng."""
    changed = {f"{name}_amount": amount for name, amount in amounts.items()}
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(**changed))


def put_handed_over(connection: Connection, dossier_id: int, at: datetime) -> None:
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(handed_over_at=at))


def put_official_code(connection: Connection, dossier_id: int, code: str) -> None:
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(official_code=code))


def put_paid(connection: Connection, dossier_id: int, day: date, document: str) -> None:
    paid = {"paid_on": day, "paid_document": document}
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(**paid))


def end_claim(connection: Connection, dossier_id: int) -> None:
    """Nobody holds it any more, whoever did."""
    connection.execute(update(queue).where(queue.c.dossier_id == dossier_id).values(holder_id=None, claimed_at=None))


def count_dossiers(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(dossiers)).scalar_one()


def every_dossier(connection: Connection, batch: int = 500) -> Iterator[RowMapping]:
    """All rows in order of their ids, in batches, so that memory stays flat."""
    after = 0
    while True:
        wanted = select(dossiers).where(dossiers.c.id > after).order_by(dossiers.c.id).limit(batch)
        rows = connection.execute(wanted).mappings().all()
        if not rows:
            return
        yield from rows
        after = rows[-1]["id"]


def every_attachment(connection: Connection, batch: int = 500) -> Iterator[RowMapping]:
    after = ""
    while True:
        wanted = select(attachments).where(attachments.c.id > after).order_by(attachments.c.id).limit(batch)
        rows = connection.execute(wanted).mappings().all()
        if not rows:
            return
        yield from rows
        after = rows[-1]["id"]
