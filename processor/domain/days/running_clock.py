"""The clock of one dossier as it stands: when it began, its pauses and extensions, its due day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processor.domain.days.clock import Pause


@dataclass(frozen=True)
class RunningClock:
    """`days` are working days, extensions left out; `due_on` is None while it stands still."""

    dossier_id: int
    started_at: datetime
    days: int
    pauses: tuple[Pause, ...]
    extensions: tuple[Mapping[str, Any], ...]
    stopped_at: datetime | None
    calendar_version: str
    due_on: date | None
    printed_at: datetime | None

    @property
    def all_days(self) -> int:
        return self.days + sum(int(one["days"]) for one in self.extensions)

    @property
    def paused_since(self) -> datetime | None:
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None
