"""The page of one dossier for officers, as (title, HTML of the article)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.days.clock import clock_words, reckon
from processor.domain.dossier import OPEN_STATUSES, Attachment, Dossier
from processor.domain.errors import Fault
from processor.domain.events import LOOKS, Event, actor_name
from processor.domain.forms.conditions import Ground, Rule
from processor.domain.forms.definition import Item
from processor.domain.forms.stored import stored_values
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.domain.sheet import SheetLine
from processor.domain.vietnamese import day, money
from processor.domain.workflow import Transition
from processor.rendering.desk.acts import COMMENT, Act, act_fields
from processor.rendering.files import FileWords
from processor.rendering.pages import Page, answered
from processor.rendering.templating import render


@dataclass(frozen=True)
class RuleOutcome:
    words: str
    outcome: str


@dataclass(frozen=True)
class SheetRow:
    """One item: left what came for it, right the criterion and what the officer found.

    `before` came with the dossier, `after` with a supplement; `asked` are the officers' words for it.
    """

    item: Item
    needed: bool
    before: Sequence[Attachment]
    after: Sequence[Attachment]
    absence: str
    asked: Sequence[str]
    line: SheetLine | None
    mark: str
    note: str
    error: str


@dataclass(frozen=True)
class Happened:
    words: str
    actor: str
    event: Event
    details: str


@dataclass(frozen=True)
class OfDesk:
    """What else the page tells: `computed` amount and steps, colleagues to hand over to, what was just refused.

    `typed` is what stood in the form that was refused, `faults` what is wrong with it, `newer` what happened meanwhile.
    """

    computed: int | None
    steps: str
    colleagues: Sequence[str]
    internal_limit: bool
    words: FileWords
    notice: str = ""
    typed: Typed | None = None
    faults: Sequence[Fault] = ()
    act: str = ""
    newer: Sequence[Event] = ()
    changes: Sequence[tuple[str, str, str]] = ()


def dossier_page(catalogue: Catalogue, session: Session, opened: OpenedDossier, today: date, desk: OfDesk) -> Page:
    dossier, form = opened.dossier, opened.form
    mine = dossier.holder == session.officer.name
    steps = allowed_steps(catalogue, session, opened)
    act = next_act(catalogue, opened, steps, session, today, desk)
    html = render(
        "desk/dossier.html",
        session=session,
        dossier=dossier,
        form=form,
        opened=opened,
        desk=desk,
        status=status_label(catalogue, dossier),
        channel=catalogue.texts.channels[dossier.channel],
        due=due_words(catalogue, opened, today),
        due_label="Hạn nội bộ" if desk.internal_limit else "Hạn",
        sections=answered(form, stored_values(form, dossier.answers), today),
        rows=sheet_rows(opened, desk),
        words=desk.words,
        marks=catalogue.workflow.marks,
        may_mark=mine and may_mark(catalogue, session, dossier),
        rules=rule_outcomes(opened.form.rules, opened.ground),
        happened=[happened(catalogue, dossier, event) for event in opened.events if event.kind not in LOOKS],
        looks=[happened(catalogue, dossier, event) for event in opened.events if event.kind in LOOKS],
        newer=[happened(catalogue, dossier, event) for event in desk.newer],
        is_open=dossier.status in OPEN_STATUSES,
        mine=mine,
        may_hand_over=mine or session.officer.role in ("leader", "admin"),
        reads=session.officer.role == "reader",
        may_erase=session.officer.role in catalogue.privacy.may.handle and not dossier.erased_at,
        steps=[one for one in steps if act is None or one.id != act.id],
        act=act,
        decided_first=dossier.status in ("proposed", *catalogue.workflow.ends),
        fields=catalogue.desk,
        computed=money(desk.computed) if desk.computed is not None else "",
        budget=budget_words(opened),
        comment=comment_form(catalogue, desk, today),
        proposal=opened.proposal,
        errors=[fault for fault in desk.faults if desk.act in ("", COMMENT)],
    )
    title = f"{dossier.organisation_name} – {dossier.reference}"
    return (f"Lỗi: {title}" if desk.faults or desk.notice else title), html


def due_page(session: Session, opened: OpenedDossier, explained: str, internal: bool) -> Page:
    html = render(
        "desk/due.html",
        session=session,
        dossier=opened.dossier,
        clock=opened.clock,
        explained=explained,
        internal=internal,
    )
    return f"Hạn – {opened.dossier.reference}", html


def status_label(catalogue: Catalogue, dossier: Dossier) -> str:
    return catalogue.status(dossier.kind, dossier.status).label


def allowed_steps(catalogue: Catalogue, session: Session, opened: OpenedDossier) -> list[Transition]:
    """What this officer may do now; the first mark on the sheet begins the appraisal by itself."""
    dossier, officer = opened.dossier, session.officer
    if dossier.kind != "dossier":
        return []
    return [
        one
        for one in catalogue.workflow.from_status(dossier.status)
        if one.roles
        and (officer.role in one.roles or officer.role == "admin")
        and (not one.holder or dossier.holder == officer.name)
        and one.id != "start_appraisal"
    ]


def comment_form(catalogue: Catalogue, desk: OfDesk, today: date) -> Act:
    """With what was typed, when it was refused."""
    if desk.act != COMMENT:
        return act_fields(catalogue, COMMENT, {}, (), today)
    return act_fields(catalogue, COMMENT, desk.typed or {}, desk.faults, today)


def may_mark(catalogue: Catalogue, session: Session, dossier: Dossier) -> bool:
    """From acceptance on, by whoever may begin the appraisal."""
    start = catalogue.workflow.transition("start_appraisal")
    return session.officer.role in (*start.roles, "admin") and dossier.status in (*start.sources, start.to)


def next_act(
    catalogue: Catalogue,
    opened: OpenedDossier,
    steps: Sequence[Transition],
    session: Session,
    today: date,
    desk: OfDesk,
) -> Act | None:
    """The one act whose form stands on the page itself, as it is what most come for."""
    name = next_name(opened, steps, session)
    if name is None:
        return None
    typed = desk.typed if desk.act == name and desk.typed else None
    filled: Typed = typed or ({"amount": [str(desk.computed)]} if name == "propose" and desk.computed else {})
    return act_fields(catalogue, name, filled, desk.faults if desk.act == name else (), today)


def next_name(opened: OpenedDossier, steps: Sequence[Transition], session: Session) -> str | None:
    dossier = opened.dossier
    handles = session.officer.role in ("intake", "appraiser", "admin")
    if dossier.kind == "feedback" and dossier.status in ("submitted", "forwarded") and session.officer.role != "reader":
        return "answer_feedback"
    if any(one.id == "propose" for one in steps):
        return "propose"
    if opened.decision and opened.decision.recorded_at is None and handles:
        return "record_decision"
    if dossier.status == "approved" and dossier.handed_over_at and not dossier.paid_on and handles:
        return "record_payment"
    return None


def due_words(catalogue: Catalogue, opened: OpenedDossier, today: date) -> str:
    clock = opened.clock
    if clock is None or clock.stopped_at:
        return ""
    reckoning = reckon(catalogue.calendar, clock.started_at, clock.all_days, clock.pauses, catalogue.calendar.cut_off)
    words = clock_words(catalogue.calendar, reckoning, today)
    return f"{day(clock.due_on)}: {words[0].lower()}{words[1:]}" if clock.due_on else words


def sheet_rows(opened: OpenedDossier, desk: OfDesk) -> list[SheetRow]:
    needed = set(opened.needed)
    errors = {fault.field: fault.message for fault in desk.faults if not desk.act}
    return [sheet_row(opened, desk, item, item.id in needed, errors.get(item.id, "")) for item in opened.form.items]


def sheet_row(opened: OpenedDossier, desk: OfDesk, item: Item, needed: bool, error: str) -> SheetRow:
    files = [file for file in opened.dossier.attachments if file.item_id == item.id]
    line = opened.sheet.get(item.id)
    typed = desk.typed if not desk.act else None
    mark = first(typed, f"mark.{item.id}") if typed else line.mark if line else ""
    note = first(typed, f"note.{item.id}") if typed else line.note if line else ""
    asked = [
        f"Lần {one.number}: {asked.reason}, {asked.text}"
        + (f" Đơn vị ghi: {asked.explained}" if asked.explained else "")
        for one in opened.supplements
        for asked in one.asked
        if asked.item_id == item.id
    ]
    return SheetRow(
        item,
        needed,
        [file for file in files if file.supplement is None],
        [file for file in files if file.supplement is not None],
        opened.dossier.absences.get(item.id, ""),
        asked,
        line,
        mark,
        note,
        error,
    )


def first(typed: Typed | None, name: str) -> str:
    return ((typed or {}).get(name) or [""])[0]


def happened(catalogue: Catalogue, dossier: Dossier, event: Event) -> Happened:
    return Happened(event_words(catalogue, dossier, event), actor_name(event), event, details(catalogue, event))


def event_words(catalogue: Catalogue, dossier: Dossier, event: Event) -> str:
    """The desk's own word, the label of the step, or what the organisation is told."""
    step = catalogue.workflow.by_event.get(event.kind)
    own = catalogue.texts.desk_events.get(event.kind) or (step.label if step else None)
    return own or catalogue.event_words(dossier.kind, event.kind) or event.kind


