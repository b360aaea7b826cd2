"""What an officer typed for an act of the desk, read by the same rules as a form."""

from collections.abc import Mapping
from typing import Any

from processor.domain.errors import Fault, InvalidAnswers
from processor.domain.forms.submission import Typed, check_answers, refuse_repeated
from processor.services.parts import Wired


def read_act(wired: Wired, act: str, typed: Typed) -> Mapping[str, Any]:
    """The answers by field. Raises InvalidAnswers; an act that asks for nothing has none."""
    form = wired.catalogue.desk.form(act)
    if form is None:
        return {}
    posted = {field.id: typed.get(field.id) or [""] for field in form.single_fields}
    refuse_repeated(form, posted)
    checked = check_answers(form, posted, wired.catalogue.messages, wired.today())
    if checked.faults:
        raise InvalidAnswers(checked.faults)
    return checked.answers


def label_of(wired: Wired, act: str, field: str) -> str:
    form = wired.catalogue.desk.form(act)
    assert form
    return form.labels[field]


def fault(wired: Wired, act: str, field: str, code: str, **values: str) -> InvalidAnswers:
    """One fault of one field of an act."""
    text = wired.catalogue.messages.say(code, label=label_of(wired, act, field), **values)
    return InvalidAnswers([Fault(field, code, text)])
