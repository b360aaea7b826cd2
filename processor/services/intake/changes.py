"""An organisation changes the needs it has registered, as long as the form is open. What stood before is kept."""

from typing import Any

from processor.domain.dossier import Dossier, Draft
from processor.domain.errors import Conflict
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Checked
from processor.domain.forms.typed_again import typed_again
from processor.domain.tracked import Tracked
from processor.domain.vietnamese import moment
from processor.services.intake.drafts import start_draft
from processor.services.intake.intake import asked_for, consents, stored_answers
from processor.services.intake.opening import takes
from processor.services.parts import Wired
from processor.storage.dossiers.answers import replace_answers
from processor.storage.dossiers.dossiers import append_event, dossier_numbered, last_event
from processor.storage.dossiers.drafts import mark_sent
from processor.storage.engine import Connection, writing

CHANGE = "change"


def may_change(wired: Wired, seen: Tracked) -> bool:
    dossier = seen.dossier
    return dossier.kind == "pre_registration" and dossier.status == "submitted" and takes(wired, seen.form)


def start_change(wired: Wired, seen: Tracked) -> str:
    """The token of a draft that holds what was sent; consent is asked for again. Raises Conflict("change_closed")."""
    if not may_change(wired, seen):
        raise change_closed(wired, seen.dossier)
    typed = typed_again(seen.form, seen.dossier.answers)
    return start_draft(wired, seen.form, typed, seen.dossier.id, CHANGE)


def change_closed(wired: Wired, dossier: Dossier) -> Conflict:
    label = wired.catalogue.status(dossier.kind, dossier.status).label
    return Conflict("change_closed", status=label)


def apply_change(wired: Wired, form: FormDefinition, draft: Draft, checked: Checked) -> Dossier:
    """The dossier as it now is. Raises Conflict when it is no longer open to changes."""
    assert draft.dossier_id is not None
    with writing(wired.engine) as connection:
        dossier = dossier_numbered(connection, draft.dossier_id)
        if dossier.status != "submitted":
            raise change_closed(wired, dossier)
        put(wired, connection, form, dossier, checked)
        if not mark_sent(connection, draft.id, dossier.reference):
            raise Conflict("already_sent", time=moment(draft.updated_at))
    return dossier


def put(wired: Wired, connection: Connection, form: FormDefinition, dossier: Dossier, checked: Checked) -> None:
    now = wired.clock().replace(microsecond=0)
    stored = stored_answers(checked.answers)
    hashed = salted_hash(dossier.salt, canonical(stored))
    columns: dict[str, Any] = {
        **{name: value for name, value in asked_for(form, stored).items() if name != "answers"},
        "form_version": form.version,
        "consents": consents(form, checked.answers, now.isoformat()),
    }
    if not replace_answers(connection, dossier.id, dossier.revision, stored, hashed, now, **columns):
        raise change_closed(wired, dossier)
    data = {"form": form.id, "version": form.version, "answers": hashed}
    event = next_event(last_event(connection, dossier.id), "changed", "applicant", now, dossier.salt, data)
    append_event(connection, dossier.id, event)
