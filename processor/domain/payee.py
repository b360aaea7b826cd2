"""Where the money of an approved dossier goes; asked for only after the approval."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Payee:
    account_holder: str
    account_no: str
    bank: str
    given_at: datetime
