"""The way of a dossier as a picture from its data, the mail that waits, how the system stands, as (title, HTML)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from processor.domain.access.officer import ROLES, Session
from processor.domain.catalogue import Catalogue
from processor.domain.notice import WaitingMail
from processor.domain.vietnamese import listed
from processor.domain.webhook import Webhook
from processor.domain.workflow import BEFORE, SAME
from processor.rendering.pages import Page
from processor.rendering.templating import render
from processor.settings import Settings

CLOCK_WORDS = {
    "start": "thời hạn bắt đầu",
    "pause": "thời hạn tạm dừng",
    "resume": "thời hạn tính tiếp",
    "extend": "thời hạn kéo dài",
    "stop": "thời hạn kết thúc",
}


@dataclass(frozen=True)
class Way:
    """One step out of a status: what it is called, who takes it, where it leads, what it does to the clock."""

    label: str
    who: str
    leads_to: str
    clock: str


@dataclass(frozen=True)
class State:
    label: str
    national_code: int | None
    ways: Sequence[Way]
    is_end: bool


def states(catalogue: Catalogue) -> list[State]:
    workflow, texts = catalogue.workflow, catalogue.texts.statuses
    return [
        State(
            text.label,
            text.national_code,
            [
                Way(
                    one.label,
                    listed([ROLES[role] for role in one.roles]) if one.roles else "tổ chức",
                    {SAME: "giữ nguyên", BEFORE: "trở về trước đó"}.get(one.to) or texts[one.to].label,
                    CLOCK_WORDS.get(one.clock or "", ""),
                )
                for one in workflow.from_status(name)
            ],
            name in workflow.ends,
        )
        for name, text in texts.items()
    ]


def states_html(catalogue: Catalogue) -> Markup:
    return render("states_picture.html", states=states(catalogue))


def workflow_page(catalogue: Catalogue, session: Session) -> Page:
    return "Quy trình xử lý", render("desk/workflow.html", session=session, picture=states_html(catalogue))


def mail_page(
    catalogue: Catalogue,
    session: Session,
    waiting: Sequence[WaitingMail],
    figures: Mapping[str, int],
    possible: bool,
    webhooks: Sequence[Webhook] = (),
) -> Page:
    subjects = {name: text.subject for name, text in catalogue.notices.notices.items()}
    html = render(
        "desk/mail.html",
        session=session,
        waiting=waiting,
        figures=figures,
        possible=possible,
        subjects=subjects,
        webhooks=webhooks,
    )
    return "Thư chờ gửi", html


@dataclass(frozen=True)
class Standing:
    """`taken_at` is when the last complete backup was taken, `late` that it is too old; `free` in bytes."""

    taken_at: datetime | None
    late: bool
    free: int
    mail: Mapping[str, int]


def state_page(session: Session, settings: Settings, standing: Standing) -> Page:
    html = render(
        "desk/state.html",
        session=session,
        backup=standing,
        free=standing.free,
        mail=standing.mail,
        keys=len(settings.backup_keys),
        keep_days=settings.backup_keep_days,
        warn_hours=settings.backup_warn_hours,
    )
    return "Tình trạng hệ thống", html
