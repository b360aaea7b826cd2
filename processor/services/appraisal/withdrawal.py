"""An organisation takes back what it sent, as long as nothing has been decided."""

from pydantic_core import PydanticCustomError

from processor.domain.dossier import OPEN_STATUSES, Dossier
from processor.domain.errors import Conflict, Fault, InvalidAnswers
from processor.domain.figures.demand import COUNTED
from processor.domain.forms.fields import LongTextField
from processor.domain.forms.kinds import read_long_text
from processor.domain.tracked import Tracked
from processor.services.appraisal.log import locked_dossier
from processor.services.appraisal.steps import Given, carry_out
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import Connection, writing

WITHDRAW = "withdraw"
REASON = LongTextField(id="reason", kind="long_text", label="Lý do", max_length=2000, required=False, example="")


def may_withdraw(dossier: Dossier) -> bool:
    """A registration of needs rests on consent (domain.md, section 5): it can be taken back though it was counted."""
    return dossier.status in (*OPEN_STATUSES, COUNTED)


def withdraw(wired: Wired, seen: Tracked, typed_reason: str) -> None:
    """Withdrawn twice is withdrawn once. Raises InvalidAnswers for the reason, Conflict from a final status."""
    reason = read_reason(wired, typed_reason)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, seen.dossier.reference)
        if not may_withdraw(dossier):
            refuse_unless_withdrawn(wired, connection, seen)
            return
        carry_out(wired, connection, dossier, wired.catalogue.workflow.transition(WITHDRAW), Given(reason=reason))


def refuse_unless_withdrawn(wired: Wired, connection: Connection, seen: Tracked) -> None:
    now = find_dossier(connection, seen.dossier.reference)
    assert now is not None
    if now.status != "withdrawn":
        raise closed_to_withdrawal(wired, seen, now)


def closed_to_withdrawal(wired: Wired, seen: Tracked, now: Dossier) -> Conflict:
    label = wired.catalogue.status(now.kind, now.status).label
    return Conflict("withdrawal_closed", title=seen.form.title, status=label)


def read_reason(wired: Wired, typed: str) -> str:
    try:
        return read_long_text(typed, REASON, wired.today())
    except PydanticCustomError as refused:
        text = wired.catalogue.messages.say(refused.type, label=REASON.label, **dict(refused.context or {}))
        raise InvalidAnswers([Fault(REASON.id, refused.type, text)]) from None
