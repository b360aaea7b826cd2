"""The worked examples of tests/policy_cases/, which officials read too."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields

FOLDER = Path(__file__).parent / "policy_cases"


@dataclass(frozen=True)
class Case:
    """`day` is the one judged; `amount` in đồng, None where it cannot be told; `missing` the papers asked for."""

    case: str
    day: date
    answers: dict[str, Any]
    eligible: str
    amount: int | None
    missing: tuple[str, ...] = ()
    refused_above: str | None = None

    def __str__(self) -> str:
        return self.case

    @property
    def query(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.answers.items()}


def cases() -> list[Case]:
    return [
        Case(**{**told, "missing": tuple(told.get("missing", ()))})
        for path in sorted(FOLDER.glob("*.yml"))
        for told in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def dossier_of(catalogue: Catalogue, case: Case, over: int = 0) -> tuple[FormDefinition, dict[str, Any]]:
    """The dossier form of the case and its answers, asking for `over` đồng more than the estimate."""
    form = catalogue.dossier_form(case.answers["support_type"])
    typed: dict[str, Any] = dict(example_fields(form, case.day))
    known = {name for name, _ in form.field_names()}
    typed |= {name: value for name, value in case.query.items() if name in known}
    if case.answers.get("standard") == "other_iso":
        typed["standard_other"] = "Tiêu chuẩn ví dụ"
    if case.amount is not None:
        typed |= {"costs.0.amount": case.query["cost"], "requested_amount": str(case.amount + over)}
    return form, typed
