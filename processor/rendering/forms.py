"""Forms, checklists, tables of support and banners: one HTML for the site and for the processor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.conditions import Condition, Ground
from processor.domain.definition import AnyField, FormDefinition, Item, OptionField, Section
from processor.domain.dossier import Attachment
from processor.domain.errors import Fault
from processor.domain.estimate import Estimate, figures
from processor.domain.files import FILE_TYPES, Limits, size_words
from processor.domain.policy import Fact, Option, SupportLevel, in_a_row
from processor.domain.submission import MOST_ROWS, ROW, Typed
from processor.domain.vietnamese import listed, money, percent
from processor.rendering.templating import render

MOST_RADIOS = 6
UNVERIFIED = "thường được yêu cầu, chưa đối chiếu"
FIXED_HINTS = {"date": "Ví dụ 12/03/2026.", "money": "Viết đủ chữ số, ví dụ 50.000.000."}
ILLUSTRATIVE_COSTS = (84_000_000, 130_000_000)


@dataclass(frozen=True)
class Question:
    """A field as it stands on the page: its posted name, what was typed, what is wrong with it."""

    field: AnyField
    name: str
    typed: Sequence[str]
    fault: str | None
    hints: Sequence[str]
    condition: str
    optional: bool
    options: Sequence[Option]

    @property
    def value(self) -> str:
        return self.typed[-1] if self.typed else ""

    @property
    def described_by(self) -> str:
        named = [f"hint-{self.name}"] if self.hints or self.condition else []
        return " ".join([*named, f"error-{self.name}"] if self.fault else named)

    @property
    def as_radios(self) -> bool:
        return self.field.kind == "choice" and len(self.field.options) <= MOST_RADIOS


@dataclass(frozen=True)
class Block:
    """A section, with one list of questions for each row when it is repeated."""

    section: Section
    rows: Sequence[Sequence[Question]]
    fault: str | None


@dataclass(frozen=True)
class Slot:
    """A paper as it stands on the page: what is kept for it, what is wrong, which types it takes."""

    item: Item
    kept: Sequence[Attachment]
    faults: Sequence[tuple[str, str]]
    accept: str
    types: str
    condition: str

    @property
    def described_by(self) -> str:
        return " ".join([f"hint-{self.item.id}", *(error_id for error_id, _ in self.faults)])


def form_html(
    catalogue: Catalogue,
    form: FormDefinition,
    *,
    today: date,
    limits: Limits,
    typed: Typed | None = None,
    faults: Sequence[Fault] = (),
    kept: Sequence[Attachment] = (),
    draft_token: str | None = None,
    rows: Mapping[str, int] | None = None,
) -> Markup:
    told = typed or {}
    said: dict[str, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.field, []).append(fault.message)
    ground = form.ground({}, today)
    return render(
        "form.html",
        form=form,
        blocks=[block_of(section, told, said, ground, rows or {}) for section in form.sections],
        slots=[slot_of(item, kept, said, ground) for item in form.items],
        token=draft_token,
        unverified=UNVERIFIED,
        total=size_words(limits.dossier_bytes),
        each=size_words(limits.file_bytes),
        most_files=limits.files,
    )


def block_of(
    section: Section, told: Typed, said: Mapping[str, list[str]], ground: Ground, rows: Mapping[str, int]
) -> Block:
    if not section.repeat:
        return Block(section, [questions(section, "", told, said, ground)], None)
    count = max(section.repeat.min, 1, rows.get(section.id, 0), rows_typed(section.id, told))
    every = [questions(section, f"{section.id}.{row}.", told, said, ground) for row in range(count)]
    return Block(section, every, " ".join(said.get(section.id, [])) or None)


def rows_typed(group: str, told: Typed) -> int:
    """Up to the highest row that was posted, as far as rows are read at all."""
    found = [row for name in told if (row := ROW.match(name)) and row[1] == group]
    return max((int(row[2]) + 1 for row in found if int(row[2]) < MOST_ROWS), default=0)


def questions(
    section: Section, prefix: str, told: Typed, said: Mapping[str, list[str]], ground: Ground
) -> list[Question]:
    return [question(field, prefix + field.id, told, said, ground) for field in section.fields]


def question(field: AnyField, name: str, told: Typed, said: Mapping[str, list[str]], ground: Ground) -> Question:
    hints = [hint for hint in (field.hint, FIXED_HINTS.get(field.kind)) if hint]
    condition = needed_when(field.required_when, ground) if field.required_when else ""
    fault = " ".join(said.get(name, [])) or None
    optional = not field.required and not field.required_when
    offered = field.offered(ground.today) if isinstance(field, OptionField) else ()
    return Question(field, name, told.get(name, []), fault, hints, condition, optional, offered)


def needed_when(condition: Condition, ground: Ground) -> str:
    return f"Chỉ cần khi {condition.words(ground)}."


def slot_of(item: Item, kept: Sequence[Attachment], said: Mapping[str, list[str]], ground: Ground) -> Slot:
    types = [FILE_TYPES[name] for name in item.accept]
    return Slot(
        item,
        [file for file in kept if file.item_id == item.id],
        [(error_id(item.id, place), message) for place, message in enumerate(said.get(item.id, []))],
        ",".join(suffix for found in types for suffix in found.suffixes),
        listed([found.label for found in types]),
        needed_when(item.required_when, ground) if item.required_when else "",
    )


def condition_of(item: Item, form: FormDefinition, today: date) -> str:
    """When a paper is needed, in words; empty when that depends on nothing."""
    return needed_when(item.required_when, form.ground({}, today)) if item.required_when else ""


def error_id(name: str, place: int) -> str:
    return f"error-{name}-{place + 1}" if place else f"error-{name}"


def summary_html(faults: Sequence[Fault], form: FormDefinition) -> Markup:
    """Each line leads to the first control of its field."""
    lines = [(target_of(fault, form), fault.message) for fault in faults]
    return render("summary.html", lines=lines)


def target_of(fault: Fault, form: FormDefinition) -> str:
    """The id of the control to mend; the form itself when the fault is about none of its own."""
    if fault.field in form.groups:
        first = form.groups[fault.field].fields[0]
        return control_id(f"{fault.field}.0.{first.id}", first)
    if fault.field in form.items_by_id:
        return f"f-{fault.field}"
    field = field_posted(form, fault.field)
    return control_id(fault.field, field) if field else f"hotro-{form.id}"


def field_posted(form: FormDefinition, name: str) -> AnyField | None:
    """The field behind a posted name, `tax_code` or `costs.0.amount`."""
    row = ROW.match(name)
    fields: Sequence[AnyField] = () if row else form.single_fields
    if row and row[1] in form.groups and int(row[2]) < MOST_ROWS:
        fields = form.groups[row[1]].fields
    return next((field for field in fields if field.id == (row[3] if row else name)), None)


def control_id(name: str, field: AnyField) -> str:
    """The id of the first control of a field: of its first radio or box where it has several."""
    several = field.kind in ("choices", "consent") or (field.kind == "choice" and len(field.options) <= MOST_RADIOS)
    return f"f-{name}-1" if several else f"f-{name}"


def checklist_html(catalogue: Catalogue, form: FormDefinition) -> Markup:
    notice = catalogue.texts.notices["checklist"]
    return render("checklist.html", form=form, unverified=UNVERIFIED, notice=notice)


@dataclass(frozen=True)
class LevelRow:
    """One row of the table in words. An empty figure is one that nobody has read yet."""

    standards: str
    rate: str
    ceiling: str


def support_html(catalogue: Catalogue, support_type_id: str, today: date) -> Markup:
    """The table of support on a day, unknown figures named as such, sources, and a worked example."""
    support = catalogue.support_types[support_type_id]
    facts = [catalogue.facts[fact_id] for fact_id in support.facts]
    of_levels = [fact for level in support.levels for fact in level_facts(catalogue, level)]
    sources = {dated.source.words: dated.source for fact in of_levels if (dated := fact.on(today))}
    return render(
        "support.html",
        rows=[level_row(catalogue, level, today) for level in support.levels],
        sources=[sources[words] for words in sorted(sources)],
        gaps=[gap_words(catalogue, fact) for fact in facts if fact.on(today) is None],
        examples=[words for level in support.levels if (words := worked_example(catalogue, level, today))],
        unknown=UNKNOWN,
        contact=catalogue.agency.contact,
    )


def gap_words(catalogue: Catalogue, fact: Fact) -> str:
    """What is not known, and who has to confirm it."""
    return f"{fact.unknown or UNKNOWN + '.'} Cần {confirmer(catalogue, fact)} xác nhận."


def confirmer(catalogue: Catalogue, fact: Fact) -> str:
    return catalogue.agency.department if fact.confirm_by == "department" else catalogue.agency.name


def level_facts(catalogue: Catalogue, level: SupportLevel) -> list[Fact]:
    return [catalogue.facts[fact_id] for fact_id in (level.standards, level.rate, level.costs, level.ceiling)]


def level_row(catalogue: Catalogue, level: SupportLevel, today: date) -> LevelRow:
    standards, rate, costs, ceiling = level_facts(catalogue, level)
    counted = f" {costs.words(today)}" if costs.on(today) else "; phần chi phí được tính: chưa đối chiếu"
    return LevelRow(
        ", ".join(in_a_row(standards.options(today))),
        f"{rate.words(today)}{counted}" if rate.on(today) else "",
        f"{ceiling.words(today)} cho mỗi tiêu chuẩn" if ceiling.on(today) else "",
    )


def worked_example(catalogue: Catalogue, level: SupportLevel, today: date) -> str:
    """For a level whose figures are all known; the costs are illustrative, the rest is computed."""
    standards = catalogue.facts[level.standards].options(today)
    name = next((option.label for option in standards if option.value == level.example_standard), None)
    estimates = [figures(level, catalogue.facts, today).estimate(cost) for cost in ILLUSTRATIVE_COSTS]
    if name is None or None in estimates:
        return ""
    first, *others = [example_words(estimate) for estimate in estimates if estimate]
    return f"Ví dụ với {name}: {' '.join([first, *map(sentence, others)])}"


def sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def example_words(estimate: Estimate) -> str:
    stops = "" if estimate.case == "within" else "dừng ở "
    share = f"{percent(estimate.rate)} là {money(estimate.share)}"
    return f"chi phí {money(estimate.cost)} thì {share}, ước tính {stops}{money(estimate.amount)}."


def notice_html(catalogue: Catalogue, name: str) -> Markup:
    notice = catalogue.texts.notices[name]
    paragraphs = [catalogue.wording(paragraph) for paragraph in notice.paragraphs]
    return render("notice.html", name=name, title=notice.title, paragraphs=paragraphs)


def tracking_html(reference: str = "", error: str = "") -> Markup:
    return render("tracking.html", reference=reference, error=error)


def contact_html(catalogue: Catalogue) -> Markup:
    return render("contact.html", agency=catalogue.agency, unknown=UNKNOWN)
