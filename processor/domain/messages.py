"""The catalogue of what the program says when something must be mended: one stable code, one text."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict


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
