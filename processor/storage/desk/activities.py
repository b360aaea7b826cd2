"""The log of activities: added, listed by page, taken back without being erased, and their sums."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update

from processor.domain.plan import Activity, NewActivity
from processor.storage.engine import Connection
from processor.storage.tables.core import officers
from processor.storage.tables.plan import activities

COUNTED = activities.c.removed_at.is_(None)


def add_activity(connection: Connection, what: NewActivity, officer_id: int, now: datetime) -> int:
    """Its key."""
    row = {**asdict(what), "officer_id": officer_id, "entered_at": now}
    number: int = connection.execute(insert(activities).values(row).returning(activities.c.id)).scalar_one()
    return number


def activities_of(connection: Connection, plan: str, most: int, after: int = 0) -> list[Activity]:
    """The newest day first, those taken back among them; `after` so many."""
    wanted = listed().where(activities.c.plan == plan)
    ordered = wanted.order_by(activities.c.held_on.desc(), activities.c.id.desc()).limit(most).offset(after)
    return [activity_from(row) for row in connection.execute(ordered).mappings()]


def find_activity(connection: Connection, plan: str, activity_id: int) -> Activity | None:
    wanted = listed().where((activities.c.plan == plan) & (activities.c.id == activity_id))
    row = connection.execute(wanted).mappings().first()
    return activity_from(row) if row else None


def listed() -> Select[Any]:
    return select(activities, officers.c.name.label("officer")).join(officers, officers.c.id == activities.c.officer_id)


def activity_from(row: RowMapping) -> Activity:
    what = NewActivity(**{name: row[name] for name in NewActivity.__dataclass_fields__})
    return Activity(row["id"], what, row["officer"], row["entered_at"], row["removed_at"])


def take_activity_back(connection: Connection, activity_id: int, now: datetime) -> bool:
    """False when it was taken back before."""
    mine = update(activities).where((activities.c.id == activity_id) & COUNTED)
    return connection.execute(mine.values(removed_at=now)).rowcount == 1


def count_activities(connection: Connection, plan: str) -> int:
    """Rows of the log, those taken back too."""
    return connection.execute(select(func.count()).where(activities.c.plan == plan)).scalar_one()


def sums_by_task(connection: Connection, plan: str) -> dict[str, tuple[int, int]]:
    """Activities and people reached of each task of a plan."""
    wanted = select(activities.c.task, func.count(), func.coalesce(func.sum(activities.c.reached), 0))
    found = wanted.where((activities.c.plan == plan) & COUNTED).group_by(activities.c.task)
    return {task: (int(count), int(people)) for task, count, people in connection.execute(found)}


def held_between(connection: Connection, since: date, until: date) -> list[NewActivity]:
    """Those from `since` on, before `until`, in order of their days; what was taken back is not among them."""
    within = (activities.c.held_on >= since) & (activities.c.held_on < until)
    ordered = listed().where(within & COUNTED).order_by(activities.c.held_on, activities.c.id)
    return [activity_from(row).what for row in connection.execute(ordered).mappings()]
