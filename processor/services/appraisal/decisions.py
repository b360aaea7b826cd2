"""The Director decides; the records office numbers and signs; the result is handed over and paid."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from processor.domain.access.officer import ROLES, Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.forms.submission import Typed
from processor.domain.payee import Payee
from processor.domain.reference import parse_reference
from processor.domain.slips.decision import Decision, Outcome, SignedScan, WaitingProposal
from processor.domain.tracked import Tracked
from processor.domain.vietnamese import iso, listed
from processor.services.appraisal.claims import MAY_HANDLE, must_handle
from processor.services.appraisal.desk_answers import fault, read_act
from processor.services.appraisal.log import known_dossier, locked_dossier, record
from processor.services.appraisal.steps import (
    Given,
    carry_out,
    known_transition,
    refuse_reason,
    refuse_stale,
    refuse_unless_allowed,
)
from processor.services.intake.uploads import CheckedFile, ReceivedFile, check_files, missing_files
from processor.services.parts import Wired
from processor.storage.desk import budgets, decisions
from processor.storage.desk.queue import mark_paid
from processor.storage.desk.sheets import proposal_of
from processor.storage.dossiers.dossiers import append_event, last_event, put_handed_over, put_official_code, put_paid
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.named import gone_unless_named, keep_all
from processor.storage.outbox import enqueue

RECORD = "record_decision"
STEPS: Mapping[str, Outcome] = {"approve": "approved", "reject": "rejected"}


def decide(wired: Wired, officer: Officer, step: str, seen: Mapping[str, int | None], reason: str = "") -> int:
    """One decision over one dossier or several, all or none: `seen` by reference. The number of the decision.

    Raises Forbidden, Conflict, InvalidAnswers.
    """
    transition = known_transition(wired, step)
    if not seen:
        raise Conflict("nothing_chosen")
    seen = {parse_reference(reference): number for reference, number in seen.items()}
    if "reason" in transition.needs:
        refuse_reason(wired, reason)
    with writing(wired.engine) as connection:
        found = [locked_dossier(connection, reference) for reference in sorted(seen)]
        for dossier in found:
            refuse_unless_allowed(wired, officer, dossier, transition)
            refuse_stale(connection, dossier, seen[dossier.reference])
        number = decisions.insert_decision(connection, STEPS[step], officer.id, wired.clock().replace(microsecond=0))
        for dossier in found:
            proposal = proposal_of(connection, dossier.id)
            amount = proposal.amount if proposal and step == "approve" else None
            decisions.add_line(connection, number, dossier.id, amount, reason.strip())
            data = {"decision": number} | ({"amount": amount} if amount is not None else {})
            carry_out(wired, connection, dossier, transition, Given(reason=reason, data=data), officer)
    return number


def proposals_before(wired: Wired) -> list[WaitingProposal]:
    with reading(wired.engine) as connection:
        return decisions.waiting_proposals(connection)


def decision_to_record(wired: Wired, reference: str) -> Decision:
    """Raises NotFound when nothing was decided about the dossier."""
    with reading(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        found = decisions.decision_of(connection, dossier.id)
    if found is None:
        raise NotFound("not_found")
    return found


def record_decision(
    wired: Wired, officer: Officer, reference: str, typed: Typed, files: Sequence[ReceivedFile]
) -> None:
    """Number, day, signer and the signed scan: the result is handed over for every dossier of the decision.

    The scan has been inspected. Raises Forbidden, Conflict, InvalidAnswers; then the scan is not kept.
    """
    must_handle(officer)
    answers = read_act(wired, RECORD, typed)
    scan = signed_scan(wired, files)
    decision = decision_to_record(wired, reference)
    if decision.recorded_at:
        raise Conflict("decision_recorded", number=decision.document_no or "")
    keep_all(wired.store, [scan.received.incoming])
    kept = signed_file(scan)
    with gone_unless_named(wired.store, [kept.id]), writing(wired.engine) as connection:
        hand_over(wired, connection, officer, decision, reference, answers, kept)


def hand_over(
    wired: Wired,
    connection: Connection,
    officer: Officer,
    decision: Decision,
    reference: str,
    answers: Mapping[str, Any],
    scan: SignedScan,
) -> None:
    """The document, and the result of every dossier that the decision still stands for. Raises Conflict."""
    document_no, decided_on, signer = (answers[name] for name in ("document_no", "decided_on", "signer"))
    now = wired.clock().replace(microsecond=0)
    found = [locked_dossier(connection, line.reference) for line in decision.lines]
    refuse_overtaken(wired, connection, decision, reference)
    if not decisions.record_document(connection, decision.id, document_no, decided_on, signer, scan, now):
        raise Conflict("decision_recorded", number=document_no)
    data: dict[str, object] = {"document": document_no, "day": decided_on.isoformat(), "scan": scan.sha256}
    for dossier in found:
        if stands(connection, decision, dossier):
            put_handed_over(connection, dossier.id, now)
            record(wired, connection, dossier, officer, "handed_over", data=data)
            enqueue(connection, decision.outcome, now, dossier_id=dossier.id)


def stands(connection: Connection, decision: Decision, dossier: Dossier) -> bool:
    """Not once the dossier is appraised again, nor after a newer decision about it."""
    newest = decisions.decision_of(connection, dossier.id)
    return newest is not None and newest.id == decision.id and dossier.status == decision.outcome


def refuse_overtaken(wired: Wired, connection: Connection, decision: Decision, reference: str) -> None:
    dossier = known_dossier(connection, reference)
    if not stands(connection, decision, dossier):
        wanted, status = (wired.catalogue.status(dossier.kind, one).label for one in (decision.outcome, dossier.status))
        step = wired.catalogue.desk.titles[RECORD]
        raise Conflict("step_not_allowed", step=step, status=status, wanted=f"“{wanted}”")


def signed_scan(wired: Wired, files: Sequence[ReceivedFile]) -> CheckedFile:
    """By its content, not its name. Raises InvalidAnswers."""
    form = wired.catalogue.desk.form(RECORD)
    assert form
    sound, faults = check_files(wired, form, files)
    faults += missing_files(wired, form, {}, {file.field for file in files})
    if faults:
        raise InvalidAnswers(faults)
    return sound[0]


def signed_file(scan: CheckedFile) -> SignedScan:
    file = scan.received
    return SignedScan(file.incoming.name, file.name, file.size, file.incoming.sha256, **scan.sound.columns)


def record_official_code(wired: Wired, officer: Officer, reference: str, typed: Typed) -> None:
    """The code that the one-stop unit or the national portal gave. The same code again changes nothing."""
    must_handle(officer)
    code = read_act(wired, "record_official_code", typed)["official_code"]
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        if dossier.official_code != code:
            put_official_code(connection, dossier.id, code)
            record(wired, connection, dossier, officer, "official_code_recorded", data={"code": code})


def record_payment(wired: Wired, officer: Officer, reference: str, typed: Typed) -> None:
    """A flag with its day and document. Raises Conflict before the decision was recorded, or when it was paid."""
    if officer.role not in (*MAY_HANDLE, "leader"):
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in (*MAY_HANDLE[:2], "leader")]))
    answers = read_act(wired, "record_payment", typed)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        proposal = proposal_of(connection, dossier.id)
        if dossier.status != "approved" or dossier.handed_over_at is None or proposal is None:
            raise Conflict("decision_not_recorded")
        if dossier.paid_on:
            return
        put_paid(connection, dossier.id, answers["paid_on"], answers["paid_document"])
        mark_paid(connection, dossier.id)
        budgets.pay(connection, proposal.year, proposal.amount)
        now, actor = wired.clock(), f"officer:{officer.name}"
        budgets.note_entry(connection, proposal.year, "pay", proposal.amount, actor, now, dossier.id)
        data: dict[str, object] = {"day": answers["paid_on"].isoformat(), "document": answers["paid_document"]}
        record(wired, connection, dossier, officer, "paid", data=data)


def give_account(wired: Wired, seen: Tracked, typed: Typed) -> None:
    """The organisation says where the money goes; until it is paid it may say so again. Raises Conflict."""
    answers = read_act(wired, "give_account", typed)
    number = answers["account_no"].replace(" ", "").replace(".", "")
    if not (number.isascii() and number.isdigit() and 6 <= len(number) <= 20):
        raise fault(wired, "give_account", "account_no", "account_unreadable", value=answers["account_no"])
    now = wired.clock().replace(microsecond=0)
    payee = Payee(answers["account_holder"], number, answers["bank"], now)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, seen.dossier.reference)
        if not may_give_account(dossier):
            raise Conflict("account_not_open")
        known = decisions.payee_of(connection, dossier.id)
        if known and replace(known, given_at=now) == payee:
            return
        decisions.put_payee(connection, dossier.id, payee)
        note_account(wired, connection, dossier, payee)


def note_account(wired: Wired, connection: Connection, dossier: Dossier, payee: Payee) -> None:
    told = {**vars(payee), "given_at": iso(payee.given_at)}
    data = {"account": salted_hash(dossier.salt, canonical(told))}
    previous = last_event(connection, dossier.id)
    event = next_event(previous, "account_given", "applicant", payee.given_at, dossier.salt, data)
    append_event(connection, dossier.id, event)


def may_give_account(dossier: Dossier) -> bool:
    return dossier.status == "approved" and dossier.paid_on is None
