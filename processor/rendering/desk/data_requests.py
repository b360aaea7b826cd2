"""The register of requests about personal data and what was erased, as (title, HTML of the article)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Dossier
from processor.domain.errors import Fault
from processor.domain.events import Event
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.privacy import DataRequest, Dues, RequestEntry, Urgency, next_due
from processor.domain.retention import Erasure
from processor.domain.vietnamese import day
from processor.rendering.desk.acts import act_title, summary
from processor.rendering.desk.dossier import event_words
from processor.rendering.pages import Page
from processor.rendering.questions import PageOfForm, said_at, whole_form
from processor.rendering.templating import render

TITLE = "Yêu cầu về dữ liệu cá nhân"
REGISTER = "/can-bo/du-lieu-ca-nhan"
URGENCIES: Mapping[Urgency, str] = {"late": "Quá hạn", "near": "Sắp đến hạn", "open": "Trong hạn", "closed": "Đã đóng"}
DEEDS = {
    "xac-dinh": "identify_request",
    "phan-hoi": "reply_request",
    "gia-han": "extend_request",
    "dong": "close_request",
}


@dataclass(frozen=True)
class Row:
    """A request in words. `due` is its next day and what is left; `urgency` also names the colour."""

    request: DataRequest
    kind: str
    due: str
    urgency: Urgency
    state: str


def row_of(catalogue: Catalogue, request: DataRequest, dues: Dues, urgency: Urgency, today: date) -> Row:
    kind = catalogue.privacy.kinds[request.what.kind].label
    state = catalogue.privacy.outcomes[request.outcome] if request.outcome else URGENCIES[urgency]
    return Row(request, kind, due_words(request, dues, today), urgency, state)


def due_words(request: DataRequest, dues: Dues, today: date) -> str:
    due = next_due(request, dues)
    if due is None:
        return "không còn" if request.closed_at else "chưa rõ thời hạn"
    what = "phản hồi" if not request.replied_at and due == dues.reply else "trả lời"
    return f"{what} trước hết ngày {day(due)}, {left_words(due, today)}"


def left_words(due: date, today: date) -> str:
    left = (due - today).days
    if left == 0:
        return "đến hạn hôm nay"
    return f"còn {left} ngày" if left > 0 else f"quá hạn {-left} ngày"


def register_page(
    session: Session, rows: Sequence[Row], counts: Mapping[str, int], closed: int, may_enter: bool
) -> Page:
    html = render(
        "desk/data_requests.html", session=session, rows=rows, counts=counts, closed=closed, may_enter=may_enter
    )
    return TITLE, html


def request_page(
    catalogue: Catalogue,
    session: Session,
    row: Row,
    dues: Dues,
    entries: Sequence[RequestEntry],
    may_handle: bool,
    notice: str = "",
) -> Page:
    deeds = [(path, act_title(catalogue, act)) for path, act in DEEDS.items() if still_to_do(path, row.request)]
    html = render(
        "desk/data_request.html",
        session=session,
        row=row,
        request=row.request,
        dues=dues,
        entries=[(catalogue.privacy.entries[one.kind], one) for one in entries],
        deeds=deeds if may_handle and not row.request.closed_at else (),
        may_handle=may_handle,
        notice=notice,
    )
    return f"{row.kind}, yêu cầu số {row.request.id}", html


def still_to_do(path: str, request: DataRequest) -> bool:
    done = {"phan-hoi": request.replied_at, "gia-han": request.extended_to}
    return not done.get(path)


def form_page(
    catalogue: Catalogue,
    session: Session,
    act: str,
    form: FormDefinition,
    typed: Typed,
    today: date,
    action: str,
    back: tuple[str, str],
    faults: Sequence[Fault] = (),
    notice: str = "",
    about: Sequence[str] = (),
) -> Page:
    """One act about privacy; `about` are lines above its questions, `notice` why it was not done just now."""
    page = PageOfForm(form, whole_form(form), typed, said_at(faults), {}, today)
    title = act_title(catalogue, act)
    html = render(
        "desk/privacy_form.html",
        session=session,
        title=title,
        questions=page.questions(form.sections[0], ""),
        summary=summary(form, faults),
        action=action,
        back=back,
        notice=notice,
        about=about,
    )
    return (f"Lỗi: {title}" if faults or notice else title), html


class LookTold(Protocol):
    """A look as the service tells it."""

    @property
    def event(self) -> Event: ...
    @property
    def officer(self) -> str: ...
    @property
    def why(self) -> str: ...


def access_log_page(
    catalogue: Catalogue,
    session: Session,
    request: DataRequest,
    looks: Sequence[tuple[Dossier, Sequence[LookTold]]],
) -> Page:
    told = [
        (dossier, [(event_words(catalogue, dossier, one.event), one) for one in reversed(of_dossier)])
        for dossier, of_dossier in looks
    ]
    html = render("desk/access_log.html", session=session, request=request, looks=told)
    return f"Nhật ký truy cập, yêu cầu số {request.id}", html


def question_page(session: Session, title: str, question: str, lines: Sequence[str], action: str, typed: Typed) -> Page:
    """Before what cannot be taken back."""
    kept = [(key, value) for key, values in typed.items() for value in values]
    html = render(
        "desk/privacy_question.html",
        session=session,
        question=question,
        lines=lines,
        verb=title,
        action=action,
        kept=kept,
    )
    return question, html


def erased_page(
    catalogue: Catalogue, session: Session, found: Sequence[tuple[str, str, str, datetime, Erasure]]
) -> Page:
    rows = [
        (
            reference,
            catalogue.status(kind, status).label,
            received_at,
            catalogue.retention.scopes[tombstone.scope],
            catalogue.retention.grounds[tombstone.ground],
            tombstone,
        )
        for reference, kind, status, received_at, tombstone in found
    ]
    return "Dữ liệu đã xóa", render("desk/erased.html", session=session, rows=rows)
