"""The officers' queue, as (title, HTML of the article)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.days.calendar import Calendar
from processor.domain.days.clock import days_after, overdue_words
from processor.domain.dossier import QueueLine
from processor.domain.dossier_list import ENDINGS
from processor.domain.vietnamese import VIETNAM, day
from processor.rendering.pages import Page
from processor.rendering.templating import render

VIEWS = {
    "cua-toi": "Của tôi",
    "chua-ai-nhan": "Chưa ai nhận",
    "da-bo-sung": "Đã bổ sung",
    "sap-den-han": "Sắp đến hạn",
    "qua-han": "Quá hạn",
    "cho-bo-sung": "Chờ tổ chức bổ sung",
    "cho-quyet-dinh": "Chờ quyết định",
    "cho-chi": "Chờ chi",
    "da-ket-thuc": "Đã kết thúc",
}
AGE_WORDS = {"": "Bất kỳ", "3": "Từ 3 ngày", "7": "Từ 7 ngày", "15": "Từ 15 ngày", "30": "Từ 30 ngày"}
HOLDER_WORDS = {"": "Bất kỳ", "chua": "Chưa ai nhận", "toi": "Của tôi"}


@dataclass(frozen=True)
class Line:
    """One row of the queue in words."""

    line: QueueLine
    form: str
    status: str
    received: str
    due: str
    late: bool


@dataclass(frozen=True)
class SavedView:
    """A set of filters under a name; `query` as it stands in the address."""

    id: int
    name: str
    query: str


@dataclass(frozen=True)
class Shown:
    """What the page tells besides its lines: `counts` by view, `here` on all pages; more than `most` is not counted.

    `blocked` are dossiers with files that the scanner blocked, and how many; `opinions` those where one is asked.
    """

    asked: Mapping[str, str]
    counts: Mapping[str, int]
    here: int
    most: int
    next_page: str
    saved: Sequence[SavedView]
    query: str
    colleagues: Sequence[str]
    registers: Sequence[tuple[str, str]]
    told: str = ""
    refused: Sequence[tuple[str, str]] = ()
    privacy: str = ""
    blocked: Sequence[tuple[str, int]] = ()
    breaches: str = ""
    opinions: Sequence[str] = ()


def queue_page(
    catalogue: Catalogue, session: Session, lines: Sequence[QueueLine], today: date, shown: Shown, internal: bool
) -> Page:
    statuses = {"": "Đang mở"} | {name: text.label for name, text in catalogue.texts.statuses.items()}
    html = render(
        "desk/queue.html",
        session=session,
        lines=[line_in_words(catalogue, line, today) for line in lines],
        shown=shown,
        views={name: (label, figure(shown.counts[name], shown.most)) for name, label in VIEWS.items()},
        total=figure(shown.here, shown.most),
        forms={"": "Mọi biểu mẫu"} | {form.id: form.title for form in catalogue.forms.values()},
        statuses=statuses | {"tat-ca": "Mọi trạng thái"},
        ages=AGE_WORDS,
        endings=ENDINGS,
        holders=HOLDER_WORDS,
        due_label="Hạn nội bộ" if internal else "Hạn",
        filtered=any(value for name, value in shown.asked.items() if name != "sau"),
    )
    return "Hàng chờ", html


def figure(count: int, most: int) -> str:
    return f"hơn {most}" if count > most else str(count)


def line_in_words(catalogue: Catalogue, line: QueueLine, today: date) -> Line:
    form = catalogue.forms.get(line.form_id)
    kind = form.kind if form else "dossier"
    return Line(
        line,
        form.title if form else line.form_id,
        catalogue.status(kind, line.status).label,
        day(line.received_at.astimezone(VIETNAM).date()),
        due_words(catalogue.calendar, line, today),
        line.due_on is not None and line.due_on < today,
    )


def due_words(calendar: Calendar, line: QueueLine, today: date) -> str:
    """The due day with what is left of it, in working days."""
    if line.due_on is None:
        return "Tạm dừng" if line.status == "supplement_requested" else "Chưa tính"
    return f"{day(line.due_on)}: {left_words(calendar, line.due_on, today)}"


def left_words(calendar: Calendar, due_on: date, today: date) -> str:
    if due_on == today:
        return "đến hạn hôm nay"
    first, last = sorted((due_on, today))
    working = sum(calendar.is_working(one) for one in days_after(first, last))
    return f"còn {working} ngày làm việc" if today < due_on else overdue_words(-max(working, 1))
