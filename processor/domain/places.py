"""The communes of the province as it is now, those of former Bắc Giang first."""

from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from processor.domain.vietnamese import fold


class CommuneGroup(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    communes: dict[str, str]


class Communes(BaseModel):
    """`groups` map five-digit codes to names; `as_of` is the day of the data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: date
    province_code: str
    groups: tuple[CommuneGroup, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        return {code: name for group in self.groups for code, name in group.communes.items()}

    @cached_property
    def codes_by_folded_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, name in self.names.items():
            for spelling in {fold(name), fold(name.split(" ", 1)[1])}:
                found.setdefault(spelling, []).append(code)
        return found

    def find(self, typed: str) -> list[str]:
        """The codes that a code or a name, with or without marks, can mean."""
        return [typed] if typed in self.names else self.codes_by_folded_name.get(fold(typed), [])
