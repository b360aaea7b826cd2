"""Decisions of the Director, the signed scans, and the accounts that the money goes to."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import RowMapping, func, insert, select, update

from processor.domain.payee import Payee
from processor.domain.slips.decision import Decision, DecisionLine, SignedScan, WaitingProposal
from processor.storage.engine import Connection
from processor.storage.tables.core import dossiers, events, officers, queue
from processor.storage.tables.desk import decision_lines, decisions, payees, proposals


def insert_decision(connection: Connection, outcome: str, officer_id: int, now: datetime) -> int:
    row = {"outcome": outcome, "officer_id": officer_id, "made_at": now}
    number: int = connection.execute(insert(decisions).values(row).returning(decisions.c.id)).scalar_one()
    return number


def add_line(connection: Connection, decision_id: int, dossier_id: int, amount: int | None, reason: str) -> None:
    row = {"decision_id": decision_id, "dossier_id": dossier_id, "amount": amount, "reason": reason or None}
    connection.execute(insert(decision_lines), row)


def decision_of(connection: Connection, dossier_id: int) -> Decision | None:
    """The newest one that names the dossier, with all its dossiers."""
    named = select(decision_lines.c.decision_id).where(decision_lines.c.dossier_id == dossier_id)
    source = decisions.join(officers, officers.c.id == decisions.c.officer_id)
    wanted = select(decisions, officers.c.name.label("officer")).select_from(source).where(decisions.c.id.in_(named))
    row = connection.execute(wanted.order_by(decisions.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else decision_from(row, lines_of(connection, row["id"]))


def lines_of(connection: Connection, decision_id: int) -> list[DecisionLine]:
    """In the order the dossiers came."""
    source = decision_lines.join(dossiers, dossiers.c.id == decision_lines.c.dossier_id)
    wanted = select(
        dossiers.c.id,
        dossiers.c.reference,
        dossiers.c.organisation_name,
        decision_lines.c.amount,
        decision_lines.c.reason,
    ).select_from(source)
    rows = connection.execute(wanted.where(decision_lines.c.decision_id == decision_id).order_by(dossiers.c.id))
    return [DecisionLine(*row[:4], row[4] or "") for row in rows]


def decision_from(row: RowMapping, lines: Sequence[DecisionLine]) -> Decision:
    return Decision(
        row["id"],
        row["outcome"],
        row["made_at"],
        row["officer"],
        row["document_no"],
        row["decided_on"],
        row["signer"],
        row["recorded_at"],
        scan_from(row),
        lines,
    )


def scan_from(row: RowMapping) -> SignedScan | None:
    if row["file_id"] is None:
        return None
    return SignedScan(**{name: row[f"file_{name}"] for name in SignedScan.__dataclass_fields__})


def record_document(
    connection: Connection,
    decision_id: int,
    number: str,
    decided_on: date,
    signer: str,
    scan: SignedScan,
    now: datetime,
) -> bool:
    """False when it was recorded before: what was handed over stays."""
    unrecorded = (decisions.c.id == decision_id) & decisions.c.recorded_at.is_(None)
    filled = {"document_no": number, "decided_on": decided_on, "signer": signer, "recorded_at": now}
    filed = {f"file_{name}": value for name, value in vars(scan).items()}
    return connection.execute(update(decisions).where(unrecorded).values(**filled, **filed)).rowcount == 1


def take_result_back(connection: Connection, dossier_id: int) -> None:
    """The result is open again: what was handed over no longer stands."""
    connection.execute(update(dossiers).where(dossiers.c.id == dossier_id).values(handed_over_at=None))


def every_scan(connection: Connection) -> list[SignedScan]:
    rows = connection.execute(select(decisions).where(decisions.c.file_id.is_not(None))).mappings()
    return [scan for row in rows if (scan := scan_from(row))]


def payee_of(connection: Connection, dossier_id: int) -> Payee | None:
    wanted = select(payees.c.account_holder, payees.c.account_no, payees.c.bank, payees.c.given_at)
    row = connection.execute(wanted.where(payees.c.dossier_id == dossier_id)).first()
    return None if row is None else Payee(*row)


def put_payee(connection: Connection, dossier_id: int, payee: Payee) -> None:
    if payee_of(connection, dossier_id) is None:
        connection.execute(insert(payees), {**vars(payee), "dossier_id": dossier_id})
        return
    connection.execute(update(payees).where(payees.c.dossier_id == dossier_id).values(**vars(payee)))


def waiting_proposals(connection: Connection) -> list[WaitingProposal]:
    """In order of filing."""
    last = select(func.max(events.c.sequence)).where(events.c.dossier_id == dossiers.c.id).scalar_subquery()
    source = queue.join(dossiers, dossiers.c.id == queue.c.dossier_id).join(
        proposals, proposals.c.dossier_id == dossiers.c.id
    )
    wanted = select(
        dossiers.c.reference,
        dossiers.c.organisation_name,
        dossiers.c.received_at,
        proposals.c.amount,
        proposals.c.year,
        officers.c.name,
        last,
    ).select_from(source.join(officers, officers.c.id == proposals.c.officer_id))
    proposed = wanted.where(queue.c.status == "proposed").order_by(queue.c.since, dossiers.c.id)
    return [WaitingProposal(*row) for row in connection.execute(proposed)]
