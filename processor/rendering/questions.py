"""What of a form stands on a page: its questions with what was typed and what is wrong, its papers, its totals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.dossier import Attachment
from processor.domain.errors import Fault
from processor.domain.files import FILE_TYPES
from processor.domain.forms.conditions import Condition, Ground, fields_named
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.fields import AnyField, OptionField
from processor.domain.forms.relevance import row_ground
from processor.domain.forms.rows import rows_typed
from processor.domain.forms.submission import MOST_ROWS, Typed
from processor.domain.policy import Option
from processor.domain.vietnamese import listed
from processor.rendering.totals import Total, totals_typed

# What the page's script says of a file before it is sent, in the server's words.

MOST_RADIOS = 6
FIXED_HINTS = {"date": "Ví dụ 12/03/2026.", "money": "Viết đủ chữ số, ví dụ 50.000.000."}


@dataclass(frozen=True)
class Asked:
    """A question that one choice on the same page opens: its posted name and the values that open it."""

    by: str
    values: Sequence[str]


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
    asked: "Asked | None" = None
    is_new: bool = False

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
    """A section, with one list of questions for each row when it is repeated, and the totals of its money."""

    section: Section
    rows: Sequence[Sequence[Question]]
    fault: str | None
    totals: Sequence[Total] = ()


@dataclass(frozen=True)
class Slot:
    """A paper as it stands on the page: what is kept for it, what is wrong, which types it takes."""

    item: Item
    kept: Sequence[Attachment]
    faults: Sequence[tuple[str, str]]
    accept: str
    types: str
    condition: str
    absent: bool = False
    absence_reason: str = ""
    reusable: Sequence[Attachment] = ()
    is_new: bool = False

    @property
    def described_by(self) -> str:
        return " ".join([f"hint-{self.item.id}", *(error_id for error_id, _ in self.faults)])


@dataclass(frozen=True)
class Shown:
    """What of a form stands on a page: everything, or one section, or one paper.

    `answers` decide which questions are asked when what decides stands on another page. `key` is the page's own: the
    same page posted twice makes one draft. `back_to` is where the way on leads, when not to the next step. `outreach`
    is the channel that led here.
    """

    sections: Sequence[Section]
    items: Sequence[Item]
    action: str
    answers: Mapping[str, object] | None = None
    back_to: str = ""
    key: str = ""
    new_names: Collection[str] = ()
    outreach: str = ""

    @property
    def whole(self) -> bool:
        return self.answers is None


def whole_form(form: FormDefinition, key: str = "", new_names: Collection[str] = (), outreach: str = "") -> Shown:
    return Shown(form.sections, form.items, f"/nop/{form.id}", key=key, new_names=new_names, outreach=outreach)


def said_at(faults: Sequence[Fault]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.field, []).append(fault.message)
    return said


@dataclass(frozen=True)
class PageOfForm:
    """Turns definitions into what stands on one page, with what was typed and what is wrong."""

    form: FormDefinition
    shown: Shown
    told: Typed
    said: Mapping[str, list[str]]
    rows: Mapping[str, int]
    today: date

    @property
    def ground(self) -> Ground:
        return self.form.ground({}, self.today)

    def block(self, section: Section) -> Block:
        if not section.repeat:
            return Block(section, [self.questions(section, "")], None)
        count = max(
            section.repeat.min, 1, self.rows.get(section.id, 0), min(rows_typed(section.id, self.told), MOST_ROWS)
        )
        every = [self.questions(section, f"{section.id}.{row}.") for row in range(count)]
        return Block(section, every, " ".join(self.said.get(section.id, [])) or None, totals_typed(section, self.told))

    def questions(self, section: Section, prefix: str) -> list[Question]:
        return [self.question(section, field, prefix) for field in section.fields if self.is_shown(section, field)]

    def is_shown(self, section: Section, field: AnyField) -> bool:
        """What stands on the same page may still change; what stands on another is known."""
        if field.asked_when is None or self.shown.answers is None:
            return True
        here = {one.id for one in section.fields}
        if fields_named(field.asked_when) <= here:
            return True
        return field.asked_when.holds(self.form.ground(dict(self.shown.answers), self.today)) is True

    def question(self, section: Section, field: AnyField, prefix: str) -> Question:
        name = prefix + field.id
        cause = field.asked_when or field.required_when
        return Question(
            field,
            name,
            self.told.get(name, []),
            " ".join(self.said.get(name, [])) or None,
            [hint for hint in (field.hint, FIXED_HINTS.get(field.kind)) if hint],
            needed_when(cause, self.row_ground(section)) if cause else "",
            not field.required and not field.required_when,
            field.offered(self.today) if isinstance(field, OptionField) else (),
            self.asked(section, field, prefix),
            (f"{section.id}.{field.id}" if section.repeat else field.id) in self.shown.new_names,
        )

    def row_ground(self, section: Section) -> Ground:
        return row_ground(self.form, section, {}, {}, self.today) if section.repeat else self.ground

    def asked(self, section: Section, field: AnyField, prefix: str) -> Asked | None:
        """Where one choice of the same page decides, the page can follow it at once."""
        named = fields_named(field.asked_when) if field.asked_when else set()
        cause = next((one for one in section.fields if {one.id} == named), None)
        if field.asked_when is None or not isinstance(cause, OptionField):
            return None
        opening = [
            option.value
            for option in cause.options
            if field.asked_when.holds(self.form.ground({cause.id: option.value}, self.today)) is True
        ]
        return Asked(prefix + cause.id, opening)

    def slot(self, item: Item, kept: Sequence[Attachment]) -> Slot:
        types = [FILE_TYPES[name] for name in item.accept]
        accepted = {kind.media_type for kind in types}
        cause = item.asked_when or item.required_when
        mine = {file.sha256 for file in kept if file.item_id == item.id}
        return Slot(
            item,
            [file for file in kept if file.item_id == item.id],
            [(error_id(item.id, place), message) for place, message in enumerate(self.said.get(item.id, []))],
            ",".join(suffix for found in types for suffix in found.suffixes),
            listed([found.label for found in types]),
            needed_when(cause, self.ground) if cause else "",
            any(self.told.get(f"{item.id}.absent", [])),
            (self.told.get(f"{item.id}.absence_reason") or [""])[-1],
            [file for file in kept if file.media_type in accepted and file.sha256 not in mine],
            item.id in self.shown.new_names,
        )


def needed_when(condition: Condition, ground: Ground) -> str:
    return f"Chỉ cần khi {condition.words(ground)}."


def error_id(name: str, place: int) -> str:
    return f"error-{name}-{place + 1}" if place else f"error-{name}"
