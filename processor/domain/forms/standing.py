"""What the checks of one draft found so far, and what is counted when a check finds more or less than the one before.

Only ids of the form and codes: nothing that anybody typed. A fault counts once in a draft, however often it comes back.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from processor.domain.errors import Fault
from processor.domain.forms.conditions import Condition, fields_named
from processor.domain.forms.definition import FormDefinition, conditions_of
from processor.domain.forms.submission import ROW, Typed, page_names
from processor.domain.forms.tasks import task_named
from processor.domain.tally import BY_PROGRAM, BY_VERSION, UNNAMED, Kind, Tally

MISSING_FILE = "file_required"
LONGEST_DETAIL = 60
FaultKey = tuple[str, str]
"""Place and detail."""


@dataclass(frozen=True)
class Standing:
    """`faults` are how many checks each stood, 0 once it was made up for; `parts` the sections and papers checked so
    far; `changed` the fields whose answers changed since the last check.
    """

    version: str
    faults: Mapping[FaultKey, int] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    @property
    def open_faults(self) -> list[FaultKey]:
        return [key for key, times in self.faults.items() if times]

    def document(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "faults": {"|".join(key): times for key, times in self.faults.items()},
            "parts": sorted(self.parts),
            "changed": sorted(self.changed),
        }


def standing_from(document: Mapping[str, Any] | None, version: str) -> Standing:
    """Before the first check it is empty."""
    if document is None:
        return Standing(version)
    faults = {(key.partition("|")[0], key.partition("|")[2]): times for key, times in document["faults"].items()}
    return Standing(document["version"], faults, frozenset(document["parts"]), frozenset(document["changed"]))


@dataclass(frozen=True)
class Finding:
    """One check: what it found in which `parts`, and which papers were there or explained by then.

    `attempt` is false for a page that is merely looked at: what stands there stands no longer for it.
    """

    faults: Sequence[Fault]
    parts: Set[str]
    given: Collection[str] = ()
    explained: Collection[str] = ()
    attempt: bool = True


def after_check(form: FormDefinition, before: Standing, found: Finding) -> tuple[Standing, Counter[Tally]]:
    """What stands from now on, and what is to be counted for it."""
    counts: Counter[Tally] = Counter()
    parts = found.parts | {task_named(form, fault.field) for fault in found.faults if is_asked(form, fault)}
    if before.version != form.version:
        counts += gone_with_version(form, before, found, parts)
        before = Standing(form.version)
    now = standing_now(form, before, found)
    faults = dict(before.faults)
    for key in sorted(now):
        if key not in faults:
            counts[Tally("fault", form.id, form.version, *key)] += 1
            faults[key] = 1
        elif faults[key] and found.attempt:
            faults[key] += 1
    for key in before.open_faults:
        if key not in now and task_named(form, key[0]) in parts:
            by = made_up_by(form, key, before.changed, found)
            counts[Tally("corrected", form.id, form.version, *key, by)] += 1
            counts[Tally("stood", form.id, form.version, *key, by)] += before.faults[key]
            faults[key] = 0
    counts += Counter(Tally("checked", form.id, form.version, part) for part in parts - before.parts)
    if not before.parts:
        counts[Tally("checked", form.id, form.version)] += 1
    whole = parts >= {*(section.id for section in form.sections), *form.items_by_id}
    changed: frozenset[str] = frozenset() if whole or not any(faults.values()) else before.changed
    return replace(before, faults=faults, parts=before.parts | parts, changed=changed), counts


def gone_with_version(form: FormDefinition, before: Standing, found: Finding, parts: Set[str]) -> Counter[Tally]:
    """Faults of the version before that this one finds no more, made up for by an answer or by the form itself."""
    now, known = {key_of(form, fault) for fault in found.faults}, set(page_names(form))
    counts: Counter[Tally] = Counter()
    for key in before.open_faults:
        if key not in now and (key[0] not in known or task_named(form, key[0]) in parts):
            by = made_up_by(form, key, before.changed, found) or BY_VERSION
            counts[Tally("corrected", form.id, before.version, *key, by)] += 1
            counts[Tally("stood", form.id, before.version, *key, by)] += before.faults[key]
    return counts


def standing_now(form: FormDefinition, before: Standing, found: Finding) -> set[FaultKey]:
    """A file that was refused is not in the draft: as long as none came in its place, it stands for the missing one."""
    now = {key_of(form, fault) for fault in found.faults}
    missing = {place for place, detail in now if detail == MISSING_FILE}
    now |= {key for key in before.open_faults if key[0] in missing and is_of_file(key)}
    refused = {place for place, detail in now if is_of_file((place, detail))}
    return {key for key in now if key[1] != MISSING_FILE or key[0] not in refused or before.faults.get(key)}


def is_of_file(key: FaultKey) -> bool:
    return key[1].startswith("file") and key[1] != MISSING_FILE


def key_of(form: FormDefinition, fault: Fault) -> FaultKey:
    return place_of(form, fault.field), detail_of(fault)


def place_of(form: FormDefinition, name: str) -> str:
    """A posted name without its row. One that the form does not know may be anything: it is not kept."""
    row = ROW.match(name)
    place = f"{row[1]}.{row[3]}" if row else name
    return place if place in set(page_names(form)) else UNNAMED


def is_asked(form: FormDefinition, fault: Fault) -> bool:
    return place_of(form, fault.field) != UNNAMED


def detail_of(fault: Fault) -> str:
    """The code; several rules may share one, so theirs carries the rule too."""
    detail = f"{fault.code}/{fault.rule}" if fault.rule else fault.code
    return detail if len(detail) <= LONGEST_DETAIL else fault.code[:LONGEST_DETAIL]


def made_up_by(form: FormDefinition, key: FaultKey, changed: Collection[str], found: Finding) -> str:
    """The field or paper whose change made a fault vanish; `item.absent` for an explained absence; empty if unknown.

    The field itself comes first, then those that its rule or its condition goes by, in page order.
    """
    place, detail = key
    if place in form.items_by_id and place in found.given:
        return place
    if place in form.items_by_id and place in found.explained:
        return f"{place}.absent"
    if place in changed:
        return place
    causes = set(causes_of(form, place, detail.partition("/")[2]))
    return next((name for name in page_names(form) if name in causes and name in changed), "")


def causes_of(form: FormDefinition, place: str, rule_id: str) -> Iterator[str]:
    for rule in form.rules:
        if rule.id == rule_id:
            for condition in (rule.require, *((rule.when,) if rule.when else ())):
                yield from fields_named(condition)
    for condition, group in conditions_at(form, place):
        names = fields_named(condition)
        yield from names | {f"{group}.{name}" for name in names}
    if place in form.groups:
        yield from (f"{place}.{one.id}" for one in form.groups[place].fields)


def conditions_at(form: FormDefinition, place: str) -> Iterator[tuple[Condition, str]]:
    """Those of a field, with the section of its row, or of a paper."""
    for section in form.sections:
        for one in section.fields:
            if place == (f"{section.id}.{one.id}" if section.repeat else one.id):
                yield from ((condition, section.id) for _, condition in conditions_of(one))
    if place in form.items_by_id:
        yield from ((condition, "") for _, condition in conditions_of(form.items_by_id[place]))


def changed_fields(form: FormDefinition, before: Typed, after: Typed) -> set[str]:
    """Places whose answers are other than they were."""
    names = {name for name in {*before, *after} if told(before, name) != told(after, name)}
    return {place_of(form, name) for name in names} - {UNNAMED}


def told(typed: Typed, name: str) -> list[str]:
    return [value for value in typed.get(name, ()) if value.strip()]


def faults_of_program(form: FormDefinition, faults: Sequence[Fault]) -> Counter[Tally]:
    """What a program sent at once was refused for: each fault once."""
    kind: Kind = "fault"
    keys = {key_of(form, fault) for fault in faults}
    return Counter(Tally(kind, form.id, form.version, *key, BY_PROGRAM) for key in sorted(keys))
