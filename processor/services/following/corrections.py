"""Whom the office can reach: the organisation corrects it itself; what stood before is kept."""

from collections.abc import Mapping
from typing import Any

from processor.domain.errors import Conflict, InvalidAnswers, NotFound
from processor.domain.events import Event, canonical, next_event, salted_hash
from processor.domain.forms.contact import contact_fields, contact_form, with_contact
from processor.domain.forms.submission import Typed, check_answers, refuse_repeated
from processor.domain.tracked import Tracked
from processor.domain.vietnamese import moment
from processor.services.parts import Wired
from processor.storage.dossiers.answers import replace_answers
from processor.storage.dossiers.dossiers import append_event, last_event
from processor.storage.engine import Connection, writing
from processor.storage.outbox import enqueue

ADDRESS = "contact_email"


def correct_contact(wired: Wired, seen: Tracked, typed: Typed, seen_revision: int) -> None:
    """Raises InvalidAnswers; Conflict("dossier_changed") when the dossier is no longer as the page showed it.

    The same answers again change nothing.
    """
    answers = corrected_answers(wired, seen, typed)
    changed = [name for name in sorted(set(answers) | set(seen.dossier.answers)) if differs(seen, answers, name)]
    if changed:
        with writing(wired.engine) as connection:
            put(wired, connection, seen, answers, changed, seen_revision)


def corrected_answers(wired: Wired, seen: Tracked, typed: Typed) -> dict[str, Any]:
    form = contact_form(seen.form)
    posted = {field.id: typed.get(field.id, []) for field in form.single_fields}
    refuse_repeated(form, posted)
    told = {name: values or [""] for name, values in posted.items()}
    checked = check_answers(form, told, wired.catalogue.messages, wired.today())
    if checked.faults:
        raise InvalidAnswers(checked.faults)
    return with_contact(seen.dossier.answers, seen.form, checked.answers)


def differs(seen: Tracked, answers: Mapping[str, Any], name: str) -> bool:
    return bool(answers.get(name) != seen.dossier.answers.get(name))


def put(
    wired: Wired,
    connection: Connection,
    seen: Tracked,
    answers: dict[str, Any],
    changed: list[str],
    seen_revision: int,
) -> None:
    """The notice goes to the address that stood before: whoever reads it there learns of the change."""
    now, dossier = wired.clock(), seen.dossier
    hashed = salted_hash(dossier.salt, canonical(answers))
    if not replace_answers(connection, dossier.id, seen_revision, answers, hashed, now):
        raise changed_meanwhile(wired, last_event(connection, dossier.id))
    data = {"answers": hashed, "fields": changed}
    previous = last_event(connection, dossier.id)
    event = next_event(previous, "contact_corrected", "applicant", now, dossier.salt, data)
    append_event(connection, dossier.id, event)
    if old_address := dossier.answers.get(ADDRESS):
        enqueue(connection, "contact_corrected", now, dossier_id=dossier.id, address=old_address)


def changed_meanwhile(wired: Wired, last: Event | None) -> Conflict:
    assert last is not None
    who = "Đơn vị" if last.actor == "applicant" else wired.catalogue.agency.name
    return Conflict("dossier_changed", officer=who, time=moment(last.at))


def may_correct(seen: Tracked) -> bool:
    return bool(contact_fields(seen.form))


def refuse_without_contact(seen: Tracked) -> None:
    if not may_correct(seen):
        raise NotFound("not_found")
