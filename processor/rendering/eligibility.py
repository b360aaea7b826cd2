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
from processor.domain.eligibility import Finding, NextStep, Outcome
from processor.domain.errors import Fault
from processor.domain.forms.kinds import KINDS
from processor.domain.forms.submission import Typed
from processor.rendering.eligibility_data import FEEDBACK, can_register, payload, prefill
from processor.rendering.forms import notice_html, summary_html
from processor.rendering.questions import PageOfForm, said_at, whole_form
from processor.rendering.support import LevelRow, confirmer, level_row
from processor.rendering.templating import render

VERDICT_WORDS = {"no": "Không thuộc nhóm", "ask": "Phải hỏi", "fits": "Thuộc nhóm"}


@dataclass(frozen=True)
class Reason:
    id: str
    words: str
    source: str


@dataclass(frozen=True)
class TypePiece:
    """What a result says of one support type; `papers` as (item id, title)."""

    id: str
    title: str
    page: str
    has_levels: bool
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
    return {
        "verdict": outcome.verdict,
        "notice": limits_words(catalogue, outcome),
        "reasons": [vars(reason(catalogue, finding, today)) for finding in findings],
        "support_level": level_words(catalogue, outcome, today),
        "amount": outcome.amount,
        "amount_explained": estimate_words(catalogue, outcome, answers, today) if known else None,
        "items": [item.id for item in catalogue.dossier_form(support_type).items] if known else [],
        "next_steps": [
            {"id": step.id, "text": step.says, "url": step_address(catalogue, step, answers)}
            for step in wizard.steps
            if step.id in outcome.steps
        ],
    }


def limits_words(catalogue: Catalogue, outcome: Outcome) -> str:
    """What the verdict is not, and that its territory is to be confirmed."""
    assert outcome.verdict
    said = catalogue.wording(catalogue.eligibility.verdicts[outcome.verdict].text)
    return said if outcome.verdict == "no" else f"{said} {catalogue.texts.notices['territory'].title}"


def level_words(catalogue: Catalogue, outcome: Outcome, today: date) -> dict[str, str] | None:
    """The row of the table; a figure that nobody has read is worded as unknown."""
    for name, level in levels(catalogue, today):
        if name == outcome.level:
            return {key: words or UNKNOWN for key, words in vars(level).items()}
    return None


def questions_html(catalogue: Catalogue, today: date, typed: Typed, faults: Sequence[Fault]) -> Markup:
    form = catalogue.eligibility.form
    page = PageOfForm(form, whole_form(form), typed, said_at(faults), {}, today)
    return render("eligibility_questions.html", block=page.block(form.sections[0]))


def result_html(catalogue: Catalogue, today: date, outcome: Outcome | None, answers: Mapping[str, Any]) -> Markup:
    wizard = catalogue.eligibility
    query = prefill(catalogue, answers)
    told = urlencode({"description": answers_words(catalogue, answers)})
    return render(
        "eligibility_result.html",
        shown=Shown(frozenset(keys(catalogue, outcome, answers)) if outcome else None),
        verdicts={
            name: (catalogue.wording(said.title), catalogue.wording(said.text))
            for name, said in wizard.verdicts.items()
        },
        reasons=[reason(catalogue, finding, today) for finding in wizard.findings],
        levels=list(levels(catalogue, today)),
        types=[type_piece(catalogue, name) for name in catalogue.support_types],
        steps=[
            Step(step.id, step.says, step_address(catalogue, step, answers) if outcome else "")
            for step in wizard.steps
            if outcome is None or step.id in outcome.steps
        ],
        estimate=estimate_words(catalogue, outcome, answers, today) if outcome else "",
        time=catalogue.facts["processing_time"].words(today),
        components=catalogue.facts["dossier_components"].words(today),
        territory=catalogue.texts.notices["territory"].title,
        notice=notice_html(catalogue, "territory"),
        unknown=UNKNOWN,
        register=f"/nop/{wizard.register_need.form}?{query}",
        register_words=wizard.register_need,
        question=FEEDBACK,
        question_with_answers=f"{FEEDBACK}&{told}",
    )


def keys(catalogue: Catalogue, outcome: Outcome, answers: Mapping[str, Any]) -> Iterator[str]:
    support_type = str(answers.get(catalogue.eligibility.estimate.support_type, ""))
    yield f"verdict:{outcome.verdict}"
    if outcome.verdict == "ask":
        yield "register:open" if can_register(catalogue, answers) else "register:closed"
    yield from (f"finding:{name}" for name in outcome.findings)
    yield from (f"step:{name}" for name in outcome.steps)
    if outcome.verdict in ("yes", "ask") and support_type in catalogue.support_types:
        yield f"type:{support_type}"
    if outcome.level:
        yield f"level:{outcome.level}"


def step_address(catalogue: Catalogue, step: NextStep, answers: Mapping[str, Any]) -> str:
    """The form a step leads to, filled with the answers: `dossier` is that of the chosen support type."""
    chosen = answers[catalogue.eligibility.estimate.support_type]
    form_id = catalogue.dossier_form(chosen).id if step.form == "dossier" else step.form
    return f"/nop/{form_id}?{prefill(catalogue, answers)}"


def reason(catalogue: Catalogue, finding: Finding, today: date) -> Reason:
    words = {name: fact.words(today) for name, fact in catalogue.facts.items()}
    source = catalogue.facts[finding.source]
    dated = source.on(today)
    return Reason(
        finding.id,
        finding.says.format_map(words),
        f"Nguồn: {dated.source.words}." if dated else f"Cần {confirmer(catalogue, source)} xác nhận.",
    )


def levels(catalogue: Catalogue, today: date) -> Iterator[tuple[str, LevelRow]]:
    for support in catalogue.support_types.values():
        yield from ((level.id, level_row(catalogue, level, today)) for level in support.levels)


def type_piece(catalogue: Catalogue, support_type: str) -> TypePiece:
    support = catalogue.support_types[support_type]
    return TypePiece(
        id=support.id,
        title=support.title,
        page=support.page,
        has_levels=bool(support.levels),
        papers=[(item.id, item.title) for item in catalogue.dossier_form(support_type).items],
    )


def estimate_words(catalogue: Catalogue, outcome: Outcome, answers: Mapping[str, Any], today: date) -> str:
    texts: Mapping[str, str] = {str(case): text for case, text in catalogue.eligibility.estimate.texts.items()}
    estimate = catalogue.judge.estimate(answers, today)
    return estimate.words(texts) if estimate else texts[outcome.case or "unknown"]


def answers_words(catalogue: Catalogue, answers: Mapping[str, Any]) -> str:
    """Each question with its answer, a line each."""
    fields = [field for field in catalogue.eligibility.fields if answers.get(field.id) not in (None, "")]
    lines = [f"{field.label} {KINDS[field.kind].words(answers[field.id], field)}" for field in fields]
    return catalogue.eligibility.notes["question"] + "\n".join(lines)


def table_html(catalogue: Catalogue, today: date) -> Markup:
    """The findings as rows: result, when, why, source."""
    wizard = catalogue.eligibility
    ground = wizard.ground({}, today)
    return render(
        "eligibility_table.html",
        rows=[
            (VERDICT_WORDS[one.gives], one.reads or one.when.words(ground), reason(catalogue, one, today))
            for one in wizard.findings
        ],
        types=[type_piece(catalogue, name) for name in catalogue.support_types],
    )
