"""The log of breaches, as (title, HTML of the article)."""

from collections.abc import Sequence
from datetime import datetime

from processor.domain.access.officer import Session
from processor.domain.breach import Breach, Minute, deadline, left_words, urgency_of
from processor.domain.catalogue import Catalogue
from processor.rendering.desk.acts import act_title
from processor.rendering.pages import Page
from processor.rendering.templating import render

LOG = "/can-bo/su-co"
STATES = {"late": "Quá hạn báo", "near": "Sắp hết hạn báo", "open": "Đang mở", "closed": "Đã đóng"}
DEEDS = {"ghi-them": "note_breach", "da-bao": "notify_breach", "dong": "close_breach"}


def log_page(catalogue: Catalogue, session: Session, found: Sequence[Breach], now: datetime) -> Page:
    hours = catalogue.privacy.breach_hours
    rows = [(one, urgency_of(one, hours, now), left_words(one, hours, now)) for one in found]
    html = render("desk/breaches.html", session=session, rows=rows, states=STATES, hours=hours)
    return "Sự cố dữ liệu cá nhân", html


def breach_page(
    catalogue: Catalogue, session: Session, breach: Breach, minutes: Sequence[Minute], now: datetime, notice: str = ""
) -> Page:
    hours, handles = catalogue.privacy.breach_hours, session.officer.role in catalogue.privacy.may.handle
    deeds = [(path, act_title(catalogue, act)) for path, act in DEEDS.items() if path == "ghi-them" or handles]
    html = render(
        "desk/breach.html",
        session=session,
        breach=breach,
        minutes=minutes,
        urgency=urgency_of(breach, hours, now),
        left=left_words(breach, hours, now),
        deadline=deadline(breach, hours),
        states=STATES,
        hours=hours,
        deeds=[] if breach.closed_at else [one for one in deeds if one[0] != "da-bao" or breach.owes_notice],
        notice=notice,
    )
    return f"Sự cố số {breach.id}", html
