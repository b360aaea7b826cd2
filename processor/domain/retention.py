"""How long what is kept, by kind and state, and what an erasure leaves behind: forms/retention.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from processor.domain.dossier import Kind
from processor.domain.forms.definition import FormDefinition
from processor.domain.policy import Frozen

Scope = Literal["dossier", "person"]
Ground = Literal["requested", "purpose_done", "term_over", "authority", "agreed"]
OnRequest = Literal["erase", "wait", "keep"]


class Rule(Frozen):
    """`erase_after_days` counts from the last change; None erases nothing of itself."""

    kind: Kind
    statuses: tuple[str, ...] = Field(min_length=1)
    on_request: OnRequest
    why: str
    erase_after_days: int | None = Field(ge=1)


class Retention(Frozen):
    """Words of grounds and scopes, and one rule for each kind and state."""

    grounds: dict[Ground, str]
    scopes: dict[Scope, str]
    never: str
    erased_name: str = Field(description="Đứng thay tên đơn vị của hồ sơ đã xóa.")
    rules: tuple[Rule, ...]

    def rule(self, kind: str, status: str) -> Rule:
        return next(rule for rule in self.rules if rule.kind == kind and status in rule.statuses)


@dataclass(frozen=True)
class Erasure:
    """The tombstone: `files` is how many went, `backups_until` the last day on which a backup may hold them."""

    scope: Scope
    ground: Ground
    reason: str | None
    actor: str
    at: datetime
    files: int
    backups_until: date
    request_id: int | None = None


def without_personal(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without what the form marks as personal, rows of repeated sections included."""
    single = {field.id for field in form.single_fields if field.personal}
    left: dict[str, Any] = {name: value for name, value in answers.items() if name not in single}
    for name, section in form.groups.items():
        personal = {field.id for field in section.fields if field.personal}
        if personal and name in left:
            left[name] = [{key: value for key, value in row.items() if key not in personal} for row in left[name]]
    return left


def personal_values(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the form marks as personal, by field, of those asked once."""
    return {field.id: answers[field.id] for field in form.single_fields if field.personal and field.id in answers}
