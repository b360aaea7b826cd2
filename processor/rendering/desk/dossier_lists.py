"""The page of a list that is being made, as (title, HTML of the article)."""

from processor.domain.access.officer import Session
from processor.domain.dossier_list import KEPT, AskedList
from processor.domain.vietnamese import grouped, moment
from processor.rendering.pages import Page
from processor.rendering.templating import render


def list_page(session: Session, asked: AskedList) -> Page:
    until = moment(asked.finished_at + KEPT) if asked.finished_at else ""
    html = render(
        "desk/dossier_list.html",
        session=session,
        asked=asked,
        written=grouped(asked.written),
        total=None if asked.total is None else grouped(asked.total),
        until=until,
        ending=asked.ending.upper(),
    )
    return "Danh sách hồ sơ", html
