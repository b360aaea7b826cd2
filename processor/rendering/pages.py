"""Pages for businesses, as (title, HTML of the article). The shell around them is the site's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from processor.domain.catalogue import Catalogue
from processor.domain.definition import FormDefinition, Section
from processor.domain.dossier import Attachment, Dossier, Draft
from processor.domain.errors import Fault
from processor.domain.events import Event
from processor.domain.files import Limits
from processor.domain.kinds import KINDS
from processor.domain.submission import ROW, Typed, check_answers
from processor.domain.vietnamese import VIETNAM, day, moment
from processor.rendering.forms import form_html, notice_html, summary_html, tracking_html
from processor.rendering.templating import render

Page = tuple[str, str]
NOT_GIVEN = "Không cung cấp"
SENT_THINGS = {"pre_registration": "đăng ký nhu cầu", "dossier": "hồ sơ", "feedback": "phản ánh"}


@dataclass(frozen=True)
class Answer:
    """One question as it was asked; `name` is the posted name, `words` the answer."""

    name: str
    label: str
    words: str


@dataclass(frozen=True)
class AnsweredSection:
    title: str
    answers: Sequence[Answer]


def form_page(
    catalogue: Catalogue,
    form: FormDefinition,
    today: date,
    typed: Typed,
    *,
    limits: Limits,
    faults: Sequence[Fault] = (),
    draft: Draft | None = None,
    token: str | None = None,
    rows: Mapping[str, int] | None = None,
) -> Page:
    kept = draft.attachments if draft else ()
    content = form_html(
        catalogue,
        form,
        today=today,
        limits=limits,
        typed=typed,
        faults=faults,
        kept=kept,
        draft_token=token,
        rows=rows,
    )
    html = render(
        "form_page.html",
        form=form,
        summary=summary_html(faults, form) if faults else "",
        notice=notice_html(catalogue, "official"),
        content=content,
        saved=moment(draft.updated_at) if draft else "",
        expires=last_day(draft) if draft else "",
    )
    return form.title, html


def last_day(draft: Draft) -> str:
    return day(draft.expires_at.astimezone(VIETNAM).date())


def changed_rows(form: FormDefinition, typed: Typed, action: str, target: str) -> tuple[Typed, dict[str, int]]:
    """What was typed after a row was added or removed, and how many rows each repeated section shows."""
    changed = dict(typed)
    group, _, number = target.partition(".")
    if action == "remove" and group in form.groups and number.isdigit():
        changed = without_row(changed, group, int(number))
    rows = {name: shown_rows(section, changed) for name, section in form.groups.items()}
    section = form.groups.get(group)
    if action == "add" and section and section.repeat and rows[group] < section.repeat.max:
        rows[group] += 1
    return changed, rows


def shown_rows(section: Section, typed: Typed) -> int:
    assert section.repeat
    numbers = [int(found[2]) + 1 for name in typed if (found := ROW.match(name)) and found[1] == section.id]
    return min(max([section.repeat.min, 1, *numbers]), section.repeat.max)


def without_row(typed: Typed, group: str, number: int) -> dict[str, list[str]]:
    """Later rows move up by one."""
    left: dict[str, list[str]] = {}
    for name, values in typed.items():
        found = ROW.match(name)
        if not found or found[1] != group or int(found[2]) < number:
            left[name] = values
        elif int(found[2]) > number:
            left[f"{group}.{int(found[2]) - 1}.{found[3]}"] = values
    return left


def check_page(catalogue: Catalogue, form: FormDefinition, today: date, draft: Draft, token: str) -> Page:
    checked = check_answers(form, draft.typed, catalogue.messages, today)
    html = render(
        "check.html",
        form=form,
        sections=answered(form, checked.answers),
        items=files_by_item(form, draft.attachments),
        edit=f"/nop/{form.id}?ban-nhap={token}",
        token=token,
        saved=moment(draft.updated_at),
        expires=last_day(draft),
        complete=not checked.faults,
        advice=[fault.message for fault in checked.advice],
        notice=notice_html(catalogue, "official"),
        button=send_button(form),
    )
    return f"Kiểm tra và gửi – {form.title}", html


def send_button(form: FormDefinition) -> str:
    return f"Gửi {SENT_THINGS[form.kind]}"


def answered(form: FormDefinition, answers: Mapping[str, Any]) -> list[AnsweredSection]:
    """Every question in page order with its answer in words; rows of repeated sections under their numbers."""
    found: list[AnsweredSection] = []
    for section in form.sections:
        if not section.repeat:
            found.append(AnsweredSection(section.title, answers_of(section, answers, "")))
            continue
        for number, row in enumerate(answers.get(section.id) or []):
            title = f"{section.title}: {(section.row_title or 'dòng').lower()} {number + 1}"
            found.append(AnsweredSection(title, answers_of(section, row, f"{section.id}.{number}.")))
    return found


def answers_of(section: Section, answers: Mapping[str, Any], prefix: str) -> list[Answer]:
    return [
        Answer(prefix + field.id, field.label, answer_words(field, answers.get(field.id))) for field in section.fields
    ]


def answer_words(field: Any, value: Any) -> str:
    return NOT_GIVEN if value in (None, "", []) else str(KINDS[field.kind].words(value, field))


def files_by_item(form: FormDefinition, files: Sequence[Attachment]) -> list[tuple[Any, list[Attachment]]]:
    return [(item, [file for file in files if file.item_id == item.id]) for item in form.items]


def receipt_page(
    catalogue: Catalogue, form: FormDefinition, dossier: Dossier, where: str, access_code: str | None
) -> Page:
    """With the access code only in the answer to sending; the bookmarked page has it no more."""
    html = render(
        "receipt.html",
        form=form,
        dossier=dossier,
        items=files_by_item(form, dossier.attachments),
        where=where,
        access_code=access_code,
        agency=catalogue.agency,
        notice=notice_html(catalogue, "official"),
        sent_thing=SENT_THINGS[form.kind],
    )
    return f"Đã gửi – {form.title}", html


def sent_page(catalogue: Catalogue, dossier: Dossier, where: str) -> Page:
    text = catalogue.messages.say("already_sent", time=moment(dossier.received_at))
    return "Hồ sơ này đã gửi", render("sent.html", text=text, where=where, dossier=dossier)


def tracking_page(catalogue: Catalogue, reference: str = "", error: str = "") -> Page:
    html = render(
        "tracking_page.html",
        content=tracking_html(reference=reference, error=error),
        notice=notice_html(catalogue, "official"),
    )
    return ("Lỗi: Tra cứu hồ sơ" if error else "Tra cứu hồ sơ"), html


def status_page(catalogue: Catalogue, form: FormDefinition, dossier: Dossier, events: Sequence[Event]) -> Page:
    status = catalogue.status(dossier.kind, dossier.status)
    html = render(
        "status.html",
        form=form,
        dossier=dossier,
        status=status,
        text=status_text(catalogue, dossier, events),
        timeline=[(catalogue.status(dossier.kind, event.kind).label, event) for event in events],
        notice=notice_html(catalogue, "official"),
        agency=catalogue.agency,
    )
    return f"{status.label} – {dossier.reference}", html


def status_text(catalogue: Catalogue, dossier: Dossier, events: Sequence[Event]) -> str:
    reasons = [event.note for event in events if event.kind == dossier.status and event.note]
    return catalogue.wording(
        catalogue.status(dossier.kind, dossier.status).text,
        files=str(len(dossier.attachments)),
        time=moment(dossier.received_at),
        official_code=dossier.official_code or "chưa có",
        reasons=(reasons[-1] if reasons else "chưa ghi").rstrip("."),
    )
