"""Read forms/ into one checked, immutable Catalogue. Anything wrong is named by file and line, all at once."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from processor.domain.agency import Agency
from processor.domain.catalogue import Catalogue, Texts
from processor.domain.days.calendar import Calendar, CalendarOverlay
from processor.domain.desk_forms import DeskForms
from processor.domain.eligibility import EligibilitySource
from processor.domain.errors import BrokenDefinition, DefinitionFault
from processor.domain.figures.report import ReportText
from processor.domain.forms.definition import FormSource, Item, Section, UseGroup
from processor.domain.glossary import Glossary
from processor.domain.messages import Message, Messages
from processor.domain.notice import NoticeTexts
from processor.domain.outreach import Outreach
from processor.domain.places import Communes
from processor.domain.plan import Plan, PlanBoard
from processor.domain.policy import Chapter, Frozen, PolicyFile, SupportType
from processor.domain.privacy import PrivacyTexts
from processor.domain.receipt_texts import ReceiptTexts
from processor.domain.retention import Retention
from processor.domain.slips.decision_texts import DecisionTexts
from processor.domain.slips.slip_forms import SlipTexts
from processor.domain.workflow import Workflow
from processor.storage.catalogue.calendar_checks import check_calendar
from processor.storage.catalogue.definition_checks import basis_problem, check_form
from processor.storage.catalogue.definition_resolver import M, Origins, Resolver
from processor.storage.catalogue.desk_checks import check_desk
from processor.storage.catalogue.eligibility_checks import check_eligibility
from processor.storage.catalogue.fact_checks import gather_facts
from processor.storage.catalogue.glossary_checks import check_glossary
from processor.storage.catalogue.notice_checks import check_notices
from processor.storage.catalogue.outreach_checks import check_outreach
from processor.storage.catalogue.plan_checks import check_board, check_plans
from processor.storage.catalogue.positions import Positioned
from processor.storage.catalogue.privacy_checks import check_privacy
from processor.storage.catalogue.receipt_checks import check_receipt_texts
from processor.storage.catalogue.retention_checks import check_retention
from processor.storage.catalogue.schema_faults import schema_faults
from processor.storage.catalogue.slip_checks import check_decision_texts, check_slips
from processor.storage.catalogue.wording_checks import check_messages, check_texts
from processor.storage.catalogue.workflow_checks import check_steps, check_transitions, check_workflow


class MessagesFile(Frozen):
    messages: dict[str, Message]


class PapersFile(Frozen):
    papers: tuple[Item, ...]


WHOLE: Mapping[str, tuple[str, type[BaseModel]]] = {
    "agency": ("agency.yml", Agency),
    "texts": ("shared/texts.yml", Texts),
    "communes": ("shared/communes.yml", Communes),
    "said": ("messages.yml", MessagesFile),
    "papers": ("shared/papers.yml", PapersFile),
    "workflow": ("workflow.yml", Workflow),
    "glossary": ("glossary.yml", Glossary),
    "notices": ("notices.yml", NoticeTexts),
    "desk": ("desk.yml", DeskForms),
    "receipt": ("receipt.yml", ReceiptTexts),
    "overlay": ("calendar.yml", CalendarOverlay),
    "slips": ("slips.yml", SlipTexts),
    "decision": ("decision.yml", DecisionTexts),
    "publicity": ("outreach.yml", Outreach),
    "board": ("plan_board.yml", PlanBoard),
    "retention": ("retention.yml", Retention),
    "privacy": ("privacy.yml", PrivacyTexts),
}
"""Files that there are once, by what the catalogue calls them; `said`, `papers` and `overlay` are made into others."""
ELIGIBILITY = "eligibility.yml"
NOT_FORMS = {ELIGIBILITY, *(name for name, _ in WHOLE.values())}


def load_catalogue(folder: Path, today: date | None = None) -> Catalogue:
    """Raises BrokenDefinition naming every fault. `today` is the day on which examples are tried."""
    reader = Reader(folder)
    catalogue = reader.read(today or date.today())
    if reader.faults or catalogue is None:
        raise BrokenDefinition(sorted(set(reader.faults), key=astuple))
    return catalogue


@dataclass
class Reader:
    folder: Path
    faults: list[DefinitionFault] = field(default_factory=list)
    sources: dict[str, Positioned] = field(default_factory=dict)

    def read(self, today: date) -> Catalogue | None:
        whole: dict[str, Any] = {role: self.parse(name, model) for role, (name, model) in WHOLE.items()}
        parsed = {name: self.parse(name, PolicyFile) for name in self.names("policy")}
        policies = {name: found for name, found in parsed.items() if found}
        plans = [plan for name in self.names("plans") if (plan := self.parse(name, Plan))]
        self.parse(ELIGIBILITY, EligibilitySource)
        self.parse_forms()
        reports = [text for name in self.names("reports") if (text := self.parse(name, ReportText))]
        # What cannot be read makes faults of everything that rests on it: those of reading come first, alone.
        if self.faults:
            return None
        said, papers, overlay = (whole.pop(role) for role in ("said", "papers", "overlay"))
        facts = gather_facts(policies, self.sources, self.faults)
        items = self.known_papers(papers)
        resolver = Resolver(self.parse, self.sources, self.faults, facts, whole["communes"], whole["agency"], items)
        forms = {form.id: form for name in self.names(".") if (form := resolver.form(name))}
        eligibility = resolver.eligibility(ELIGIBILITY)
        if eligibility is None:
            return None
        ordered = sorted(policies.values(), key=lambda found: found.order)
        catalogue = Catalogue(
            forms=forms,
            facts=facts,
            support_types={found.support_type: support_type(found) for found in ordered if found.support_type},
            chapters=chapters(ordered),
            messages=Messages(said.messages, whole["agency"].wording()),
            eligibility=eligibility,
            calendar=Calendar(overlay),
            reports={text.id: text for text in sorted(reports, key=lambda text: text.order)},
            plans={plan.id: plan for plan in plans},
            **whole,
        )
        if not self.faults:
            self.faults += self.checks(catalogue, said, overlay, resolver.origins, today)
        return catalogue

    def known_papers(self, papers: PapersFile) -> dict[str, Item]:
        for place, paper in enumerate(papers.papers):
            if problem := basis_problem(paper):
                self.faults.append(self.sources["shared/papers.yml"].fault(("papers", place, "basis"), problem))
        return {paper.id: paper for paper in papers.papers}

    def checks(
        self,
        catalogue: Catalogue,
        said: MessagesFile,
        overlay: CalendarOverlay,
        origins: Mapping[str, Origins],
        today: date,
    ) -> Iterator[DefinitionFault]:
        """What each file must satisfy beyond its shape, once everything can be read."""
        at, agency, texts, workflow = self.sources, catalogue.agency, catalogue.texts, catalogue.workflow
        for form in catalogue.forms.values():
            yield from check_form(form, origins[form.id], catalogue.messages, today)
        yield from check_messages(said.messages, agency, at["messages.yml"])
        yield from check_texts(texts, agency, at["shared/texts.yml"])
        yield from check_glossary(catalogue.glossary, at["glossary.yml"])
        yield from check_notices(catalogue.notices, agency, at["notices.yml"])
        yield from check_receipt_texts(catalogue.receipt, agency, at["receipt.yml"])
        yield from check_calendar(overlay, at["calendar.yml"])
        yield from check_workflow(workflow, catalogue.facts.keys(), at["workflow.yml"])
        yield from check_transitions(workflow, texts, catalogue.notices.notices.keys(), at["workflow.yml"])
        yield from check_desk(catalogue.desk, workflow, at["desk.yml"])
        yield from check_slips(catalogue.slips, at["slips.yml"])
        yield from check_decision_texts(catalogue.decision, at["decision.yml"])
        yield from check_steps(texts, workflow, at["shared/texts.yml"])
        yield from check_outreach(catalogue.publicity, agency.wording(), catalogue.facts, at["outreach.yml"])
        yield from check_board(catalogue.board, at["plan_board.yml"])
        yield from check_retention(catalogue.retention, texts, at["retention.yml"])
        yield from check_privacy(catalogue.privacy, catalogue.facts, today, at["privacy.yml"])
        yield from check_plans(catalogue.plans, catalogue.facts, at)
        yield from check_eligibility(catalogue, origins[catalogue.eligibility.form.id], today)

    def names(self, subfolder: str) -> list[str]:
        found = sorted((self.folder / subfolder).glob("*.yml"))
        names = [str(path.relative_to(self.folder)) for path in found]
        return [name for name in names if name not in NOT_FORMS]

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

    def parse_forms(self) -> None:
        """Every form and every group that a form uses."""
        forms = [form for name in self.names(".") if (form := self.parse(name, FormSource))]
        for group in {part.use for form in forms for part in form.sections if isinstance(part, UseGroup)}:
            self.parse(f"{group}.yml", Section)


def support_type(found: PolicyFile) -> SupportType:
    facts = tuple(fact.id for fact in found.facts)
    page = f"/{found.page}/"
    return SupportType(id=str(found.support_type), title=found.title, page=page, levels=found.levels, facts=facts)


def chapters(ordered: list[PolicyFile]) -> tuple[Chapter, ...]:
    return tuple(Chapter(title=found.title, facts=tuple(fact.id for fact in found.facts)) for found in ordered)
