"""The task list of a draft: one task for each section and each paper, and what is left to do in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from processor.domain.dossier import Attachment
from processor.domain.errors import Fault
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.relevance import item_asked, item_needed
from processor.domain.forms.submission import ROW, Typed

State = Literal["done", "begun", "todo", "optional"]


@dataclass(frozen=True)
class Task:
    """`id` is the id of the section or of the paper."""

    id: str
    title: str
    is_paper: bool
    state: State

    @property
    def open(self) -> bool:
        return self.state in ("begun", "todo")


def tasks_of(
    form: FormDefinition,
    typed: Typed,
    answers: Mapping[str, Any],
    explained: Collection[str],
    kept: Sequence[Attachment],
    faults: Sequence[Fault],
    today: date,
) -> list[Task]:
    """In page order. `faults` are those of the whole draft, missing files included."""
    faulty = {task_named(form, fault.field) for fault in faults}
    sections = [
        Task(section.id, section.title, False, section_state(section, typed, section.id in faulty))
        for section in form.sections
    ]
    given = {file.item_id for file in kept} | set(explained)
    ground = form.ground(dict(answers), today)
    papers = [
        Task(
            item.id, item.title, True, item_state(item, item_needed(item, ground), item.id in given, item.id in faulty)
        )
        for item in form.items
        if item_asked(item, ground)
    ]
    return [*sections, *papers]


def section_state(section: Section, typed: Typed, faulty: bool) -> State:
    begun = any(any(values) for name, values in typed.items() if in_section(section, name))
    if faulty:
        return "begun" if begun else "todo"
    return "done" if begun else "optional"


def item_state(item: Item, needed: bool, given: bool, faulty: bool) -> State:
    if faulty:
        return "begun" if given else "todo"
    return "done" if given else "todo" if needed else "optional"


def in_section(section: Section, name: str) -> bool:
    row = ROW.match(name)
    if section.repeat:
        return bool(row and row[1] == section.id)
    return any(field.id == name for field in section.fields)


def task_named(form: FormDefinition, name: str) -> str:
    """The task in which a fault is mended; the name itself when it belongs to none."""
    group = name.partition(".")[0]
    if group in form.groups or group in form.items_by_id:
        return group
    return next((section.id for section in form.sections if in_section(section, name)), name)
