"""One step of a dossier through the workflow: who may, from where, and all that happens along, in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from processor.domain.access.officer import ROLES, Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, Fault, Forbidden, InvalidAnswers, NotFound
from processor.domain.events import LOOKS, Event, actor_name, next_event
from processor.domain.slips.decision import Outcome
from processor.domain.vietnamese import listed, moment
from processor.domain.workflow import Transition
from processor.services.appraisal import money, timing
from processor.services.appraisal.log import known_dossier, locked_dossier
from processor.services.appraisal.slips import make_slip
from processor.services.parts import Wired
from processor.storage.desk.decisions import take_result_back
from processor.storage.dossiers.dossiers import (
    append_event,
    change_status,
    end_claim,
    events_of,
    last_event,
)
from processor.storage.engine import Connection, reading, writing
from processor.storage.outbox import enqueue

LONGEST_REASON = 2000
BROUGHT_ALONG = {"items", "sheet", "amount"}


@dataclass(frozen=True)
class Given:
    """What comes with a step. `seen` is the sequence of the last event the page showed; None: not checked.

    `amount` in đồng, `days` in working days; `data` and `note` join the event.
    """

    reason: str = ""
    days: int = 0
    amount: int = 0
    year: int = 0
    seen: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Along = Callable[[Connection, Dossier], None]


def take_step(
    wired: Wired, officer: Officer, reference: str, name: str, given: Given, along: Along | None = None
) -> None:
    """Raises NotFound, Forbidden, Conflict, InvalidAnswers; then nothing has changed.

    `along` writes in the same transaction what the step needs besides a reason and days.
    """
    transition = known_transition(wired, name)
    if along is None and not stands_alone(transition):
        raise NotFound("not_found")
    if "reason" in transition.needs:
        refuse_reason(wired, given.reason)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        refuse_unless_allowed(wired, officer, dossier, transition)
        refuse_stale(connection, dossier, given.seen)
        if along:
            along(connection, dossier)
        carry_out(wired, connection, dossier, transition, given, officer)


def refuse_early(wired: Wired, officer: Officer, reference: str, name: str, seen: int | None) -> None:
    """Before a question is put: what the step itself would refuse. Raises Forbidden, Conflict."""
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        refuse_unless_allowed(wired, officer, dossier, known_transition(wired, name))
        refuse_stale(connection, dossier, seen)


def known_transition(wired: Wired, name: str) -> Transition:
    found = next((one for one in wired.catalogue.workflow.transitions if one.id == name), None)
    if found is None or not found.roles:
        raise NotFound("not_found")
    return found


def stands_alone(transition: Transition) -> bool:
    """Supplements, proposals and decisions are more than their step: only their own services take it."""
    return not BROUGHT_ALONG & set(transition.needs) and transition.to not in get_args(Outcome)


def refuse_unless_allowed(wired: Wired, officer: Officer, dossier: Dossier, transition: Transition) -> None:
    """Says who may do it, or what is missing."""
    if officer.role not in transition.roles and officer.role != "admin":
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in transition.roles]))
    if dossier.kind != "dossier" or dossier.status not in transition.sources:
        labels = [f"“{wired.catalogue.status('dossier', status).label}”" for status in transition.sources]
        status = wired.catalogue.status(dossier.kind, dossier.status).label
        raise Conflict("step_not_allowed", step=transition.label, status=status, wanted=listed(labels))
    if transition.holder and dossier.holder != officer.name:
        raise not_held(dossier)


def not_held(dossier: Dossier) -> Conflict:
    if dossier.holder and dossier.claimed_at:
        return Conflict("already_claimed", officer=dossier.holder, time=moment(dossier.claimed_at))
    return Conflict("not_holder")


def refuse_reason(wired: Wired, reason: str) -> None:
    """The organisation reads it. Raises InvalidAnswers when there is none, or too much of it."""
    if reason.strip() and len(reason) <= LONGEST_REASON:
        return
    code = "text_too_long" if reason.strip() else "reason_required"
    figures = {"actual": str(len(reason)), "max": str(LONGEST_REASON), "over": str(len(reason) - LONGEST_REASON)}
    raise InvalidAnswers([Fault("reason", code, wired.catalogue.messages.say(code, label="Lý do", **figures))])


def refuse_stale(connection: Connection, dossier: Dossier, seen: int | None) -> None:
    """Somebody acted since the page was shown: whoever acts now has to have seen that."""
    newer = [] if seen is None else changes_since(events_of(connection, dossier.id), seen)
    if newer:
        last = newer[-1]
        raise Conflict("dossier_changed", officer=actor_name(last), time=moment(last.at))


def changes_since(events: Sequence[Event], seen: int) -> list[Event]:
    return [event for event in events if event.sequence > seen and event.kind not in LOOKS]


def carry_out(
    wired: Wired,
    connection: Connection,
    dossier: Dossier,
    transition: Transition,
    given: Given,
    officer: Officer | None = None,
) -> str:
    """The status, the money, the clock, the event, the slip, the notice. The status after it. Raises Conflict."""
    now = wired.clock().replace(microsecond=0)
    actor = f"officer:{officer.name}" if officer else "applicant"
    before = status_before(events_of(connection, dossier.id)) if transition.to == "before" else ""
    after = transition.leads_from(dossier.status, before)
    if after != dossier.status and not change_status(connection, dossier.id, dossier.status, after, now):
        raise Conflict("dossier_changed", officer=actor, time=moment(now))
    money.move(wired, connection, dossier, transition, given.amount, given.year, actor, now)
    timing.move(wired, connection, dossier, transition, given.days, given.reason, now)
    data = {**given.data, "from": dossier.status} if after != dossier.status else dict(given.data)
    event = next_event(
        last_event(connection, dossier.id),
        transition.event,
        actor,
        now,
        dossier.salt,
        data,
        given.reason.strip() or None,
    )
    append_event(connection, dossier.id, event)
    if transition.slip and officer:
        make_slip(wired, connection, dossier.id, transition.slip, officer, reason=given.reason.strip())
    if transition.notice:
        enqueue(connection, transition.notice, now, dossier_id=dossier.id)
    if dossier.handed_over_at and after != dossier.status:
        take_result_back(connection, dossier.id)
    if transition.ends_claim:
        end_claim(connection, dossier.id)
    return after


def status_before(events: Sequence[Event]) -> str:
    """Where the dossier was when it was last paused."""
    asked = [event for event in events if event.kind == "supplement_requested"]
    told = json.loads(asked[-1].data)
    before: str = told.get("from") or told["before"]  # the word of the first schema
    return before
