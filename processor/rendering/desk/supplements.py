"""Pages of a supplement: what the organisation is asked for and sends; what an officer asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment, Dossier
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.opened import OpenedDossier
from processor.domain.supplement import AskedItem, Supplement
from processor.domain.vietnamese import VIETNAM
from processor.rendering.desk.acts import act_fields
from processor.rendering.forms import notice_html
from processor.rendering.templating import render

Page = tuple[str, str]


@dataclass(frozen=True)
class Gathered:
    """What stands ready for the asked items: files and reasons for absence, in the draft or sent before."""

    files: Sequence[Attachment]
    absences: Mapping[str, str]


@dataclass(frozen=True)
class AskedLine:
    title: str
    reason: str
    text: str
    state: str
    files: Sequence[Attachment]
    absence: str
    link: str
    error_id: str = ""


def asked_line(form: FormDefinition, asked: AskedItem, gathered: Gathered, link: str) -> AskedLine:
    mine = [file for file in gathered.files if file.item_id == asked.item_id]
    absence = "" if mine else asked.explained or gathered.absences.get(asked.item_id, "")
    sent = asked.came_at is not None
    state = "Đã gửi" if sent else "Đã có, chưa gửi" if mine or absence else "Chưa có"
    target = "" if sent else f"{link}/giay-to/{asked.item_id}"
    return AskedLine(form.items_by_id[asked.item_id].title, asked.reason, asked.text, state, mine, absence, target)


def supplement_page(
    catalogue: Catalogue,
    form: FormDefinition,
    dossier: Dossier,
    supplement: Supplement,
    gathered: Gathered,
    link: str,
    today: date,
    error: str = "",
) -> Page:
    lines = [asked_line(form, asked, gathered, link) for asked in supplement.asked]
    html = render(
        "supplement.html",
        form=form,
        dossier=dossier,
        asked=lines,
        answer_by=supplement.answer_by,
        time_left=time_left(supplement.answer_by, today),
        left=sum(line.state == "Chưa có" for line in lines),
        link=link,
        summary=render("summary.html", lines=[("tong-hop-loi", error)], mends=True) if error else "",
        notice=notice_html(catalogue, "official"),
    )
    title = f"Gửi phần bổ sung – {dossier.reference}"
    return (f"Lỗi: {title}" if error else title), html


def time_left(answer_by: datetime | None, today: date) -> str:
    """In calendar days: which days count is not known before the calendar is."""
    if answer_by is None:
        return ""
    days = (answer_by.astimezone(VIETNAM).date() - today).days
    if days < 0:
        return "Đã quá hạn; vẫn gửi được, công chức sẽ xem."
    return "Hôm nay là ngày cuối." if days == 0 else f"Còn {days} ngày, tính cả ngày nghỉ."


def sent_page(
    form: FormDefinition,
    dossier: Dossier,
    files: Sequence[Attachment],
    explained: Sequence[str],
    left: Sequence[AskedItem],
    at: datetime,
) -> Page:
    titles = {item.id: item.title for item in form.items}
    html = render(
        "supplement_sent.html",
        dossier=dossier,
        count=len({file.item_id for file in files} | set(explained)),
        at=at,
        files=[(titles[file.item_id], file) for file in files],
        left=[titles[one.item_id] for one in left],
    )
    return f"Đã gửi phần bổ sung – {dossier.reference}", html


def ask_page(
    catalogue: Catalogue, session: Session, opened: OpenedDossier, typed: Typed, today: date, error: str
) -> Page:
    """For an officer: which papers, why, and what to do about each."""
    names = [f"{part}.{item.id}" for item in opened.form.items for part in ("reason", "text")]
    html = render(
        "desk/supplement.html",
        session=session,
        opened=opened,
        form=opened.form,
        dossier=opened.dossier,
        chosen=typed.get("item", []),
        typed={name: (typed.get(name) or [""])[0] for name in names},
        reasons=catalogue.workflow.supplement_reasons,
        marked={item: line.note for item, line in opened.sheet.items() if line.mark != "met"},
        act=act_fields(catalogue, "request_supplement", typed, (), today),
        error=error,
    )
    title = f"Yêu cầu bổ sung – {opened.dossier.reference}"
    return (f"Lỗi: {title}" if error else title), html
