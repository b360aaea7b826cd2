"""Whether a dossier was handled in time, by the rule of the national indicators (domain fact H17)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Timeliness = Literal["early", "on_time", "overdue", "running", "running_overdue", "no_clock"]
KINDS: tuple[Timeliness, ...] = get_args(Timeliness)
ENDED: tuple[Timeliness, ...] = ("early", "on_time", "overdue")


@dataclass(frozen=True)
class Handling:
    """Days of Viet Nam. `ended_on` is when its handling was finished, None while it goes on.

    `due_on` is None where no clock was started, and while a clock waits for the organisation. `has_clock` tells
    these apart. `requests` are how often a supplement was asked for.
    """

    has_clock: bool
    due_on: date | None
    ended_on: date | None
    requests: int
    withdrawn: bool = False


def timeliness(case: Handling, today: date) -> Timeliness:
    """The time that the organisation takes is not in `due_on`; asked for more than once, a dossier counts as late."""
    if case.withdrawn or not case.has_clock:
        return "no_clock"
    if case.ended_on is None:
        late = case.requests > 1 or (case.due_on is not None and case.due_on < today)
        return "running_overdue" if late else "running"
    if case.requests > 1 or (case.due_on is not None and case.ended_on > case.due_on):
        return "overdue"
    return "on_time" if case.ended_on == case.due_on else "early"


def share_on_time(counts: dict[str, int]) -> float | None:
    """Percent of the finished ones that were early or on time; None when none is finished."""
    ended = sum(counts.get(kind, 0) for kind in ENDED)
    return round(100 * (ended - counts.get("overdue", 0)) / ended, 1) if ended else None
