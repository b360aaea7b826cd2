"""A question, paper or rule as a report names it: its words, the clause it rests on, where it stands and is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from processor.domain.agency import UNKNOWN
from processor.domain.errors import NotFound
from processor.domain.forms.conditions import FactRef, Rule
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.fields import AnyField
from processor.domain.forms.standing import conditions_at
from processor.domain.forms.submission import page_names
from processor.domain.forms.tasks import task_named
from processor.domain.policy import Fact
from processor.domain.tally import BY_VERSION, READY, UNNAMED
from processor.domain.vietnamese import day, day_of
from processor.rendering.forms import UNVERIFIED
from processor.services.parts import Wired
from processor.storage.catalogue.definition_lines import definition_lines

ABSENT = ".absent"
SHORT = 8


class Filled(dict[str, str]):
    """What a message says where its figure is not told."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True)
class FormPlaces:
    """One version of a form, told in words; `words` are those of the report."""

    wired: Wired
    form_id: str
    version: str
    words: dict[str, str]

    @cached_property
    def form(self) -> FormDefinition | None:
        """None for a version that was never loaded here."""
        try:
            return self.wired.definitions.get(self.form_id, self.version)
        except NotFound:
            return self.wired.catalogue.forms.get(self.form_id)

    @property
    def title(self) -> str:
        current = self.wired.catalogue.forms.get(self.form_id)
        known = current or self.form
        return known.title if known else self.form_id

    @cached_property
    def version_words(self) -> str:
        """The first signs of the version, and since when it is known here."""
        try:
            since = self.wired.definitions.registered_at(self.form_id, self.version)
        except NotFound:
            return self.version[:SHORT]
        return self.words["version"].format(version=self.version[:SHORT], day=day(day_of(since)))

    def part(self, place: str) -> str:
        """The section or paper in which a place is checked; empty for the draft as a whole."""
        return "" if place == UNNAMED or self.form is None else task_named(self.form, place)

    def asks(self, place: str) -> bool:
        return place == UNNAMED or self.form is None or place in set(page_names(self.form))

    def label(self, place: str) -> str:
        named = {UNNAMED: "elsewhere", READY: "ready", BY_VERSION: "by_version", "": "unknown_remedy"}
        if place in named:
            return self.words[named[place]]
        if place.endswith(ABSENT):
            return self.words["absent"].format(item=self.label(place.removesuffix(ABSENT)))
        return self.form.labels.get(place, place) if self.form else place

    def fault(self, place: str, detail: str) -> str:
        """What the message says, without anybody's figures."""
        message = self.wired.catalogue.messages.catalogue.get(detail.partition("/")[0])
        if message is None:
            return detail
        label = self.label(place)
        return message.text.format_map(Filled(label=label, item=label, later_label=label, or_explain=""))

    def rule(self, detail: str) -> Rule | None:
        rule_id = detail.partition("/")[2]
        return next((rule for rule in self.form.rules if rule.id == rule_id), None) if self.form and rule_id else None

    def clause(self, place: str, detail: str = "") -> str:
        """The source of the paper, or of the facts that the rule or question goes by; unknown where nobody read one."""
        if self.form is None or place == UNNAMED:
            return UNKNOWN
        item = self.form.items_by_id.get(place)
        if item and not (rule := self.rule(detail)):
            return item.basis.source if item.basis.verified else UNVERIFIED
        rule = self.rule(detail)
        used = rule_facts(self.form, rule) if rule else field_facts(self.form, place)
        sources = dict.fromkeys(source_words(fact, self.wired.today()) for fact in used)
        return "; ".join(sources) or UNKNOWN

    def link(self, place: str) -> str:
        """The question on the form's page; the page itself where it is asked no more."""
        current = self.wired.catalogue.forms.get(self.form_id)
        if current is None:
            return self.words["no_page"]
        anchor = anchor_of(current, place)
        return f"/bieu-mau/{self.form_id}/{'#' if anchor else ''}{anchor}"

    def line(self, place: str, detail: str = "") -> str:
        """`forms/FILE.yml:LINE` of the rule, or of the question or paper."""
        lines = definition_lines(self.wired.settings.forms).get(self.form_id, {})
        rule = self.rule(detail)
        return (lines.get(f"rule:{rule.id}") if rule else lines.get(place)) or self.words["no_line"]

    def order(self, place: str) -> int:
        """Its turn on the page."""
        names = list(self.form.labels) if self.form else []
        return names.index(place) if place in names else len(names)


def anchor_of(form: FormDefinition, place: str) -> str:
    group, _, field = place.partition(".")
    if group in form.groups:
        known = {one.id for one in form.groups[group].fields}
        return f"field-{group}.0.{field}" if field in known else "" if field else f"field-{group}"
    if any(section.id == place for section in form.sections):
        return f"phan-{place}"
    return f"field-{place}" if place in form.items_by_id or place in names_of_fields(form) else ""


def names_of_fields(form: FormDefinition) -> set[str]:
    return {field.id for field in form.single_fields}


def rule_facts(form: FormDefinition, rule: Rule) -> Iterator[Fact]:
    for condition in (rule.require, *((rule.when,) if rule.when else ())):
        yield from (form.facts[part.fact] for part in condition.parts() if isinstance(part, FactRef))


def field_facts(form: FormDefinition, place: str) -> Iterator[Fact]:
    for fact_id in getattr(field_at(form, place), "options_from", ()):
        yield form.facts[fact_id]
    for condition, _ in conditions_at(form, place):
        yield from (form.facts[part.fact] for part in condition.parts() if isinstance(part, FactRef))


def field_at(form: FormDefinition, place: str) -> AnyField | Section | Item | None:
    found: dict[str, AnyField] = {
        f"{section.id}.{field.id}" if section.repeat else field.id: field
        for section in form.sections
        for field in section.fields
    }
    return found.get(place)


def source_words(fact: Fact, today: date) -> str:
    dated = fact.on(today)
    return dated.source.words if dated else UNKNOWN
