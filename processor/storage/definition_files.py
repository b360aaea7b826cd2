"""Read forms/ into one checked, immutable Catalogue. Anything wrong is named by file and line, all at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from processor.domain.agency import Agency
from processor.domain.catalogue import Catalogue, Texts
from processor.domain.conditions import Condition, FactRef
from processor.domain.definition import (
    CommuneField,
    ConsentField,
    FormDefinition,
    FormSource,
    Item,
    OptionField,
    Purpose,
    Section,
    UseGroup,
    UsePaper,
)
from processor.domain.errors import BrokenDefinition, DefinitionFault
from processor.domain.messages import Message, Messages
from processor.domain.places import Communes
from processor.domain.policy import Fact, Frozen, PolicyFile, SupportType, days_ascend, unit_fits
from processor.domain.vietnamese import day
from processor.storage.definition_checks import check_form
from processor.storage.positions import Positioned
from processor.storage.schema_words import schema_fault_words

M = TypeVar("M", bound=BaseModel)


class MessagesFile(Frozen):
    messages: dict[str, Message]


class PapersFile(Frozen):
    papers: tuple[Item, ...]


def load_catalogue(folder: Path, today: date | None = None) -> Catalogue:
    """Raises BrokenDefinition naming every fault. `today` is the day on which examples are tried."""
    reader = Reader(folder)
    catalogue = reader.read(today or date.today())
    if reader.faults or catalogue is None:
        raise BrokenDefinition(sorted(set(reader.faults), key=lambda fault: (fault.file, fault.line)))
    return catalogue


@dataclass
class Reader:
    folder: Path
    faults: list[DefinitionFault] = field(default_factory=list)
    sources: dict[str, Positioned] = field(default_factory=dict)

    def read(self, today: date) -> Catalogue | None:
        agency = self.parse("agency.yml", Agency)
        texts = self.parse("shared/texts.yml", Texts)
        communes = self.parse("shared/communes.yml", Communes)
        said = self.parse("messages.yml", MessagesFile)
        parsed = {name: self.parse(name, PolicyFile) for name in self.names("policy")}
        policies = {name: found for name, found in parsed.items() if found}
        facts = self.gather_facts(policies)
        if not (agency and texts and communes and said):
            return None
        messages = Messages(said.messages, agency.wording())
        papers = self.parse("shared/papers.yml", PapersFile)
        resolver = Resolver(
            self, facts, communes, agency, {paper.id: paper for paper in papers.papers} if papers else {}
        )
        forms = {form.id: form for name in self.names(".") if (form := resolver.form(name))}
        if not self.faults:
            for form in forms.values():
                self.faults += check_form(form, resolver.origins[form.id], messages, today)
        support = {found.support_type: support_type(found) for found in policies.values() if found.support_type}
        return Catalogue(forms, facts, support, messages, agency, texts, communes)

    def names(self, subfolder: str) -> list[str]:
        not_forms = {"agency.yml", "messages.yml"}
        found = sorted((self.folder / subfolder).glob("*.yml"))
        return [str(path.relative_to(self.folder)) for path in found if path.name not in not_forms]

    def parse(self, name: str, model: type[M]) -> M | None:
        try:
            source = Positioned(self.folder / name, f"forms/{name}")
        except BrokenDefinition as broken:
            self.faults += broken.faults
            return None
        self.sources[name] = source
        self.faults += source.duplicates
        try:
            return model.model_validate(source.content)
        except ValidationError as errors:
            self.faults += schema_faults(source, errors)
            return None

    def gather_facts(self, policies: dict[str, PolicyFile]) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        for fact, where in self.facts_with_places(policies):
            if fact.id in facts:
                self.faults.append(where("id", f"Mã “{fact.id}” đã dùng cho điều khác. Đặt mã khác."))
            if not days_ascend(fact.values):
                self.faults.append(
                    where("values", f"Các ngày “from” của “{fact.id}” trùng hoặc lùi. Xếp từ cũ đến mới.")
                )
            if any(not unit_fits(fact, dated) for dated in fact.values):
                self.faults.append(
                    where("values", f"Giá trị của “{fact.id}” không khớp đơn vị {fact.unit}. Sửa một trong hai.")
                )
            if not fact.values and not fact.unknown:
                self.faults.append(where("id", f"“{fact.id}” chưa có giá trị. Viết một câu ở “unknown”."))
            facts[fact.id] = fact
        return facts

    def facts_with_places(self, policies: dict[str, PolicyFile]) -> Iterator[tuple[Fact, Any]]:
        for name, policy in policies.items():
            for place, fact in enumerate(policy.facts):

                def where(key: str, message: str, place: int = place, name: str = name) -> DefinitionFault:
                    return self.sources[name].fault(("facts", place, key), message)

                yield fact, where


def support_type(found: PolicyFile) -> SupportType:
    facts = tuple(fact.id for fact in found.facts)
    return SupportType(id=str(found.support_type), title=str(found.title), levels=found.levels, facts=facts)


def schema_faults(source: Positioned, errors: ValidationError) -> Iterator[DefinitionFault]:
    for error in errors.errors(include_url=False):
        path = tuple(part for part in error["loc"])
        yield source.fault(path_in_file(source, path), schema_fault_words(error))


def path_in_file(source: Positioned, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """pydantic puts union tags between the keys; only those parts that exist in the file are kept."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        if (*path, part) in source.lines:
            path = (*path, part)
    return path


