"""Whether a form takes anything today; a draft that was begun in time keeps its grace."""

from datetime import date, datetime

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict
from processor.domain.forms.definition import FormDefinition
from processor.domain.vietnamese import VIETNAM
from processor.services.parts import Wired


def takes(wired: Wired, form: FormDefinition, draft: Draft | None = None) -> bool:
    """Today's definition decides, whatever version the draft is of; a change of what was sent keeps the same dates."""
    opening = wired.catalogue.form(form.id).opening
    return opening is None or opening.takes(wired.today(), begun_on(draft))


def refuse_closed(wired: Wired, form: FormDefinition, draft: Draft | None = None) -> None:
    """Raises Conflict("form_closed")."""
    if not takes(wired, form, draft):
        raise Conflict("form_closed", title=form.title, contact=wired.catalogue.agency.contact)


def begun_on(draft: Draft | None) -> date | None:
    begun: datetime | None = draft.created_at if draft else None
    return begun.astimezone(VIETNAM).date() if begun else None
