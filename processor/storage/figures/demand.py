"""Pre-registrations as they are added up, what became of dossiers, what was granted; and registrations closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from processor.domain.events import Event, next_event
from processor.domain.figures.demand import COUNTED, Key, Need, Registration, organisation_key
from processor.storage.dossiers.dossiers import EVENT_COLUMNS, event_row
from processor.storage.engine import Connection
from processor.storage.figures.streaming import streamed
from processor.storage.tables.core import dossiers, events, queue
from processor.storage.tables.desk import budget_entries

NEED_YEAR = dossiers.c.answers["need_year"].as_integer()
OF_NEEDS = (dossiers.c.kind == "pre_registration") & dossiers.c.erased_at.is_(None)
SUBMITTED = "submitted"
AT_ONCE = 500


def registrations(connection: Connection, until_year: int, since_year: int = 0) -> Iterator[Registration]:
    """Those whose needs are for the years from `since_year` to `until_year`, withdrawn ones included.

    The answers are read whole in any case: asking the database for the year would read them twice.
    """
    wanted = select(
        dossiers.c.id,
        dossiers.c.reference,
        dossiers.c.status,
        dossiers.c.revision,
        dossiers.c.received_at,
        dossiers.c.organisation_name,
        dossiers.c.tax_code,
        dossiers.c.commune_code,
        dossiers.c.answers,
    ).where(OF_NEEDS)
    for row in streamed(connection, wanted):
        if since_year <= row[-1]["need_year"] <= until_year:
            yield registration(row)


def registration(row: Sequence[Any]) -> Registration:
    number, reference, status, revision, received_at, name, tax_code, commune_code, answers = row
    return Registration(
        id=number,
        reference=reference,
        year=answers["need_year"],
        status=status,
        revision=revision,
        received_at=received_at,
        key=organisation_key(tax_code, answers.get("registration_no"), name, commune_code),
        organisation_name=name,
        organisation_kind=answers.get("organisation_kind") or "",
        commune_code=commune_code or "",
        needs=tuple(
            Need(need["support_type"], need.get("standard") or "", need.get("expected_cost") or 0)
            for need in answers.get("needs") or ()
        ),
    )


def count_registered(connection: Connection, year: int) -> int:
    """Registrations for the year, without those withdrawn."""
    standing = OF_NEEDS & (year == NEED_YEAR) & (dossiers.c.status != "withdrawn")
    return connection.execute(select(func.count()).select_from(dossiers).where(standing)).scalar_one()


def filings(connection: Connection, since: datetime, until: datetime) -> Iterator[tuple[datetime, Key, str]]:
    """When each dossier came, whose it is and its status."""
    received = (dossiers.c.kind == "dossier") & (dossiers.c.received_at >= since) & (dossiers.c.received_at < until)
    columns = (dossiers.c.received_at, dossiers.c.status, dossiers.c.tax_code)
    by_code: Select[Any] = select(*columns).where(received & dossiers.c.tax_code.is_not(None))
    for at, status, tax_code in streamed(connection, by_code):
        yield at, (tax_code,), status
    named = (*columns[:2], dossiers.c.organisation_name, dossiers.c.commune_code, dossiers.c.answers)
    by_name: Select[Any] = select(*named).where(received & dossiers.c.tax_code.is_(None))
    for at, status, name, commune_code, answers in streamed(connection, by_name):
        yield at, organisation_key(None, answers.get("registration_no"), name, commune_code), status


@dataclass(frozen=True)
class Grant:
    """Dossiers whose support was decided, and how much, in đồng."""

    dossiers: int
    amount: int


def grants(connection: Connection, year: int) -> dict[str, Grant]:
    """By support type, as the books of the year have it."""
    source = budget_entries.join(dossiers, dossiers.c.id == budget_entries.c.dossier_id)
    decided = (budget_entries.c.year == year) & (budget_entries.c.kind == "commit")
    wanted = (
        select(
            dossiers.c.support_type,
            func.count(budget_entries.c.dossier_id.distinct()),
            func.sum(budget_entries.c.amount),
        )
        .select_from(source)
        .where(decided)
        .group_by(dossiers.c.support_type)
    )
    return {kind: Grant(count, int(amount)) for kind, count, amount in connection.execute(wanted)}


def mark_counted(
    connection: Connection,
    wanted: Mapping[int, Mapping[str, Any]],
    revisions: Mapping[int, int],
    actor: str,
    now: datetime,
) -> int:
    """Registrations that are still as they were read become counted, each with its event; how many they are.

    `wanted` is what enters each event, `revisions` how each was read. Held until the transaction ends.
    """
    ids = sorted(wanted)
    done = 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        same = select(dossiers.c.id, dossiers.c.revision, dossiers.c.salt).where(
            dossiers.c.id.in_(some) & (dossiers.c.status == SUBMITTED)
        )
        held = connection.execute(same.order_by(dossiers.c.id).with_for_update()).all()
        salts = {row.id: row.salt for row in held if row.revision == revisions[row.id]}
        if salts:
            last = last_events(connection, list(salts))
            added = [
                {**event_row(next_event(last.get(id), COUNTED, actor, now, salt, wanted[id])), "dossier_id": id}
                for id, salt in salts.items()
            ]
            connection.execute(insert(events), added)
            put_counted(connection, list(salts))
        done += len(salts)
    return done


def last_events(connection: Connection, ids: Sequence[int]) -> dict[int, Event]:
    newest = (
        select(events.c.dossier_id, func.max(events.c.sequence).label("sequence"))
        .where(events.c.dossier_id.in_(ids))
        .group_by(events.c.dossier_id)
        .subquery()
    )
    joined = events.join(
        newest, (newest.c.dossier_id == events.c.dossier_id) & (newest.c.sequence == events.c.sequence)
    )
    rows = connection.execute(select(events.c.dossier_id, *EVENT_COLUMNS).select_from(joined))
    return {number: Event(*event) for number, *event in rows}


def put_counted(connection: Connection, ids: Sequence[int]) -> None:
    """Nobody has to do anything about them any more."""
    changed = update(dossiers).where(dossiers.c.id.in_(ids))
    connection.execute(changed.values(status=COUNTED, revision=dossiers.c.revision + 1))
    freed = update(queue).where(queue.c.dossier_id.in_(ids))
    connection.execute(freed.values(status=COUNTED, holder_id=None, claimed_at=None))