@dataclass
class Resolver:
    """Turns a form as written into one that stands alone."""

    reader: Reader
    facts: dict[str, Fact]
    communes: Communes
    agency: Agency
    papers: dict[str, Item]
    origins: dict[str, "Origins"] = field(default_factory=dict)

    def form(self, name: str) -> FormDefinition | None:
        source = self.reader.parse(name, FormSource)
        if source is None:
            return None
        origins = Origins(self.reader.sources[name])
        if f"{source.id}.yml" != name:
            self.reader.faults.append(
                origins.at(("id",), f"Mã “{source.id}” khác tên tệp. Đặt tên tệp là {source.id}.yml.")
            )
        sections = [
            found for place, part in enumerate(source.sections) if (found := self.section(place, part, origins, source))
        ]
        if len(sections) < len(source.sections):
            return None
        items = [item for place, part in enumerate(source.items) if (item := self.item(place, part, origins))]
        used = origins.facts_used(source, sections, items, self.facts, self.reader.faults)
        self.origins[source.id] = origins
        content = {
            **dict(source),
            "sections": tuple(sections),
            "items": tuple(items),
            "facts": {fact_id: self.facts[fact_id] for fact_id in used},
        }
        return FormDefinition.model_construct(**content) if self.reader.faults else FormDefinition(**content)

    def item(self, place: int, part: Item | UsePaper, origins: "Origins") -> Item | None:
        if isinstance(part, Item):
            return part
        if part.use not in self.papers:
            known = ", ".join(self.papers)
            message = f"Không có giấy tờ “{part.use}” trong shared/papers.yml. Chọn một trong: {known}."
            self.reader.faults.append(origins.at(("items", place, "use"), message))
        return self.papers.get(part.use)

    def section(self, place: int, part: Section | UseGroup, origins: "Origins", form: FormSource) -> Section | None:
        if isinstance(part, UseGroup):
            shared = self.reader.parse(f"{part.use}.yml", Section)
            if shared is None:
                return None
            origins.note_section(shared, self.reader.sources[f"{part.use}.yml"], ())
            return self.with_options(shared, origins, form)
        origins.note_section(part, origins.form, ("sections", place))
        return self.with_options(part, origins, form)

    def with_options(self, section: Section, origins: "Origins", form: FormSource) -> Section:
        fields = tuple(self.resolved_field(found, origins, form) for found in section.fields)
        return section.model_copy(update={"fields": fields})

    def resolved_field(self, found: Any, origins: "Origins", form: FormSource) -> Any:
        if isinstance(found, CommuneField):
            return found.model_copy(update={"places": self.communes})
        if isinstance(found, ConsentField):
            return found.model_copy(
                update={"purposes": tuple(self.worded(purpose, found, form, origins) for purpose in found.purposes)}
            )
        if isinstance(found, OptionField) and found.options_from:
            missing = [fact_id for fact_id in found.options_from if fact_id not in self.facts]
            self.reader.faults += [
                origins.of_field(found.id, f"Không có điều “{fact_id}” trong forms/policy/.") for fact_id in missing
            ]
            options = [
                option
                for fact_id in found.options_from
                if fact_id in self.facts
                for option in self.facts[fact_id].options()
            ]
            return found.model_copy(update={"options": (*found.options, *options)})
        return found

    def worded(self, purpose: Purpose, found: ConsentField, form: FormSource, origins: "Origins") -> Purpose:
        values = {**self.agency.wording(), "purpose": form.purpose, "version": day(found.version)}
        try:
            return purpose.model_copy(update={"label": purpose.label.format_map(values)})
        except (KeyError, ValueError, IndexError):
            known = ", ".join(f"{{{name}}}" for name in values)
            message = f"Câu đồng ý có ngoặc nhọn không hiểu được. Chỉ dùng: {known}."
            self.reader.faults.append(origins.of_field(found.id, message, "purposes"))
            return purpose


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
                if found.required_when:
                    name = f"{part.id}.{found.id}" if part.repeat else found.id
                    yield found.required_when, partial(self.of_field, name, key="required_when")
        for place, item in enumerate(items):
            if item.required_when:
                yield item.required_when, partial(self.at, ("items", place, "required_when"))
        for place, rule in enumerate(form.rules):
            for condition in (rule.require, *((rule.when,) if rule.when else ())):
                yield condition, partial(self.at, ("rules", place))
