"""A definition as a pydantic model, and every fault of a submission in one list, in page order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, create_model
from pydantic_core import ErrorDetails

from processor.domain.errors import Fault, Malformed
from processor.domain.forms.absences import Absences, about_absence
from processor.domain.forms.conditions import Condition, Ground, cause_words
from processor.domain.forms.definition import FormDefinition, Section
from processor.domain.forms.fields import AnyField
from processor.domain.forms.kinds import KINDS, refuse, typed_empty
from processor.domain.forms.relevance import holds, row_ground, unasked, without_unasked
from processor.domain.messages import Messages

Typed = Mapping[str, list[str]]
"""What was posted: names as posted, each with the values given for it."""

ROW = re.compile(r"^([a-z][a-z0-9_]*)\.(0|[1-9][0-9]{0,2})\.([a-z][a-z0-9_]*)\Z")
MOST_ROWS = 200


class AnswersModel(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=True)


class RowModel(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=True)


def validator(field: AnyField) -> BeforeValidator:
    kind = KINDS[field.kind]

    def read(raw: Any, info: ValidationInfo) -> Any:
        if typed_empty(raw):
            if field.always_needed:
                refuse(kind.empty_code)
            return [] if kind.several else None
        assert info.context is not None
        return kind.read(raw, field, info.context["today"])

    return BeforeValidator(read)


def declared(field: AnyField) -> Any:
    return (Annotated[Any, validator(field)], [] if KINDS[field.kind].several else "")


def row_model(section: Section) -> type[BaseModel]:
    return create_model(
        f"{section.id}_row", __base__=RowModel, **{field.id: declared(field) for field in section.fields}
    )


MODELS: dict[str, type[BaseModel]] = {}
SEVERAL: dict[str, set[str]] = {}


def answers_model(form: FormDefinition) -> type[BaseModel]:
    """The pydantic model of one version of a form, made once."""
    return MODELS.get(form.version) or MODELS.setdefault(form.version, make_model(form))


def make_model(form: FormDefinition) -> type[BaseModel]:
    """Single fields in page order, repeated sections as lists of rows."""
    members: dict[str, Any] = {}
    for section in form.sections:
        if section.repeat:
            members[section.id] = (list[row_model(section)], [])  # type: ignore[misc]
        else:
            members.update({field.id: declared(field) for field in section.fields})
    return create_model(form.id, __base__=AnswersModel, **members)


class Posted:
    """Posted names as the model wants them: one value for most kinds, rows gathered into lists.

    `numbers` keeps the row numbers as posted, since empty rows are left out.
    """

    def __init__(self, form: FormDefinition, typed: Typed) -> None:
        self.plain, rows = sorted_out(form, typed)
        self.numbers: dict[str, list[int]] = {}
        self.misplaced = [group for group in rows if group in self.plain]
        for group, numbered in rows.items():
            self.numbers[group] = [no for no in sorted(numbered) if not all(map(typed_empty, numbered[no].values()))]
            self.plain[group] = [numbered[number] for number in self.numbers[group]]

    def name(self, loc: Sequence[str | int]) -> str:
        if len(loc) > 1 and loc[0] in self.numbers:
            return ".".join(map(str, (loc[0], self.numbers[str(loc[0])][int(loc[1])], *loc[2:])))
        return ".".join(map(str, loc))


def sorted_out(form: FormDefinition, typed: Typed) -> tuple[dict[str, Any], dict[str, dict[int, dict[str, Any]]]]:
    several = several_names(form)
    plain: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {group: {} for group in form.groups}
    for name, values in typed.items():
        dotted = "." in name  # most names are not: two searches less for each
        if dotted and about_absence(form, name):
            continue
        found = ROW.match(name) if dotted else None
        if found and found[1] in rows and int(found[2]) < MOST_ROWS:
            several_here = f"{found[1]}.{found[3]}" in several
            rows[found[1]].setdefault(int(found[2]), {})[found[3]] = list(values) if several_here else values[-1]
        else:
            plain[name] = list(values) if name in several else values[-1]
    return plain, rows


def several_names(form: FormDefinition) -> set[str]:
    """`field` and `group.field` of the kinds that take several values."""
    if form.version not in SEVERAL:
        SEVERAL[form.version] = {
            f"{section.id}.{field.id}" if section.repeat else field.id
            for section in form.sections
            for field in section.fields
            if KINDS[field.kind].several
        }
    return SEVERAL[form.version]


class Checked:
    """The outcome: `answers` as typed values (those that are asked and could be read), reasons for absent papers by
    item, `faults` and `advice` in page order. Advice refuses nothing.
    """

    def __init__(
        self, answers: dict[str, Any], faults: Sequence[Fault], advice: Sequence[Fault], absences: dict[str, str]
    ) -> None:
        self.answers = answers
        self.faults = tuple(faults)
        self.advice = tuple(advice)
        self.absences = absences


def check_answers(form: FormDefinition, typed: Typed, messages: Messages, today: date) -> Checked:
    """Every fault of the answers at once: those of single fields, of rows, of conditions, of rules."""
    posted = Posted(form, typed)
    read, faults = read_answers(form, posted, messages, today)
    faults += [unknown_field(name, messages) for name in posted.misplaced]
    faults += row_count_faults(form, posted, messages)
    answers = without_unasked(form, read, today)
    closed = {posted.name(place_of(name)) for name, _ in unasked(form, answers, today)}
    faults = [fault for fault in faults if fault.field not in closed]
    ground = form.ground(answers, today)
    named = {fault.field for fault in faults}
    faults += [fault for fault in condition_faults(form, posted, answers, today, messages) if fault.field not in named]
    faults += [
        Fault(rule.at, rule.code, messages.say(rule.code, label=form.labels[rule.at], **rule.figures(ground)), rule.id)
        for rule in form.rules
        if rule.at not in named and rule.broken(ground)
    ]
    absences = Absences(form, typed, messages, today)
    every = in_page_order(form, [*faults, *absences.faults])
    return Checked(answers, every, list(advice_on(form, answers, messages)), absences.reasons)


def place_of(name: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in name.split(".")]


def advice_on(form: FormDefinition, answers: Mapping[str, Any], messages: Messages) -> Iterator[Fault]:
    for field in form.single_fields:
        value = answers.get(field.id)
        if value and (code := KINDS[field.kind].advise(value)):
            yield Fault(field.id, code, messages.say(code, label=field.label))


def read_answers(
    form: FormDefinition, posted: Posted, messages: Messages, today: date
) -> tuple[dict[str, Any], list[Fault]]:
    try:
        read = answers_model(form).model_validate(posted.plain, context={"today": today})
        return read.model_dump(), []
    except ValidationError as errors:
        faults = [fault_of(form, posted, error, messages) for error in errors.errors(include_url=False)]
        return readable(form, posted.plain, {fault.field for fault in faults}, today), faults


def readable(form: FormDefinition, raw: Mapping[str, Any], faulty: set[str], today: date) -> dict[str, Any]:
    """The answers that could be read, so that rules on them still speak."""
    answers: dict[str, Any] = {}
    for field in form.single_fields:
        if field.id not in faulty and not typed_empty(raw.get(field.id)):
            answers[field.id] = KINDS[field.kind].read(raw[field.id], field, today)
    for group, section in form.groups.items():
        if not any(name.startswith(f"{group}.") for name in faulty):
            answers[group] = [row_answers(section, row, today) for row in raw.get(group, [])]
    return answers


def row_answers(section: Section, row: Mapping[str, Any], today: date) -> dict[str, Any]:
    return {
        field.id: None if typed_empty(row.get(field.id)) else KINDS[field.kind].read(row[field.id], field, today)
        for field in section.fields
    }


def fault_of(form: FormDefinition, posted: Posted, error: ErrorDetails, messages: Messages) -> Fault:
    name = posted.name(error["loc"])
    if error["type"] == "extra_forbidden":
        return unknown_field(name, messages)
    field = field_named(form, error["loc"])
    code, values = error["type"], dict(error.get("ctx", {}))
    if len(error["loc"]) == 3 and code.endswith("_required"):
        group, row, _ = name.split(".")
        text = messages.say(
            "group_row_incomplete", label=form.labels[group], row=str(int(row) + 1), sub_label=field.label
        )
        return Fault(name, "group_row_incomplete", text)
    return Fault(name, code, messages.say(code, label=label_in_row(form, name, field), what=field.thing, **values))


def label_in_row(form: FormDefinition, name: str, field: AnyField) -> str:
    """Within a repeated section the row is named too."""
    row = ROW.match(name)
    if not row or row[1] not in form.groups:
        return field.label
    return f"{form.groups[row[1]].row_title or 'Dòng'} {int(row[2]) + 1}: {field.label}"


def unknown_field(name: str, messages: Messages) -> Fault:
    return Fault(name, "unknown_field", messages.say("unknown_field", field=name[:80]))


def field_named(form: FormDefinition, loc: Sequence[str | int]) -> AnyField:
    fields = form.groups[str(loc[0])].fields if len(loc) == 3 else form.single_fields
    return next(field for field in fields if field.id == loc[-1])


def row_count_faults(form: FormDefinition, posted: Posted, messages: Messages) -> Iterator[Fault]:
    for group, section in form.groups.items():
        actual = len(posted.plain[group])
        assert section.repeat
        least, most = section.repeat.min, section.repeat.max
        figures = {"label": section.title, "actual": str(actual), "min": str(least), "max": str(most)}
        if actual < least:
            yield Fault(group, "group_too_few", messages.say("group_too_few", **figures))
        if actual > most:
            yield Fault(group, "group_too_many", messages.say("group_too_many", over=str(actual - most), **figures))


def condition_faults(
    form: FormDefinition, posted: Posted, answers: dict[str, Any], today: date, messages: Messages
) -> Iterator[Fault]:
    """What other answers make necessary, in single fields and in rows."""
    ground = form.ground(answers, today)
    for field in form.single_fields:
        yield from needed_fault(field, field.id, field.label, ground, messages)
    for group, section in form.groups.items():
        for place, row in enumerate(answers.get(group) or []):
            for field in section.fields:
                if needed_when(field):
                    name = posted.name((group, place, field.id))
                    label, ground = label_in_row(form, name, field), row_ground(form, section, answers, row, today)
                    yield from needed_fault(field, name, label, ground, messages)


def needed_when(field: AnyField) -> Condition | None:
    return field.asked_when if field.asked_when and field.required else field.required_when


def needed_fault(field: AnyField, name: str, label: str, ground: Ground, messages: Messages) -> Iterator[Fault]:
    cause = needed_when(field)
    if cause is None or not holds(field.asked_when, ground) or cause.holds(ground) is not True:
        return
    if ground.answer(field.id) is None:
        text = messages.say("required_because", label=label, cause=cause_words(cause, ground))
        yield Fault(name, "required_because", text)


def refuse_repeated(form: FormDefinition, typed: Typed) -> None:
    """A single answer sent twice is a mistake of the sender, whichever of the two was meant. Raises Malformed."""
    several = several_names(form)
    for name, values in typed.items():
        row = ROW.match(name) if len(values) > 1 else None
        if len(values) > 1 and (f"{row[1]}.{row[3]}" if row else name) not in several:
            raise Malformed("field_repeated", label=name[:60], actual=str(len(values)))


def in_page_order(form: FormDefinition, faults: Sequence[Fault]) -> list[Fault]:
    if not faults:
        return []
    order = {section_or_field: place for place, section_or_field in enumerate(page_names(form))}

    def place(fault: Fault) -> tuple[int, int, int]:
        group, _, rest = fault.field.partition(".")
        row, _, sub = rest.partition(".")
        key = f"{group}.{sub}" if sub else group
        return (order.get(group, len(order)), int(row) if row.isdigit() else -1, order.get(key, 0))

    return sorted(faults, key=place)


def page_names(form: FormDefinition) -> Iterator[str]:
    for section in form.sections:
        if section.repeat:
            yield section.id
            yield from (f"{section.id}.{field.id}" for field in section.fields)
        else:
            yield from (field.id for field in section.fields)
    yield from (item.id for item in form.items)
