"""Papers that an applicant does not have yet: the reason is asked for where the item allows it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pydantic_core import PydanticCustomError

from processor.domain.errors import Fault
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.fields import LongTextField
from processor.domain.forms.kinds import read_long_text
from processor.domain.messages import Messages

ABSENCE = re.compile(r"^([a-z][a-z0-9_]*)\.(absent|absence_reason)\Z")
REASON = LongTextField(id="absence_reason", kind="long_text", label="Lý do", max_length=500, example="")


def about_absence(form: FormDefinition, name: str) -> bool:
    """Whether a posted name is the box or the reason of a paper that may be missing."""
    found = ABSENCE.match(name)
    item = form.items_by_id.get(found[1]) if found else None
    return item is not None and item.may_explain_absence


class Absences:
    """`reasons` by item, for boxes that are ticked and explained; `faults` of those that are not."""

    def __init__(self, form: FormDefinition, typed: Mapping[str, list[str]], messages: Messages, today: date) -> None:
        self.reasons: dict[str, str] = {}
        self.faults: list[Fault] = []
        for item in form.items:
            if item.may_explain_absence and any(typed.get(f"{item.id}.absent", ())):
                raw = (typed.get(f"{item.id}.absence_reason") or [""])[-1]
                self.faults += self._read(item, raw, messages, today)

    def _read(self, item: Item, raw: str, messages: Messages, today: date) -> Iterator[Fault]:
        try:
            reason = read_long_text(raw, REASON, today)
        except PydanticCustomError as refused:
            values = dict(refused.context or {})
            yield Fault(item.id, refused.type, messages.say(refused.type, label=item.title, **values))
            return
        if reason:
            self.reasons[item.id] = reason
        else:
            yield Fault(item.id, "absence_reason_required", messages.say("absence_reason_required", item=item.title))
