"""The log of what units did for the tasks of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from processor.domain.access.officer import ROLES, Officer
from processor.domain.catalogue import Catalogue
from processor.domain.desk_forms import LOG_ACTIVITY
from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import ChoiceField
from processor.domain.forms.submission import Typed, check_answers, refuse_repeated
from processor.domain.plan import Activity, NewActivity, Plan
from processor.domain.policy import Option
from processor.domain.vietnamese import listed
from processor.services.parts import Wired
from processor.storage.desk.activities import (
    activities_of,
    add_activity,
    count_activities,
    find_activity,
    take_activity_back,
)
from processor.storage.engine import reading, writing

PAGE_SIZE = 50
TAKE_BACK_ANY = ("leader", "admin")


@dataclass(frozen=True)
class LogPage:
    """`number` of `pages`, from 1; both are 1 for an empty log."""

    activities: Sequence[Activity]
    number: int
    pages: int


def plan_of(catalogue: Catalogue, plan_id: str) -> Plan:
    """Raises NotFound."""
    try:
        return catalogue.plans[plan_id]
    except KeyError:
        raise NotFound("not_found") from None


def activity_form(catalogue: Catalogue, plan: Plan) -> FormDefinition:
    """The small form of the desk with the tasks of the plan and the channels to choose from."""
    form = catalogue.desk.form(LOG_ACTIVITY)
    assert form
    offered = {
        "task": tuple(Option.model_construct(value=task.id, label=task.title) for task in plan.tasks),
        "outreach": tuple(Option.model_construct(value=one.id, label=one.label) for one in catalogue.outreach.values()),
    }
    (section,) = form.sections
    fields = tuple(with_options(field, offered.get(field.id, ())) for field in section.fields)
    return form.model_copy(update={"sections": (section.model_copy(update={"fields": fields}),)})


def with_options(field: Any, options: Sequence[Option]) -> Any:
    return field.model_copy(update={"options": tuple(options)}) if isinstance(field, ChoiceField) and options else field


def log_activity(wired: Wired, officer: Officer, plan_id: str, typed: Typed) -> int:
    """Its key. Raises NotFound, InvalidAnswers."""
    plan = plan_of(wired.catalogue, plan_id)
    form = activity_form(wired.catalogue, plan)
    posted = {field.id: typed.get(field.id) or [""] for field in form.single_fields}
    refuse_repeated(form, posted)
    checked = check_answers(form, posted, wired.catalogue.messages, wired.today())
    if checked.faults:
        raise InvalidAnswers(checked.faults)
    what = NewActivity(plan=plan.id, **checked.answers)
    with writing(wired.engine) as connection:
        return add_activity(connection, what, officer.id, wired.clock())


def log_page(wired: Wired, plan_id: str, asked: int) -> LogPage:
    """The nearest page that there is. Raises NotFound."""
    plan = plan_of(wired.catalogue, plan_id)
    with reading(wired.engine) as connection:
        pages = max(1, ceil(count_activities(connection, plan.id) / PAGE_SIZE))
        number = min(max(asked, 1), pages)
        return LogPage(activities_of(connection, plan.id, PAGE_SIZE, (number - 1) * PAGE_SIZE), number, pages)


def one_activity(wired: Wired, plan_id: str, activity_id: int) -> Activity:
    """Raises NotFound."""
    plan = plan_of(wired.catalogue, plan_id)
    with reading(wired.engine) as connection:
        found = find_activity(connection, plan.id, activity_id)
    if found is None:
        raise NotFound("not_found")
    return found


def may_take_back(officer: Officer, activity: Activity) -> bool:
    return activity.removed_at is None and (officer.name == activity.officer or officer.role in TAKE_BACK_ANY)


def take_back(wired: Wired, officer: Officer, plan_id: str, activity_id: int) -> None:
    """The row stays. Raises NotFound, Forbidden for what others wrote, Conflict when it was taken back before."""
    activity = one_activity(wired, plan_id, activity_id)
    if officer.name != activity.officer and officer.role not in TAKE_BACK_ANY:
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in TAKE_BACK_ANY]))
    with writing(wired.engine) as connection:
        if not take_activity_back(connection, activity_id, wired.clock()):
            raise Conflict("activity_taken_back")
