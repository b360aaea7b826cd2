"""The catalogue of what the program says when something must be mended: one stable code, one text."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

# fmt: off
PLACEHOLDERS = frozenset((
    "accept", "actual", "allowed", "amount", "branch", "cause", "ceiling", "computed", "count", "date", "earlier",
    "earlier_label", "ext", "field", "file", "form_id", "incident_id", "item", "items", "label", "later",
    "later_label", "left", "max", "method", "min", "minutes", "missing", "name", "needed", "number", "officer",
    "options", "or_explain", "over", "percent", "requested", "role", "row", "size", "status", "step", "sub_label",
    "time", "title", "today", "total", "value", "wanted", "what", "year",
))
# fmt: on
"""What the program fills in somewhere; a text that names anything else could never be said."""


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    kind: Literal["fault", "warning", "page"] = "fault"


class Messages:
    """`standing` holds what every text may name: the agency and its contacts."""

    def __init__(self, catalogue: Mapping[str, Message], standing: Mapping[str, str]) -> None:
        self.catalogue = dict(catalogue)
        self.standing = dict(standing)

    def say(self, code: str, **values: str) -> str:
        return self.catalogue[code].text.format_map({**self.standing, **values})
