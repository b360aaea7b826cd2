"""Pages for businesses, as (title, HTML of the article). The shell around them is the site's."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment, Dossier, Draft
from processor.domain.errors import Fault
from processor.domain.files import Limits
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.kinds import KINDS
from processor.domain.forms.relevance import item_asked, unasked
from processor.domain.forms.submission import Checked, Typed
from processor.domain.vietnamese import VIETNAM, day, moment, money
from processor.rendering.drafts import OpenDraft, can_take_again
from processor.rendering.forms import form_html, notice_html, summary_html
from processor.rendering.questions import Shown
from processor.rendering.templating import render
from processor.rendering.totals import totals_of

Page = tuple[str, str]
NOT_GIVEN = "Không cung cấp"
SENT_THINGS = {"pre_registration": "đăng ký nhu cầu", "dossier": "hồ sơ", "feedback": "phản ánh"}


@dataclass(frozen=True)
class Answer:
    """One question as it was asked; `name` is the posted name, `words` the answer, `link` where it is changed."""

    name: str
    label: str
    words: str
    link: str = ""


@dataclass(frozen=True)
class AnsweredSection:
    title: str
    answers: Sequence[Answer]


@dataclass(frozen=True)
class HalfThere:
    """A file that is still on its way; `percent` of it has come."""

    id: str
    name: str
    percent: int


@dataclass(frozen=True)
class ToldBeforeSending:
    """What the sender should know: perhaps sent before; files still on their way; why it was not sent just now.

    `stamp` and `work` go back with the sending: when the page was shown, the task for its script.
    """

    duplicate: str = ""
    unfinished: Sequence[HalfThere] = ()
    changed: str = ""
    refused: str = ""
    stamp: str = ""
    work: str = ""


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
    shown: Shown | None = None,
    changed: str = "",
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
        shown=shown,
    )
    html = render(
        "form_page.html",
        form=form,
        summary=summary_html(faults, form) if faults else "",
        notice=notice_html(catalogue, "official"),
        content=content,
        changed=changed,
        saved=moment(draft.updated_at) if draft else "",
        expires=last_day(draft) if draft else "",
        draft_link=f"/ban-nhap/{token}" if token else "",
        changing=draft is not None and draft.purpose == "change",
        can_take_again=draft is None and can_take_again(form),
    )
    return form.title, html


def last_day(draft: Draft) -> str:
    return day(draft.expires_at.astimezone(VIETNAM).date())


def check_page(
    catalogue: Catalogue, opened: OpenDraft, checked: Checked, complete: bool, today: date, told: ToldBeforeSending
) -> Page:
    form, draft = opened.form, opened.draft
    html = render(
        "check.html",
        form=form,
        sections=answered(form, checked.answers, today, opened.part_links),
        items=papers_answered(form, draft.attachments, checked, today, opened.part_links),
        edit=opened.edit_link,
        token=opened.token,
        saved=opened.saved,
        expires=opened.expires,
        complete=complete,
        advice=[fault.message for fault in checked.advice],
        told=told,
        changing=draft.purpose == "change",
        notice=notice_html(catalogue, "official"),
        button="Vẫn gửi" if told.duplicate else send_button(form, draft),
    )
    return f"Kiểm tra và gửi – {form.title}", html


def send_button(form: FormDefinition, draft: Draft) -> str:
    return (
        f"Lưu thay đổi của {SENT_THINGS[form.kind]}" if draft.purpose == "change" else f"Gửi {SENT_THINGS[form.kind]}"
    )


def answered(
    form: FormDefinition, answers: Mapping[str, Any], today: date, links: Mapping[str, str] | None = None
) -> list[AnsweredSection]:
    """Every question that was asked, in page order, with its answer in words; rows of repeated sections by number."""
    found: list[AnsweredSection] = []
    closed = {name for name, _ in unasked(form, answers, today)}
    for section in form.sections:
        link = (links or {}).get(section.id, "")
        if section.repeat:
            found += answered_rows(section, answers, closed, link)
        else:
            found.append(AnsweredSection(section.title, answers_of(section, answers, "", closed, link)))
    return found


def answered_rows(
    section: Section, answers: Mapping[str, Any], closed: Collection[str], link: str
) -> Iterator[AnsweredSection]:
    """What the money of the rows comes to stands under the last."""
    rows = answers.get(section.id) or []
    totals = [
        Answer(total.name, f"Tổng “{total.label}”", money(total.amount or 0)) for total in totals_of(section, answers)
    ]
    for number, row in enumerate(rows):
        title = f"{section.title}: {(section.row_title or 'dòng').lower()} {number + 1}"
        told = answers_of(section, row, f"{section.id}.{number}.", closed, link)
        yield AnsweredSection(title, [*told, *totals] if number == len(rows) - 1 else told)


def answers_of(
    section: Section, answers: Mapping[str, Any], prefix: str, closed: Collection[str], link: str
) -> list[Answer]:
    return [
        Answer(
            prefix + field.id,
            field.label,
            answer_words(field, answers.get(field.id)),
            f"{link}#field-{prefix}{field.id}" if link else "",
        )
        for field in section.fields
        if prefix + field.id not in closed
    ]


def answer_words(field: Any, value: Any) -> str:
    return NOT_GIVEN if value in (None, "", []) else str(KINDS[field.kind].words(value, field))


@dataclass(frozen=True)
class PaperAnswered:
    """A paper with its files, or the reason why there is none; `link` leads to where it is changed."""

    item: Item
    files: Sequence[Attachment]
    absence: str
    link: str


def papers_answered(
    form: FormDefinition, files: Sequence[Attachment], checked: Checked, today: date, links: Mapping[str, str]
) -> list[PaperAnswered]:
    ground = form.ground(dict(checked.answers), today)
    return [
        PaperAnswered(item, mine, "" if mine else checked.absences.get(item.id, ""), links.get(item.id, ""))
        for item in form.items
        if item_asked(item, ground)
        for mine in [[file for file in files if file.item_id == item.id]]
    ]


def added_page(draft: Draft) -> Page:
    """What was changed or added has been sent; the way on is the dossier itself."""
    return "Đã gửi", render("added.html", reference=draft.sent_reference)


def changed_page(catalogue: Catalogue, form: FormDefinition, dossier: Dossier) -> Page:
    return f"Đã lưu thay đổi – {form.title}", render(
        "changed.html", form=form, dossier=dossier, agency=catalogue.agency
    )


def sent_page(catalogue: Catalogue, dossier: Dossier, where: str) -> Page:
    text = catalogue.messages.say("already_sent", time=moment(dossier.received_at))
    return "Hồ sơ này đã gửi", render("sent.html", text=text, where=where, dossier=dossier)
