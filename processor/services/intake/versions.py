"""Which version of a form holds for a page or a draft: the one it was made from, unless that must be asked again."""

from dataclasses import dataclass
from datetime import datetime

from processor.domain.dossier import Draft
from processor.domain.errors import NotFound
from processor.domain.forms.definition import FormDefinition
from processor.domain.vietnamese import VIETNAM
from processor.services.parts import Wired


@dataclass(frozen=True)
class Held:
    """`new_names` are the fields and papers that the older page did not have; None when the page's version holds."""

    form: FormDefinition
    new_names: frozenset[str] | None = None


def held_version(wired: Wired, form_id: str, version: str | None) -> Held:
    """A version that is not known here, or registered before the form's `reask_since`, gives way to today's."""
    current = wired.catalogue.form(form_id)
    if version is None or version == current.version:
        return Held(current)
    try:
        older = wired.definitions.get(form_id, version)
    except NotFound:
        return Held(current, frozenset())
    if current.reask_since and registered_before(wired, form_id, version, current):
        return Held(current, frozenset(names_of(current) - names_of(older)))
    return Held(older)


def registered_before(wired: Wired, form_id: str, version: str, current: FormDefinition) -> bool:
    at: datetime = wired.definitions.registered_at(form_id, version)
    return current.reask_since is not None and at.astimezone(VIETNAM).date() < current.reask_since


def names_of(form: FormDefinition) -> set[str]:
    fields = {
        f"{section.id}.{field.id}" if section.repeat else field.id
        for section in form.sections
        for field in section.fields
    }
    return fields | set(form.items_by_id)


def form_version(wired: Wired, form_id: str, version: str | None) -> FormDefinition:
    return held_version(wired, form_id, version).form


def form_of(wired: Wired, draft: Draft) -> FormDefinition:
    return form_version(wired, draft.form_id, draft.form_version)
