"""Erasing a dossier, or a person's data in it: rows, files, mail, drafts, lists; what is left is a tombstone.

The log stays whole: personal text never stood in it, only its salted hash, and the salt is replaced (decision 39).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.retention import Erasure, Ground, Rule, Scope, without_personal
from processor.domain.vietnamese import VIETNAM
from processor.services.appraisal.log import known_dossier, locked_dossier, refuse_erased
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import append_event, last_event
from processor.storage.dossiers.drafts import delete_draft
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.named import remove_all
from processor.storage.privacy import erasures as rows

PROGRAM = "hotro"
BY_WHICH_A_PERSON_IS_FOUND = ("contact_email", "contact_phone")


@dataclass(frozen=True)
class Order:
    """Who erases what and why. `actor` as the log names him; `reason` must name nobody. `by_rule`: its term is over."""

    scope: Scope
    ground: Ground
    actor: str
    reason: str = ""
    request_id: int | None = None
    by_rule: bool = False


@dataclass(frozen=True)
class Due:
    """A dossier whose time is over, and the rule that says so."""

    reference: str
    rule: Rule


def rule_of(wired: Wired, dossier: Dossier) -> Rule:
    return wired.catalogue.retention.rule(dossier.kind, dossier.status)


def refuse_kept(wired: Wired, dossier: Dossier, order: Order) -> None:
    """Raises Conflict with the reason of the rule. When its own term is over, a rule has nothing against it."""
    rule = rule_of(wired, dossier)
    refuse_erased(dossier)
    if not order.by_rule and rule.on_request != "erase":
        raise Conflict("erasure_refused", number=dossier.reference, cause=rule.why)


def refusal_of(wired: Wired, reference: str, order: Order) -> str | None:
    """Why it will not be erased, in words; None when it would. Raises NotFound."""
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
    try:
        refuse_kept(wired, dossier, order)
    except Conflict as refused:
        return wired.catalogue.messages.say(refused.code, **refused.values)
    return None


def erase(wired: Wired, reference: str, order: Order) -> Erasure:
    """Raises NotFound, Conflict; then nothing has changed. Files go once the rows have."""
    tombstone = erase_one(wired, reference, order)
    rows.overwrite_traces(wired.engine, names=order.scope == "dossier")
    return tombstone


def erase_one(wired: Wired, reference: str, order: Order) -> Erasure:
    """The same, but for the traces in the database's own files."""
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        refuse_kept(wired, dossier, order)
        gone = rows.erase_rows(connection, dossier.id, dossier.reference, order.scope == "dossier")
        tombstone = tombstone_of(wired, order, len(gone))
        leave_the_rest(wired, connection, dossier, tombstone)
        rows.insert_erasure(connection, dossier.id, tombstone)
        gone += rows.drop_lists(connection)
    # One that a crash leaves behind has no row any more: the sweep takes it.
    remove_all(wired.store, gone)
    return tombstone


def tombstone_of(wired: Wired, order: Order, files: int) -> Erasure:
    now = wired.clock().replace(microsecond=0)
    until = now.astimezone(VIETNAM).date() + timedelta(days=wired.settings.backup_keep_days)
    return Erasure(
        order.scope, order.ground, order.reason.strip() or None, order.actor, now, files, until, order.request_id
    )


def leave_the_rest(wired: Wired, connection: Connection, dossier: Dossier, tombstone: Erasure) -> None:
    """Answers that are left under a new salt, and the event that says what they are from now on."""
    whole, salt = tombstone.scope == "dossier", secrets.token_hex(16)
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    left = {} if whole else without_personal(form, dossier.answers)
    answers_hash = salted_hash(salt, canonical(left))
    data: dict[str, object] = {"scope": tombstone.scope, "ground": tombstone.ground, "answers": answers_hash}
    data["version"] = dossier.form_version
    if whole:
        data["removed"] = sorted(file.id for file in dossier.attachments)
    elif dossier.absences:
        data["absences"] = salted_hash(salt, canonical(dict(dossier.absences)))
    rows.put_what_is_left(connection, dossier.id, left, answers_hash, salt)
    if whole:
        rows.put_tombstone_name(connection, dossier.id, wired.catalogue.retention.erased_name, tombstone.at)
    event = next_event(last_event(connection, dossier.id), "erased", tombstone.actor, tombstone.at, salt, data)
    append_event(connection, dossier.id, event)


@dataclass(frozen=True)
class Found:
    """Where a person's address or number stands: dossiers by reference, drafts by id."""

    references: list[str]
    drafts: list[int]


def find_person(wired: Wired, value: str) -> Found:
    """By mail address or telephone number as it is stored (numbers with country code)."""
    value = value.strip()
    with reading(wired.engine) as connection:
        found = [
            reference
            for field in BY_WHICH_A_PERSON_IS_FOUND
            for reference in rows.references_of_person(connection, field, value)
        ]
        drafts = rows.drafts_of_person(connection, BY_WHICH_A_PERSON_IS_FOUND, value)
    return Found(list(dict.fromkeys(found)), drafts)


def erase_drafts(wired: Wired, draft_ids: list[int]) -> int:
    with writing(wired.engine) as connection:
        gone = [file for draft_id in draft_ids for file in delete_draft(connection, draft_id)]
    remove_all(wired.store, gone)
    rows.overwrite_traces(wired.engine)
    return len(draft_ids)


def tombstones(wired: Wired) -> list[tuple[str, str, str, datetime, Erasure]]:
    """Reference, kind, status and time of receipt of what was erased, newest first."""
    with reading(wired.engine) as connection:
        return rows.every_erasure(connection)


def due(wired: Wired) -> list[Due]:
    """What the retention rules would erase now."""
    return list(every_due(wired))


def every_due(wired: Wired) -> Iterator[Due]:
    with reading(wired.engine) as connection:
        for rule in wired.catalogue.retention.rules:
            if rule.erase_after_days is None:
                continue
            before = wired.clock() - timedelta(days=rule.erase_after_days)
            for reference in rows.unchanged_since(connection, rule.kind, rule.statuses, before):
                yield Due(reference, rule)


def purge(wired: Wired) -> int:
    """How many dossiers went because their term is over."""
    order = Order("dossier", "term_over", PROGRAM, by_rule=True)
    found = due(wired)
    try:
        for one in found:
            erase_one(wired, one.reference, order)
    finally:
        if found:
            rows.overwrite_traces(wired.engine, names=True)
    return len(found)
