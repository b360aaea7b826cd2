"""The eligibility wizard: its questions, every piece of a result, the table that says the same without script.

A piece is shown when one of its keys is: `verdict:yes`, `finding:seat`, `level:listed`, `type:traceability`, `step:…`.
The page holds every piece, hidden, and docs/assets/dieu-kien.js shows those of a result; the processor writes only
these.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.definition import CommuneField, MoneyField, OptionField
from processor.domain.eligibility import Finding, Outcome
from processor.domain.errors import Fault
from processor.domain.kinds import KINDS
from processor.domain.policy import Option
from processor.domain.submission import Typed
from processor.rendering.forms import LevelRow, block_of, control_id, gap_words, level_row, notice_html, summary_html
from processor.rendering.templating import render

FEEDBACK = "phan-anh-vuong-mac"
VERDICT_WORDS = {"no": "Không thuộc nhóm", "ask": "Phải hỏi", "fits": "Thuộc nhóm"}


@dataclass(frozen=True)
class Reason:
    id: str
    words: str
    source: str


@dataclass(frozen=True)
class TypePiece:
    """What a result says of one support type. `gaps` are what nobody has read of it yet."""

    id: str
    title: str
    page: str
    has_levels: bool
    gaps: Sequence[str]
    form_id: str
    papers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Step:
    id: str
    words: str
    href: str


@dataclass(frozen=True)
class Shown:
    """`keys` of what is shown, or None for every piece, hidden until a script shows it."""

    keys: frozenset[str] | None

    def has(self, keys: str) -> bool:
        return self.keys is None or not self.keys.isdisjoint(keys.split())

    def piece(self, keys: str) -> Markup:
        return Markup(f' data-piece="{keys}" hidden') if self.keys is None else Markup("")


def wizard_html(catalogue: Catalogue, today: date) -> Markup:
    """The block of the static page."""
    return render(
        "eligibility.html",
        questions=questions_html(catalogue, today, {}, ()),
        result=result_html(catalogue, today, None, {}),
        table=table_html(catalogue, today),
        payload=Markup(json.dumps(payload(catalogue), ensure_ascii=False).replace("<", "\\u003c")),
    )


def result_page(
    catalogue: Catalogue,
    today: date,
    typed: Typed,
    answers: Mapping[str, Any],
    outcome: Outcome,
    faults: Sequence[Fault],
) -> tuple[str, Markup]:
    """Without script: the result and the questions as they were answered, or what has to be mended."""
    title = catalogue.eligibility.title
    html = render(
        "eligibility_page.html",
        title=title,
        summary=summary_html(faults, catalogue.eligibility.form) if faults else "",
        result="" if faults else result_html(catalogue, today, outcome, answers),
        questions=questions_html(catalogue, today, typed, faults),
    )
    return (f"Lỗi: {title}" if faults else title), html


def result_for_programs(
    catalogue: Catalogue, today: date, answers: Mapping[str, Any], outcome: Outcome
) -> dict[str, Any]:
    """The result as data, in words where the figures are; amounts in đồng."""
    wizard = catalogue.eligibility
    support_type = str(answers.get(wizard.estimate.support_type, ""))
    known = support_type in catalogue.support_types and outcome.verdict != "no"
    findings = [finding for finding in wizard.findings if finding.id in outcome.findings]
    query = prefill(catalogue, answers)
    return {
        "verdict": outcome.verdict,
        "reasons": [vars(reason(catalogue, finding, today)) for finding in findings],
        "support_level": next((vars(level) for name, level in levels(catalogue, today) if name == outcome.level), None),
        "amount": outcome.amount,
        "amount_explained": estimate_words(catalogue, outcome, answers, today) if known else None,
        "items": [item.id for item in catalogue.dossier_form(support_type).items] if known else [],
        "next_steps": [
            {"id": step.id, "text": step.says, "url": f"/nop/{form_of(catalogue, step.form, support_type)}?{query}"}
            for step in wizard.steps
            if step.id in outcome.steps
        ],
    }


def questions_html(catalogue: Catalogue, today: date, typed: Typed, faults: Sequence[Fault]) -> Markup:
    form = catalogue.eligibility.form
    said = {fault.field: [fault.message] for fault in faults}
    block = block_of(form.sections[0], typed, said, form.ground({}, today), {})
    return render("eligibility_questions.html", block=block)


def result_html(catalogue: Catalogue, today: date, outcome: Outcome | None, answers: Mapping[str, Any]) -> Markup:
    wizard = catalogue.eligibility
    query = prefill(catalogue, answers)
    support_type = str(answers.get(wizard.estimate.support_type, ""))
    told = urlencode({"description": answers_words(catalogue, answers)})
    return render(
        "eligibility_result.html",
        shown=Shown(frozenset(keys(catalogue, outcome, support_type)) if outcome else None),
        verdicts={
            name: (catalogue.wording(said.title), catalogue.wording(said.text))
            for name, said in wizard.verdicts.items()
        },
        reasons=[reason(catalogue, finding, today) for finding in wizard.findings],
        levels=list(levels(catalogue, today)),
        types=[type_piece(catalogue, name, today) for name in catalogue.support_types],
        steps=[
            Step(
                step.id,
                step.says,
                f"/nop/{form_of(catalogue, step.form, support_type)}?{query}" if outcome else "/bieu-mau/",
            )
            for step in wizard.steps
        ],
        estimate=estimate_words(catalogue, outcome, answers, today) if outcome else "",
        time=catalogue.facts["processing_time"].words(today),
        notice=notice_html(catalogue, "territory"),
        unknown=UNKNOWN,
        contact=catalogue.agency.contact,
        register=f"/nop/dang-ky-nhu-cau?{query}" if outcome else "/bieu-mau/dang-ky-nhu-cau/",
        question=f"/nop/{FEEDBACK}?topic=eligibility" if outcome else f"/bieu-mau/{FEEDBACK}/",
        question_with_answers=f"/nop/{FEEDBACK}?topic=eligibility&{told}" if outcome else f"/bieu-mau/{FEEDBACK}/",
    )


def keys(catalogue: Catalogue, outcome: Outcome, support_type: str) -> Iterator[str]:
    yield f"verdict:{outcome.verdict}"
    yield from (f"finding:{name}" for name in outcome.findings)
    yield from (f"step:{name}" for name in outcome.steps)
    if outcome.verdict in ("yes", "ask") and support_type in catalogue.support_types:
        yield f"type:{support_type}"
    if outcome.level:
        yield f"level:{outcome.level}"


def form_of(catalogue: Catalogue, named: str, support_type: str) -> str:
    """The form a step leads to: `dossier` is the one of the chosen type."""
    if named != "dossier":
        return named
    return catalogue.dossier_form(support_type).id if support_type in catalogue.support_types else "dang-ky-nhu-cau"


def reason(catalogue: Catalogue, finding: Finding, today: date) -> Reason:
    words = {name: fact.words(today) for name, fact in catalogue.facts.items()}
    source = catalogue.facts[finding.source]
    dated = source.on(today)
    return Reason(
        finding.id,
        finding.says.format_map(words),
        f"Nguồn: {dated.source.words}." if dated else gap_words(catalogue, source),
    )


def levels(catalogue: Catalogue, today: date) -> Iterator[tuple[str, LevelRow]]:
    for support in catalogue.support_types.values():
        yield from ((level.id, level_row(catalogue, level, today)) for level in support.levels)


def type_piece(catalogue: Catalogue, support_type: str, today: date) -> TypePiece:
    support = catalogue.support_types[support_type]
    form = catalogue.dossier_form(support_type)
    facts = [catalogue.facts[name] for name in support.facts]
    return TypePiece(
        id=support.id,
        title=support.title,
        page=support.page,
        has_levels=bool(support.levels),
        gaps=[gap_words(catalogue, fact) for fact in facts if fact.on(today) is None],
        form_id=form.id,
        papers=[(item.id, item.title) for item in form.items],
    )


def estimate_words(catalogue: Catalogue, outcome: Outcome, answers: Mapping[str, Any], today: date) -> str:
    texts: Mapping[str, str] = {str(case): text for case, text in catalogue.eligibility.estimate.texts.items()}
    estimate = catalogue.judge.estimate(answers, today)
    return estimate.words(texts) if estimate else texts[outcome.case or "unknown"]


def prefill(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """The answers as names of form fields; a choice that no form knows is left out."""
    wizard = catalogue.eligibility
    given = [
        (name, str(answers[field.id]))
        for field in wizard.fields
        if answers.get(field.id) not in (None, "") and str(answers[field.id]) not in unfilled(catalogue, field)
        for name in wizard.fills.get(field.id, ())
    ]
    return urlencode(given)


def unfilled(catalogue: Catalogue, field: object) -> list[str]:
    """The wizard's own options, which no form has."""
    own: Sequence[Option] = ()
    if isinstance(field, OptionField):
        own = field.options
    if isinstance(field, CommuneField):
        own = field.elsewhere
    sources = getattr(field, "options_from", ())
    of_forms = {option.value for name in sources for option in catalogue.facts[name].options_ever()}
    return [option.value for option in own if option.value not in of_forms]


