"""Read forms/ into one checked, immutable Catalogue. Anything wrong is named by file and line, all at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from processor.domain.agency import Agency
from processor.domain.catalogue import Catalogue, Texts
from processor.domain.definition import Item
from processor.domain.errors import BrokenDefinition, DefinitionFault
from processor.domain.glossary import Glossary
from processor.domain.messages import Message, Messages
from processor.domain.places import Communes
from processor.domain.policy import Chapter, Fact, Frozen, PolicyFile, SupportType, days_ascend, unit_fits
from processor.domain.workflow import Workflow
from processor.storage.definition_checks import check_form
from processor.storage.definition_resolver import M, Resolver
from processor.storage.eligibility_checks import check_eligibility
from processor.storage.positions import Positioned
from processor.storage.schema_words import schema_fault_words
from processor.storage.wording_checks import check_messages, check_texts
from processor.storage.workflow_checks import check_workflow

NOT_FORMS = {"agency.yml", "messages.yml", "eligibility.yml", "workflow.yml", "glossary.yml"}


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
        by_id = {paper.id: paper for paper in papers.papers} if papers else {}
        resolver = Resolver(self.parse, self.sources, self.faults, facts, communes, agency, by_id)
        forms = {form.id: form for name in self.names(".") if (form := resolver.form(name))}
        eligibility = resolver.eligibility("eligibility.yml")
        workflow = self.parse("workflow.yml", Workflow)
        glossary = self.parse("glossary.yml", Glossary)
        if eligibility is None or workflow is None or glossary is None:
            return None
        ordered = sorted(policies.values(), key=lambda found: found.order)
        support = {found.support_type: support_type(found) for found in ordered if found.support_type}
        catalogue = Catalogue(
            forms, facts, support, chapters(ordered), messages, agency, texts, communes, eligibility, workflow, glossary
        )
        if not self.faults:
            for form in forms.values():
                self.faults += check_form(form, resolver.origins[form.id], messages, today)
            self.faults += check_messages(said.messages, agency, self.sources["messages.yml"])
            self.faults += check_texts(texts, agency, self.sources["shared/texts.yml"])
            self.faults += check_workflow(workflow, facts.keys(), self.sources["workflow.yml"])
            self.faults += check_eligibility(catalogue, resolver.origins[eligibility.form.id], today)
        return catalogue

    def names(self, subfolder: str) -> list[str]:
        found = sorted((self.folder / subfolder).glob("*.yml"))
        return [str(path.relative_to(self.folder)) for path in found if path.name not in NOT_FORMS]

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
            if not any(dated.verified for dated in fact.values) and not (fact.unknown and fact.confirm_by):
                message = (
                    f"“{fact.id}” chưa có giá trị đã đối chiếu. Viết một câu ở “unknown” và ai xác nhận ở “confirm_by”."
                )
                self.faults.append(where("unknown", message))
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
    page = f"/{found.page}/"
    return SupportType(id=str(found.support_type), title=found.title, page=page, levels=found.levels, facts=facts)


def chapters(ordered: list[PolicyFile]) -> tuple[Chapter, ...]:
    return tuple(Chapter(title=found.title, facts=tuple(fact.id for fact in found.facts)) for found in ordered)


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
