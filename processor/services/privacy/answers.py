"""The small forms about privacy: choices filled from the catalogue, read by the rules of every form; who may."""

from collections.abc import Collection, Mapping
from typing import Any

from processor.domain.access.officer import ROLES, Officer
from processor.domain.catalogue import Catalogue
from processor.domain.errors import Fault, Forbidden, InvalidAnswers
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import ChoiceField
from processor.domain.forms.submission import Typed, check_answers, refuse_repeated
from processor.domain.policy import Option
from processor.domain.vietnamese import listed
from processor.services.parts import Wired


def offered(catalogue: Catalogue) -> dict[str, Mapping[Any, str]]:
    """Words by value, for each field that chooses among what the catalogue names."""
    texts, retention = catalogue.privacy, catalogue.retention
    return {
        "kind": {kind: one.label for kind, one in texts.kinds.items()},
        "outcome": texts.outcomes,
        "scope": retention.scopes,
        "ground": retention.grounds,
    }


def privacy_form(catalogue: Catalogue, act: str) -> FormDefinition:
    form = catalogue.desk.form(act)
    assert form
    (section,) = form.sections
    known = offered(catalogue)
    fields = tuple(with_options(field, known.get(field.id, {})) for field in section.fields)
    return form.model_copy(update={"sections": (section.model_copy(update={"fields": fields}),)})


def with_options(field: Any, words: Mapping[Any, str]) -> Any:
    if not isinstance(field, ChoiceField) or not words:
        return field
    options = tuple(Option.model_construct(value=value, label=label) for value, label in words.items())
    return field.model_copy(update={"options": options})


def read_privacy(wired: Wired, act: str, typed: Typed) -> Mapping[str, Any]:
    """The answers by field. Raises InvalidAnswers."""
    form = privacy_form(wired.catalogue, act)
    posted = {field.id: typed.get(field.id) or [""] for field in form.single_fields}
    refuse_repeated(form, posted)
    checked = check_answers(form, posted, wired.catalogue.messages, wired.today())
    if checked.faults:
        raise InvalidAnswers(checked.faults)
    return checked.answers


def fault_at(wired: Wired, act: str, field: str, code: str, **values: str) -> InvalidAnswers:
    label = privacy_form(wired.catalogue, act).labels[field]
    return InvalidAnswers([Fault(field, code, wired.catalogue.messages.say(code, label=label, **values))])


def refuse_unless(officer: Officer, roles: Collection[str]) -> None:
    """Raises Forbidden naming who may."""
    if officer.role not in roles:
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in roles]))
