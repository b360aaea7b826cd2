"""What a sender sees of a dossier, as (title, HTML of the article): where it is, what was sent, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import OPEN_STATUSES, Attachment, Dossier
from processor.domain.errors import Fault
from processor.domain.events import Event
from processor.domain.forms.contact import contact_form
from processor.domain.forms.relevance import item_asked
from processor.domain.forms.stored import stored_values
from processor.domain.forms.submission import Typed
from processor.domain.tracked import Tracked
from processor.domain.vietnamese import VIETNAM, day, moment, money
from processor.domain.workflow import WorkflowStep
from processor.rendering.desk.acts import act_fields
from processor.rendering.desk.clock import explanation_html
from processor.rendering.desk.queue import left_words
from processor.rendering.files import FileWords
from processor.rendering.forms import notice_html, summary_html, tracking_html
from processor.rendering.pages import SENT_THINGS, Page, answered
from processor.rendering.questions import PageOfForm, said_at, whole_form
from processor.rendering.templating import render

DONE, NOW, LATER, NOT_RECORDED = "Đã xong", "Đang ở đây", "Sau", "Chưa có mã hồ sơ chính thức"


@dataclass(frozen=True)
class Viewing:
    """What can be done on the page now, and after how many minutes without use it closes."""

    minutes: int
    words: FileWords
    may_withdraw: bool = False
    may_correct: bool = False
    may_change: bool = False


@dataclass(frozen=True)
class Milestone:
    """One step of the way, with where the dossier stands to it, in words."""

    step: WorkflowStep
    where: str
    state: str

    @property
    def current(self) -> bool:
        return self.state == NOW


@dataclass(frozen=True)
class AskedPaper:
    title: str
    reason: str
    text: str
    came: bool


@dataclass(frozen=True)
class SentPaper:
    """A paper with the files that were sent for it, or the reason why there is none."""

    title: str
    files: Sequence[Attachment]
    absence: str


def tracking_page(
    catalogue: Catalogue, reference: str = "", error: str = "", told: str = "", kept: Mapping[str, str] | None = None
) -> Page:
    """`told` says why the codes are asked for; `kept` is what goes along until they are given."""
    html = render(
        "tracking_page.html",
        content=tracking_html(reference=reference, error=error),
        error=error,
        told=told,
        kept=kept or {},
        notice=notice_html(catalogue, "official"),
    )
    return ("Lỗi: Tra cứu hồ sơ" if error else "Tra cứu hồ sơ"), html


def status_page(catalogue: Catalogue, seen: Tracked, today: date, viewing: Viewing) -> Page:
    dossier = seen.dossier
    status = catalogue.status(dossier.kind, dossier.status)
    current = catalogue.forms.get(dossier.form_id)
    html = render(
        "status.html",
        form=seen.form,
        dossier=dossier,
        status=status,
        text=status_text(catalogue, seen),
        asked=asked_papers(seen),
        answer_by=answer_words(catalogue, seen, today),
        may_give_account=dossier.status == "approved" and dossier.paid_on is None,
        payee=seen.payee,
        answer=seen.reply.answer if seen.reply else None,
        signed=seen.decision.scan if seen.decision and seen.decision.recorded_at else None,
        explained=explanation_html(catalogue.calendar, seen.due) if seen.due and seen.due.due_on else "",
        milestones=milestones(catalogue, dossier, today),
        time_limit=time_limit_words(catalogue, seen) if still_open(dossier) else "",
        timeline=[(catalogue.event_words(dossier.kind, event.kind), event) for event in seen.events],
        papers=[paper for paper in sent_papers(seen) if paper.files or paper.absence],
        sent_thing=SENT_THINGS[dossier.kind],
        change_until=day(current.opening.closes_on) if current and current.opening else "",
        viewing=viewing,
        notice=notice_html(catalogue, "official"),
        agency=catalogue.agency,
    )
    return f"{status.label} – {dossier.reference}", html


def answer_words(catalogue: Catalogue, seen: Tracked, today: date) -> str:
    """Until when, and how many working days that is; empty where no day was set."""
    if seen.supplement is None or seen.supplement.answer_by is None:
        return ""
    last = seen.supplement.answer_by.astimezone(VIETNAM).date()
    return f"{day(last)}: {left_words(catalogue.calendar, last, today)}"


def account_page(
    catalogue: Catalogue, seen: Tracked, typed: Typed, today: date, viewing: Viewing, faults: Sequence[Fault], told: str
) -> Page:
    """Where the money goes, asked for once the support is approved."""
    act = act_fields(catalogue, "give_account", typed, faults, today)
    html = render("status_account.html", dossier=seen.dossier, payee=seen.payee, act=act, told=told, viewing=viewing)
    title = f"{act.title} – {seen.dossier.reference}"
    return (f"Lỗi: {title}" if faults or told else title), html


def status_text(catalogue: Catalogue, seen: Tracked) -> str:
    dossier = seen.dossier
    latest = next((event for event in reversed(seen.events) if event.kind == dossier.status), None)
    return catalogue.wording(
        catalogue.status(dossier.kind, dossier.status).text,
        files=str(len(dossier.attachments)),
        time=moment(dossier.received_at),
        date=day_of(latest) if latest else "chưa ghi",
        official_code=dossier.official_code or "chưa có",
        reasons=((latest.note if latest else None) or "chưa ghi").rstrip("."),
        count=str(len([one for one in seen.supplement.asked if one.came_at is None])) if seen.supplement else "các",
        year=str(dossier.answers.get("need_year", "")),
        time_limit=time_limit_words(catalogue, seen),
        decision=decision_words(catalogue, seen),
        amount=money(dossier.approved_amount or 0),
        next_step=next_step_words(catalogue, seen),
        forwarded_to=(seen.reply.forwarded_to if seen.reply else None) or "chưa ghi",
    )


def still_open(dossier: Dossier) -> bool:
    return dossier.kind == "dossier" and dossier.status in OPEN_STATUSES


def time_limit_words(catalogue: Catalogue, seen: Tracked) -> str:
    """The due day once one is promised, otherwise what is known of the time limit."""
    if seen.due and seen.due.due_on:
        return day(seen.due.due_on)
    return catalogue.facts[catalogue.workflow.clock.days].words(sent_on(seen))


def decision_words(catalogue: Catalogue, seen: Tracked) -> str:
    texts, decision = catalogue.texts.result, seen.decision
    if decision is None or decision.document_no is None or decision.decided_on is None:
        return texts.not_numbered
    return texts.decided.format(number=decision.document_no, date=day(decision.decided_on))


def next_step_words(catalogue: Catalogue, seen: Tracked) -> str:
    texts = catalogue.texts.result
    if seen.dossier.paid_on:
        return texts.paid.format(date=day(seen.dossier.paid_on))
    if seen.payee is None:
        return texts.give_account
    known = catalogue.facts["payment_steps"].words(sent_on(seen))
    return texts.wait_for_payment.format(payment_steps=known[0].lower() + known[1:])


def day_of(event: Event) -> str:
    return day(event.at.astimezone(VIETNAM).date())


def asked_papers(seen: Tracked) -> list[AskedPaper]:
    titles = {item.id: item.title for item in seen.form.items}
    asked = seen.supplement.asked if seen.supplement else ()
    return [
        AskedPaper(titles.get(one.item_id, one.item_id), one.reason, one.text, one.came_at is not None) for one in asked
    ]


def milestones(catalogue: Catalogue, dossier: Dossier, today: date) -> list[Milestone]:
    """From the step with which its kind begins; none when the dossier goes no further."""
    statuses = catalogue.texts.of_kind(dossier.kind)
    first, current = statuses["submitted"].step, statuses[dossier.status].step
    if first is None or current is None:
        return []
    ids = [step.id for step in catalogue.workflow.steps]
    shown = list(enumerate(catalogue.workflow.steps))[ids.index(first) :]
    return [milestone(catalogue, step, place - ids.index(current), dossier, today) for place, step in shown]


def milestone(catalogue: Catalogue, step: WorkflowStep, ahead: int, dossier: Dossier, today: date) -> Milestone:
    """`ahead` counts the steps from the current one to this."""
    words = {name: catalogue.facts[name].words(today) for name in step.facts_named()}
    return Milestone(step, step.where.format_map(words), state_of(step, ahead, dossier))


def state_of(step: WorkflowStep, ahead: int, dossier: Dossier) -> str:
    if step.known_by and ahead != 0:
        return DONE if getattr(dossier, step.known_by) else (LATER if ahead > 0 else NOT_RECORDED)
    return NOW if ahead == 0 else (LATER if ahead > 0 else DONE)


def content_page(seen: Tracked, viewing: Viewing) -> Page:
    """What was sent, as it was asked on the day of sending."""
    corrected = [event for event in seen.events if event.kind == "contact_corrected"]
    html = render(
        "status_content.html",
        form=seen.form,
        dossier=seen.dossier,
        sections=answered(seen.form, stored_values(seen.form, seen.dossier.answers), sent_on(seen)),
        papers=sent_papers(seen),
        corrected_at=corrected[-1].at if corrected else None,
        sent_thing=SENT_THINGS[seen.dossier.kind],
        viewing=viewing,
    )
    return f"Nội dung đã gửi – {seen.dossier.reference}", html


def sent_on(seen: Tracked) -> date:
    return seen.dossier.received_at.astimezone(VIETNAM).date()


def sent_papers(seen: Tracked) -> list[SentPaper]:
    ground = seen.form.ground(stored_values(seen.form, seen.dossier.answers), sent_on(seen))
    found = []
    for item in seen.form.items:
        files = [file for file in seen.dossier.attachments if file.item_id == item.id]
        if files or item_asked(item, ground):
            found.append(SentPaper(item.title, files, "" if files else seen.dossier.absences.get(item.id, "")))
    return found


def withdrawal_page(seen: Tracked, viewing: Viewing, reason: str = "", error: str = "") -> Page:
    thing = SENT_THINGS[seen.dossier.kind]
    title = f"Rút {thing} {seen.dossier.reference}?"
    html = render(
        "withdraw.html",
        form=seen.form,
        dossier=seen.dossier,
        sent_thing=thing,
        year=str(seen.dossier.answers.get("need_year", "")),
        reason=reason,
        error=error,
        viewing=viewing,
    )
    return (f"Lỗi: {title}" if error else title), html


def not_possible_page(seen: Tracked, text: str, viewing: Viewing) -> Page:
    heading = f"Không rút được {SENT_THINGS[seen.dossier.kind]}"
    return heading, render("status_refused.html", heading=heading, text=text, viewing=viewing)


def correction_page(
    seen: Tracked,
    typed: Typed,
    revision: int,
    today: date,
    viewing: Viewing,
    faults: Sequence[Fault] = (),
    told: str = "",
) -> Page:
    """`told` says that the dossier changed meanwhile."""
    form = contact_form(seen.form)
    page = PageOfForm(form, whole_form(form), typed, said_at(faults), {}, today)
    html = render(
        "contact_correction.html",
        form=seen.form,
        dossier=seen.dossier,
        questions=page.questions(form.sections[0], ""),
        summary=summary_html(faults, form) if faults else "",
        revision=revision,
        told=told,
        old_address=seen.dossier.answers.get("contact_email", ""),
        viewing=viewing,
    )
    title = f"Sửa thông tin liên hệ – {seen.dossier.reference}"
    return (f"Lỗi: {title}" if faults else title), html