def details(catalogue: Catalogue, event: Event) -> str:
    """What of the event's data helps people."""
    data: Mapping[str, object] = json.loads(event.data)
    if isinstance(amount := data.get("amount"), int):
        return money(amount)
    if event.kind == "handed_to":
        return f"{data['from']} → {data['to']}"
    if event.kind == "opinion_asked":
        return str(data.get("of", ""))
    if isinstance(marks := data.get("marks"), dict):
        return f"{len(marks)} mục"
    return str(data.get("document") or data.get("code") or "")


def rule_outcomes(rules: Sequence[Rule], ground: Ground) -> list[RuleOutcome]:
    """What each rule says of these answers, and which could not be told because a fact is unknown."""
    return [
        RuleOutcome(rule.require.words(ground), outcome_words(rule.require.holds(ground), rule, ground))
        for rule in rules
        if rule.when is None or rule.when.holds(ground)
    ]


def outcome_words(holds: bool | None, rule: Rule, ground: Ground) -> str:
    if holds is None:
        unknown = rule.unknown_facts(ground)
        titles = ", ".join(fact.title.lower() for fact in unknown)
        return f"Chưa kiểm tra được: chưa rõ {titles}" if titles else "Chưa kiểm tra được: thiếu câu trả lời"
    return "Đúng" if holds else "Không đúng"


def budget_words(opened: OpenedDossier) -> str:
    """The money of the year in view of the decision."""
    envelope = opened.envelope
    if envelope is None:
        return f"Chưa đặt kinh phí năm {opened.year}: chưa trình, chưa quyết định được."
    mine = ""
    if opened.proposal and opened.dossier.status == "proposed":
        mine = f", gồm hồ sơ này {money(opened.proposal.amount)}"
    return (
        f"Kinh phí năm {envelope.year}: {money(envelope.amount)}. Đã quyết định {money(envelope.committed)}. "
        f"Đang trình {money(envelope.reserved)}{mine}. Còn lại {money(envelope.left)}."
    )