def answers_words(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """Each question with its answer, a line each."""
    fields = [field for field in catalogue.eligibility.fields if answers.get(field.id) not in (None, "")]
    return "\n".join(f"{field.label} {KINDS[field.kind].words(answers[field.id], field)}" for field in fields)


def table_html(catalogue: Catalogue, today: date) -> Markup:
    """The findings as rows: result, when, why, source."""
    wizard = catalogue.eligibility
    ground = wizard.ground({}, today)
    return render(
        "eligibility_table.html",
        rows=[
            (VERDICT_WORDS[finding.gives], finding.when.words(ground), reason(catalogue, finding, today))
            for finding in wizard.findings
        ],
        types=[type_piece(catalogue, name, today) for name in catalogue.support_types],
    )


def payload(catalogue: Catalogue) -> dict[str, Any]:
    """What docs/assets/dieu-kien.js judges by: the same conditions, facts and texts."""
    wizard = catalogue.eligibility
    told = {
        name: [{"from": dated.from_.isoformat(), "value": bare(dated.value)} for dated in fact.values if dated.verified]
        for name, fact in catalogue.facts.items()
        if name in facts_judged(catalogue)
    }
    return {
        "fields": [question_data(catalogue, field) for field in wizard.fields],
        "area": {
            "field": wizard.area.field,
            "name": wizard.area.name,
            "groups": {group.id: list(group.communes) for group in wizard.groups()},
        },
        "facts": told,
        "levels": {
            name: [level.model_dump(include={"id", "standards", "rate", "ceiling"}) for level in support.levels]
            for name, support in catalogue.support_types.items()
        },
        "findings": [{"id": one.id, "when": tree(one.when), "gives": one.gives} for one in wizard.findings],
        "steps": [{"id": one.id, "when": tree(one.when), "form": one.form} for one in wizard.steps],
        "estimate": wizard.estimate.model_dump(),
        "dossiers": {name: catalogue.dossier_form(name).id for name in catalogue.support_types},
        "messages": {
            code: catalogue.messages.catalogue[code].text
            for code in ("money_unreadable", "money_not_positive", "money_too_large")
        },
    }


def question_data(catalogue: Catalogue, field: Any) -> dict[str, Any]:
    label = field.label
    empty = catalogue.messages.say(KINDS[field.kind].empty_code, label=label, what=field.thing)
    data: dict[str, Any] = {
        "id": field.id,
        "label": label,
        "required": field.required,
        "empty": empty,
        "unfilled": unfilled(catalogue, field),
    }
    data["target"] = control_id(field.id, field)
    data["fills"] = list(catalogue.eligibility.fills.get(field.id, ()))
    if field.required_when:
        data["when"] = tree(field.required_when)
    if isinstance(field, MoneyField):
        data["max"] = field.max
    return data


def facts_judged(catalogue: Catalogue) -> set[str]:
    named = {
        name
        for support in catalogue.support_types.values()
        for level in support.levels
        for name in (level.standards, level.rate, level.ceiling)
    }
    wizard = catalogue.eligibility
    conditions = [condition for _, _, condition in wizard.conditions()]
    conditions += [field.required_when for field in wizard.fields if field.required_when]
    return named | {part.fact for condition in conditions for part in condition.parts() if hasattr(part, "fact")}


def tree(condition: Any) -> Any:
    return condition.model_dump(mode="json", by_alias=True)


def bare(value: Any) -> Any:
    return [option.value for option in value] if isinstance(value, tuple) else value
