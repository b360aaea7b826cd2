"""A list of dossiers that an officer asked for as a file: made in the background, kept for a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

ENDINGS = ("xlsx", "csv", "json")
KEPT = timedelta(days=1)
REPORT, TABLE = "dossier_list", "dossiers"
State = Literal["waiting", "ready", "failed", "gone"]


@dataclass(frozen=True)
class ListRow:
    """One dossier as data; amounts in đồng."""

    reference: str
    official_code: str | None
    form_id: str
    kind: str
    organisation_name: str
    tax_code: str | None
    commune_code: str | None
    status: str
    received_at: datetime
    due_on: date | None
    holder: str | None
    requested_amount: int | None
    proposed_amount: int | None
    approved_amount: int | None
    paid_on: date | None


@dataclass(frozen=True)
class AskedList:
    """`query` as it stood in the address of the queue; `total` rows are to be written, None until they are counted."""

    id: str
    officer_id: int
    query: str
    ending: str
    asked_at: datetime
    total: int | None
    written: int
    finished_at: datetime | None
    failed_at: datetime | None
    file_id: str | None
    file_size: int | None

    @property
    def state(self) -> State:
        if self.failed_at:
            return "failed"
        if self.finished_at is None:
            return "waiting"
        return "ready" if self.file_id else "gone"
