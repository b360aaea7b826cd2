"""How long dossiers stand in each status, from their events."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from processor.domain.workflow import BEFORE, SAME, Transition

FIRST = "submitted"


def moving_kinds(by_event: Mapping[str, Transition]) -> set[str]:
    """The kinds of events that begin or end a stay."""
    return {FIRST, *(kind for kind, step in by_event.items() if step.to != SAME)}


def days_lasted(moves: Iterable[Sequence[Any]], by_event: Mapping[str, Transition]) -> dict[str, list[float]]:
    """The calendar days, in parts, of every finished stay by status.

    `moves` are dossier, kind and moment of hundreds of thousands of events, those of each dossier together, in order.
    """
    to = {kind: step.to for kind, step in by_event.items() if step.to != SAME}
    lasted: dict[str, list[float]] = {}
    current, status, before, since = 0, FIRST, FIRST, datetime.min
    for dossier_id, kind, at in moves:
        if dossier_id != current:
            current, status, before, since = dossier_id, FIRST, FIRST, at
        elif kind in to:
            lasted.setdefault(status, []).append((at - since).total_seconds() / 86400)
            status, before = (before if to[kind] == BEFORE else to[kind]), status
            since = at
    return lasted


def quantile(ordered: list[float], share: float) -> float | None:
    """The value below which `share` of them lie; `ordered` ascending. None of nothing."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
