"""Pages for officers, as (title, HTML of the article)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from processor.domain.catalogue import Catalogue
from processor.domain.conditions import Ground, Rule
from processor.domain.definition import FormDefinition
from processor.domain.dossier import OPEN_STATUSES, Dossier, QueueLine
from processor.domain.events import Event
from processor.domain.officer import Session
from processor.domain.supplement import Supplement
from processor.domain.vietnamese import VIETNAM, day
from processor.rendering.pages import Page, answered, files_by_item
from processor.rendering.templating import render

EVENT_WORDS = {
    "submitted": "Đã gửi",
    "claimed": "Nhận xử lý",
    "released": "Trả về hàng chờ",
    "accepted": "Tiếp nhận",
    "refused_at_intake": "Từ chối tiếp nhận",
    "file_opened": "Tải tệp",
    "withdrawn": "Rút hồ sơ",
    "contact_corrected": "Sửa thông tin liên hệ",
    "access_code_renewed": "Cấp mã truy cập mới",
}
AGE_WORDS = {"": "Bất kỳ", "3": "Từ 3 ngày", "7": "Từ 7 ngày", "15": "Từ 15 ngày", "30": "Từ 30 ngày"}
HOLDER_WORDS = {"": "Bất kỳ", "chua": "Chưa ai nhận", "toi": "Của tôi"}


@dataclass(frozen=True)
class Line:
    """One row of the queue in words. `waited` in whole days by the calendar."""

    line: QueueLine
    form: str
    status: str
    received: str
    waited: str


@dataclass(frozen=True)
class RuleOutcome:
    words: str
    outcome: str


def sign_in_page(csrf: str, going_on: str, error: str, name: str) -> Page:
    title = "Lỗi: Đăng nhập" if error else "Đăng nhập"
    return title, render("desk/sign_in.html", csrf=csrf, going_on=going_on, error=error, name=name)


def queue_page(
    catalogue: Catalogue,
    session: Session,
    lines: Sequence[QueueLine],
    total: int,
    asked: Mapping[str, str],
    next_page: str,
    now: datetime,
) -> Page:
    statuses = {"": "Đang mở"} | {name: text.label for name, text in catalogue.texts.statuses.items()}
    html = render(
        "desk/queue.html",
        session=session,
        lines=[line_in_words(catalogue, line, now) for line in lines],
        total=total,
        asked=asked,
        next_page=next_page,
        forms={"": "Mọi biểu mẫu"} | {form.id: form.title for form in catalogue.forms.values()},
        statuses=statuses | {"tat-ca": "Mọi trạng thái"},
        ages=AGE_WORDS,
        holders=HOLDER_WORDS,
        filtered=any(value for name, value in asked.items() if name != "sau"),
    )
    return "Hàng chờ", html


def line_in_words(catalogue: Catalogue, line: QueueLine, now: datetime) -> Line:
    form = catalogue.forms.get(line.form_id)
    kind = form.kind if form else "dossier"
    waited = (now.astimezone(VIETNAM).date() - line.received_at.astimezone(VIETNAM).date()).days
    return Line(
        line,
        form.title if form else line.form_id,
        catalogue.status(kind, line.status).label,
        day(line.received_at.astimezone(VIETNAM).date()),
        "hôm nay" if waited <= 0 else f"{waited} ngày",
    )


def page_key(asked: str) -> tuple[datetime, int] | None:
    """Where the next page begins, from the address; None when it is not one of ours."""
    moment, _, dossier_id = asked.partition("~")
    try:
        return datetime.fromisoformat(moment), int(dossier_id)
    except ValueError:
        return None


def dossier_page(
    catalogue: Catalogue,
    session: Session,
    dossier: Dossier,
    form: FormDefinition,
    events: Sequence[Event],
    today: date,
    *,
    others: Sequence[str] = (),
    supplements: Sequence[Supplement] = (),
    notice: str = "",
    reason: str = "",
    reason_error: str = "",
) -> Page:
    html = render(
        "desk/dossier.html",
        session=session,
        dossier=dossier,
        form=form,
        status=catalogue.status(dossier.kind, dossier.status).label,
        sections=answered(form, typed_values(form, dossier), today),
        items=files_by_item(form, dossier.attachments),
        rules=rule_outcomes(form, dossier, today),
        events=[(event_words(catalogue, dossier, event), actor_words(event), event) for event in events],
        supplements=supplements,
        titles=form.labels,
        others=others,
        is_open=dossier.status in OPEN_STATUSES,
        may_ask=bool(form.items) and dossier.status == "accepted",
        mine=dossier.holder == session.officer.name,
        at_intake=dossier.kind == "dossier" and dossier.status == "submitted",
        notice=notice,
        reason=reason,
        reason_error=reason_error,
    )
    return f"{dossier.organisation_name} – {dossier.reference}", html


def event_words(catalogue: Catalogue, dossier: Dossier, event: Event) -> str:
    return EVENT_WORDS.get(event.kind) or catalogue.event_words(dossier.kind, event.kind) or event.kind


def refusal_page(session: Session, dossier: Dossier, reason: str) -> Page:
    title = f"Từ chối tiếp nhận {dossier.reference}?"
    return title, render("desk/refusal.html", session=session, dossier=dossier, reason=reason)


def actor_words(event: Event) -> str:
    return "Tổ chức" if event.actor == "applicant" else event.actor.removeprefix("officer:")


def typed_values(form: FormDefinition, dossier: Dossier) -> dict[str, object]:
    """Stored days are ISO text; rules compare days."""
    days = {field.id for field in form.single_fields if field.kind == "date"}
    return {
        name: date.fromisoformat(value) if name in days and isinstance(value, str) else value
        for name, value in dossier.answers.items()
    }


def rule_outcomes(form: FormDefinition, dossier: Dossier, today: date) -> list[RuleOutcome]:
    """What each rule says of these answers, and which could not be told because a fact is unknown."""
    ground = form.ground(typed_values(form, dossier), today)
    return [
        RuleOutcome(rule.require.words(ground), outcome_words(rule.require.holds(ground), rule, ground))
        for rule in form.rules
        if rule.when is None or rule.when.holds(ground)
    ]


def outcome_words(holds: bool | None, rule: Rule, ground: Ground) -> str:
    if holds is None:
        unknown = rule.unknown_facts(ground)
        titles = ", ".join(fact.title.lower() for fact in unknown)
        return f"Chưa kiểm tra được: chưa rõ {titles}" if titles else "Chưa kiểm tra được: thiếu câu trả lời"
    return "Đúng" if holds else "Không đúng"
