"""A slip as it was made; printed again, it says the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class MadeSlip:
    id: int
    kind: str
    circular: str
    form_no: str
    name: str
    content: Mapping[str, Any]
    made_at: datetime
    officer: str
