"""The wizard “Đơn vị có được hỗ trợ không?”: questions and findings as data, judged here and in browsers.

The browser's judge is docs/assets/dieu-kien.js. Both follow the same steps, and a test holds them together: answers
to questions that are not asked are left out; a finding of `no` decides at once; then nothing may be missing; then
`ask`; otherwise `yes`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from processor.domain.estimate import Estimate, Figures, figures
from processor.domain.forms.conditions import Condition, Ground
from processor.domain.forms.definition import FormDefinition, Section
from processor.domain.forms.fields import AnyField, CommuneField
from processor.domain.policy import Fact, Frozen, Identifier, SupportLevel, SupportType

Verdict = Literal["yes", "no", "ask"]
SHOWN: dict[Verdict, str] = {"yes": "fits", "no": "no", "ask": "ask"}


class Finding(Frozen):
    """One reason. `says` may name facts in braces; `source` is the fact that it rests on, unknown ones too."""

    id: Identifier
    when: Condition
    reads: str | None = Field(default=None, description="Điều kiện nói bằng lời, khi lời tự sinh khó đọc.")
    gives: Literal["no", "ask", "fits"]
    says: str
    source: Identifier


class NextStep(Frozen):
    """What to do after a yes. `form` is a form's id, or `dossier` for the one of the chosen support type."""

    id: Identifier
    when: Condition
    says: str
    form: str


class VerdictText(Frozen):
    title: str
    text: str


class Area(Frozen):
    """Rules may ask for the group of a commune under this name."""

    field: Identifier
    name: Identifier
    label: str


class EstimateQuestions(Frozen):
    """Which questions give the support type, the standard and the cost; what is said in each case."""

    support_type: Identifier
    choice: Identifier
    cost: Identifier
    texts: dict[Literal["within", "above", "no_cost", "unknown"], str]


class Register(Frozen):
    """The form that needs are registered by, and what is said when it can and cannot take the answers."""

    form: str
    open: str
    closed: str


class EligibilityBase(Frozen):
    title: str
    register_need: Register = Field(alias="register")
    notes: dict[Literal["incomplete", "outdated", "question"], str]
    area: Area
    fills: dict[Identifier, tuple[str, ...]] = Field(description="Câu hỏi nào điền sẵn ô nào của biểu mẫu.")
    findings: tuple[Finding, ...]
    steps: tuple[NextStep, ...]
    verdicts: dict[Verdict, VerdictText]
    estimate: EstimateQuestions


class EligibilitySource(EligibilityBase):
    """The file forms/eligibility.yml as it is written."""

    questions: Section


class Eligibility(EligibilityBase):
    form: FormDefinition

    @property
    def fields(self) -> tuple[AnyField, ...]:
        return self.form.single_fields

    def conditions(self) -> Iterator[tuple[str, int, Condition]]:
        """Every condition beyond the questions' own, with the key and the place where it stands."""
        yield from (("findings", place, finding.when) for place, finding in enumerate(self.findings))
        yield from (("steps", place, step.when) for place, step in enumerate(self.steps))

    def labels(self) -> dict[str, str]:
        areas = {f"{self.area.name}={group.id}": group.label for group in self.groups()}
        return {**self.form.labels, **areas, self.area.name: self.area.label}

    def groups(self) -> tuple[Any, ...]:
        """Those of the communes; none where the area names no question on communes, which the check refuses."""
        for field in self.fields:
            if field.id == self.area.field and isinstance(field, CommuneField) and field.places:
                return field.places.groups
        return ()

    def ground(self, answers: Mapping[str, Any], today: date) -> Ground:
        commune = answers.get(self.area.field)
        area = next((group.id for group in self.groups() if commune in group.communes), None)
        return Ground({**answers, self.area.name: area}, self.form.facts, self.labels(), today)


@dataclass(frozen=True)
class Outcome:
    """`findings` and `steps` are ids. `level` is the id of a support level; `case` names the text of the estimate."""

    missing: tuple[str, ...]
    verdict: Verdict | None
    findings: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    level: str | None = None
    case: str | None = None
    amount: int | None = None

    def document(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Judge:
    """Judges answers as they were read: values of choices, five-digit commune codes, costs in đồng."""

    eligibility: Eligibility
    support_types: Mapping[str, SupportType]
    facts: Mapping[str, Fact]

    def judge(self, answers: Mapping[str, Any], today: date) -> Outcome:
        kept = self.relevant(answers, today)
        ground = self.eligibility.ground(kept, today)
        held = [finding for finding in self.eligibility.findings if finding.when.holds(ground) is True]
        given = {finding.gives for finding in held}
        missing = tuple(
            field.id
            for field in self.eligibility.fields
            if self.needed(field, ground) and ground.answer(field.id) is None
        )
        verdict: Verdict | None = "no" if "no" in given else None if missing else "ask" if "ask" in given else "yes"
        if verdict is None:
            return Outcome(missing, None)
        shown = tuple(finding.id for finding in held if finding.gives == SHOWN[verdict])
        if verdict == "no":
            return Outcome((), verdict, shown)
        steps = [step.id for step in self.eligibility.steps if verdict == "yes" and step.when.holds(ground) is True]
        level, case, amount = self.estimated(kept, today)
        return Outcome((), verdict, shown, tuple(steps), level.id if level else None, case, amount)

    def relevant(self, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
        """The answers to the questions that are asked, in their order."""
        kept: dict[str, Any] = {}
        for field in self.eligibility.fields:
            if answers.get(field.id) not in (None, "") and self.asked(field, kept, today):
                kept[field.id] = answers[field.id]
        return kept

    def asked(self, field: AnyField, answers: Mapping[str, Any], today: date) -> bool:
        if field.id == self.eligibility.estimate.cost:
            return self.figures(self.level(answers, today), today).known
        return field.required or self.needed(field, self.eligibility.ground(answers, today))

    def needed(self, field: AnyField, ground: Ground) -> bool:
        return field.required or bool(field.required_when and field.required_when.holds(ground))

    def level(self, answers: Mapping[str, Any], today: date) -> SupportLevel | None:
        """The row of the table of support that the chosen standard stands in."""
        asked = self.eligibility.estimate
        support = self.support_types.get(answers.get(asked.support_type, ""))
        chosen = answers.get(asked.choice)
        for level in support.levels if support else ():
            if chosen in {option.value for option in self.facts[level.standards].options(today)}:
                return level
        return None

    def figures(self, level: SupportLevel | None, today: date) -> Figures:
        return figures(level, self.facts, today) if level else Figures(None, None)

    def estimated(self, answers: Mapping[str, Any], today: date) -> tuple[SupportLevel | None, str, int | None]:
        level = self.level(answers, today)
        if not self.figures(level, today).known:
            return level, "unknown", None
        found = self.estimate(answers, today)
        return (level, found.case, found.amount) if found else (level, "no_cost", None)

    def estimate(self, answers: Mapping[str, Any], today: date) -> Estimate | None:
        """None without a cost, and where the rate or the ceiling is unknown."""
        cost = answers.get(self.eligibility.estimate.cost)
        return None if cost is None else self.figures(self.level(answers, today), today).estimate(cost)
