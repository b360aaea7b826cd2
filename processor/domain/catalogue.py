"""Everything read from forms/: checked, resolved, immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from processor.domain.agency import Agency
from processor.domain.days.calendar import Calendar
from processor.domain.desk_forms import DeskForms
from processor.domain.eligibility import Eligibility, Judge
from processor.domain.errors import NotFound
from processor.domain.figures.report import ReportText
from processor.domain.forms.definition import FormDefinition
from processor.domain.glossary import Glossary
from processor.domain.messages import Messages
from processor.domain.notice import NoticeTexts
from processor.domain.outreach import Channel, Outreach
from processor.domain.places import Communes
from processor.domain.plan import Plan, PlanBoard
from processor.domain.policy import Chapter, Fact, Frozen, Identifier, SupportType
from processor.domain.privacy import PrivacyTexts
from processor.domain.receipt_texts import ReceiptTexts
from processor.domain.retention import Retention
from processor.domain.slips.decision_texts import DecisionTexts
from processor.domain.slips.slip_forms import SlipTexts
from processor.domain.workflow import Workflow


class Notice(Frozen):
    """A banner shown on several pages."""

    title: str
    paragraphs: tuple[str, ...]


class StatusText(Frozen):
    """What an applicant reads about a status; `national_code` is the national portal's (domain fact H15).

    `step` is where the dossier stands in the workflow, None when it goes no further.
    """

    label: str
    national_code: int | None
    text: str
    step: Identifier | None = None


class ResultTexts(Frozen):
    """What fills the status of an approved dossier."""

    decided: str
    not_numbered: str
    give_account: str
    wait_for_payment: str
    paid: str


class TaskStates(Frozen):
    """The words for `Task.state`."""

    done: str
    begun: str
    todo: str
    optional: str


class Texts(Frozen):
    notices: dict[str, Notice]
    statuses: dict[str, StatusText]
    pre_registration_statuses: dict[str, StatusText]
    feedback_statuses: dict[str, StatusText]
    events: dict[str, str]
    desk_events: dict[str, str]
    hazards: dict[str, str]
    scan_states: dict[str, str]
    scanner: dict[str, str]
    task_states: TaskStates
    result: ResultTexts
    handed_over_code: int
    channels: dict[int, str]

    def of_kind(self, kind: str) -> dict[str, StatusText]:
        return {"pre_registration": self.pre_registration_statuses, "feedback": self.feedback_statuses}.get(
            kind, self.statuses
        )


@dataclass(frozen=True)
class Catalogue:
    forms: Mapping[str, FormDefinition]
    facts: Mapping[str, Fact]
    support_types: Mapping[str, SupportType]
    chapters: tuple[Chapter, ...]
    messages: Messages
    agency: Agency
    texts: Texts
    communes: Communes
    eligibility: Eligibility
    workflow: Workflow
    glossary: Glossary
    notices: NoticeTexts
    receipt: ReceiptTexts
    calendar: Calendar
    desk: DeskForms
    slips: SlipTexts
    decision: DecisionTexts
    reports: Mapping[str, ReportText]
    publicity: Outreach
    plans: Mapping[str, Plan]
    board: PlanBoard
    retention: Retention
    privacy: PrivacyTexts

    @cached_property
    def outreach(self) -> Mapping[str, Channel]:
        """The channels that make the policy known, by id."""
        return {channel.id: channel for channel in self.publicity.channels}

    @property
    def judge(self) -> Judge:
        return Judge(self.eligibility, self.support_types, self.facts)

    def dossier_form(self, support_type: str) -> FormDefinition:
        """The form of a support type's dossier; every type has one."""
        found = (form for form in self.forms.values() if form.kind == "dossier" and form.support_type == support_type)
        return next(found)

    def form(self, form_id: str) -> FormDefinition:
        try:
            return self.forms[form_id]
        except KeyError:
            raise NotFound("form_unknown", form_id=form_id[:60]) from None

    def status(self, kind: str, status: str) -> StatusText:
        return self.texts.of_kind(kind)[status]

    def event_words(self, kind: str, event_kind: str) -> str | None:
        """What an applicant is told of an event; None when it is the office's own affair."""
        status = self.texts.of_kind(kind).get(event_kind)
        return status.label if status else self.texts.events.get(event_kind)

    def wording(self, text: str, **values: str) -> str:
        return text.format_map({**self.agency.wording(), **values})
