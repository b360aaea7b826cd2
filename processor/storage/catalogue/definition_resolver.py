"""What a form refers to, put into it: groups, papers, options, communes, facts; and where each part was written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from processor.domain.agency import Agency
from processor.domain.eligibility import Eligibility, EligibilitySource
from processor.domain.errors import DefinitionFault
from processor.domain.forms.conditions import Condition, FactRef
from processor.domain.forms.definition import (
    FormDefinition,
    FormSource,
    Item,
    Section,
    UseGroup,
    UsePaper,
    conditions_of,
)
from processor.domain.forms.fields import CommuneField, ConsentField, OptionField, Purpose
from processor.domain.places import Communes
from processor.domain.policy import Fact
from processor.domain.vietnamese import day
from processor.storage.catalogue.positions import Positioned

M = TypeVar("M", bound=BaseModel)
ELIGIBILITY = "kiem-tra-dieu-kien"


class Parse(Protocol):
    def __call__(self, name: str, model: type[M]) -> M | None: ...


@dataclass
class Origins:
    """Where each part of a resolved form was written."""

    form: Positioned
    places: dict[str, tuple[Positioned, tuple[str | int, ...]]] = field(default_factory=dict)

    def note_section(self, section: Section, source: Positioned, path: tuple[str | int, ...]) -> None:
        self.places[section.id] = (source, path)
        for place, found in enumerate(section.fields):
            self.places[f"{section.id}.{found.id}" if section.repeat else found.id] = (source, (*path, "fields", place))

    def at(self, path: tuple[str | int, ...], message: str) -> DefinitionFault:
        return self.form.fault(path, message)

    def of_field(self, name: str, message: str, key: str = "id") -> DefinitionFault:
        source, path = self.places.get(name, (self.form, ()))
        return source.fault((*path, key), message)

    def facts_used(
        self,
        form: FormSource,
        sections: list[Section],
        items: list[Item],
        facts: dict[str, Fact],
        faults: list[DefinitionFault],
    ) -> list[str]:
        used = {fact_id for part in sections for found in part.fields for fact_id in getattr(found, "options_from", ())}
        for condition, fault in self.conditions(form, sections, items):
            named = {part.fact for part in condition.parts() if isinstance(part, FactRef)}
            faults += [fault(f"Không có điều “{fact_id}” trong forms/policy/.") for fact_id in named - facts.keys()]
            used |= named
        return sorted(used & facts.keys())

    def conditions(
        self, form: FormSource, sections: list[Section], items: list[Item]
    ) -> Iterator[tuple[Condition, Callable[[str], DefinitionFault]]]:
        """Every condition of a form, each with what names its place."""
        for part in sections:
            for found in part.fields:
                name = f"{part.id}.{found.id}" if part.repeat else found.id
                for key, condition in conditions_of(found):
                    yield condition, partial(self.of_field, name, key=key)
        for place, item in enumerate(items):
            for key, condition in conditions_of(item):
                yield condition, partial(self.at, ("items", place, key))
        for place, rule in enumerate(form.rules):
            for condition in (rule.require, *((rule.when,) if rule.when else ())):
                yield condition, partial(self.at, ("rules", place))


@dataclass
class Resolver:
    """Turns a form as written into one that stands alone. `parse` reads a file and notes its faults."""

    parse: Parse
    sources: Mapping[str, Positioned]
    faults: list[DefinitionFault]
    facts: dict[str, Fact]
    communes: Communes
    agency: Agency
    papers: dict[str, Item]
    origins: dict[str, Origins] = field(default_factory=dict)

    def form(self, name: str) -> FormDefinition | None:
        source = self.parse(name, FormSource)
        if source is None:
            return None
        origins = Origins(self.sources[name])
        if f"{source.id}.yml" != name:
            self.faults.append(origins.at(("id",), f"Mã “{source.id}” khác tên tệp. Đặt tên tệp là {source.id}.yml."))
        sections = [
            found for place, part in enumerate(source.sections) if (found := self.section(place, part, origins, source))
        ]
        if len(sections) < len(source.sections):
            return None
        items = [item for place, part in enumerate(source.items) if (item := self.item(place, part, origins))]
        used = origins.facts_used(source, sections, items, self.facts, self.faults)
        self.origins[source.id] = origins
        content = {
            **dict(source),
            "sections": tuple(sections),
            "items": tuple(items),
            "facts": {fact_id: self.facts[fact_id] for fact_id in used},
        }
        return FormDefinition.model_construct(**content) if self.faults else FormDefinition(**content)

    def eligibility(self, name: str) -> Eligibility | None:
        """The wizard's questions become a form of their own, which knows every fact."""
        source = self.parse(name, EligibilitySource)
        if source is None:
            return None
        origins = Origins(self.sources[name])
        origins.note_section(source.questions, origins.form, ("questions",))
        self.origins[ELIGIBILITY] = origins
        form = FormDefinition.model_construct(
            id=ELIGIBILITY,
            kind="eligibility",
            title=source.title,
            purpose="",
            sections=(self.with_options(source.questions, origins, ""),),
            facts=self.facts,
        )
        content = {key: value for key, value in dict(source).items() if key != "questions"}
        return Eligibility.model_construct(form=form, **content)

    def item(self, place: int, part: Item | UsePaper, origins: Origins) -> Item | None:
        if isinstance(part, Item):
            return part
        if part.use not in self.papers:
            known = ", ".join(self.papers)
            message = f"Không có giấy tờ “{part.use}” trong shared/papers.yml. Chọn một trong: {known}."
            self.faults.append(origins.at(("items", place, "use"), message))
        return self.papers.get(part.use)

    def section(self, place: int, part: Section | UseGroup, origins: Origins, form: FormSource) -> Section | None:
        if isinstance(part, UseGroup):
            shared = self.parse(f"{part.use}.yml", Section)
            if shared is None:
                return None
            origins.note_section(shared, self.sources[f"{part.use}.yml"], ())
            return self.with_options(shared, origins, form.purpose)
        origins.note_section(part, origins.form, ("sections", place))
        return self.with_options(part, origins, form.purpose)

    def with_options(self, section: Section, origins: Origins, purpose: str) -> Section:
        fields = tuple(self.resolved_field(found, origins, purpose) for found in section.fields)
        return section.model_copy(update={"fields": fields})

    def resolved_field(self, found: Any, origins: Origins, purpose: str) -> Any:
        if isinstance(found, CommuneField):
            return found.model_copy(update={"places": self.communes})
        if isinstance(found, ConsentField):
            worded = tuple(self.worded(one, found, purpose, origins) for one in found.purposes)
            return found.model_copy(update={"purposes": worded})
        if isinstance(found, OptionField) and found.options_from:
            for fact_id in found.options_from:
                if fact_id not in self.facts:
                    message = f"Không có điều “{fact_id}” trong forms/policy/."
                    self.faults.append(origins.of_field(found.id, message, "options_from"))
                elif self.facts[fact_id].unit != "options":
                    message = f"“{fact_id}” không phải danh sách lựa chọn. Chọn điều có unit: options."
                    self.faults.append(origins.of_field(found.id, message, "options_from"))
            options = [
                option
                for fact_id in found.options_from
                if fact_id in self.facts
                for option in self.facts[fact_id].options_ever()
            ]
            return found.model_copy(update={"options": (*options, *found.options)})
        return found

    def worded(self, agreed: Purpose, found: ConsentField, purpose: str, origins: Origins) -> Purpose:
        values = {**self.agency.wording(), "purpose": purpose, "version": day(found.version)}
        try:
            return agreed.model_copy(update={"label": agreed.label.format_map(values)})
        except (KeyError, ValueError, IndexError):
            known = ", ".join(f"{{{name}}}" for name in values)
            message = f"Câu đồng ý có ngoặc nhọn không hiểu được. Chỉ dùng: {known}."
            self.faults.append(origins.of_field(found.id, message, "purposes"))
            return agreed
