"""The money of a year: what is set, held, decided, paid and left, as (title, HTML of the article)."""

from collections.abc import Sequence

from processor.domain.access.officer import Session
from processor.domain.figures.budget import BudgetEntry, Envelope
from processor.rendering.pages import Page
from processor.rendering.templating import render

KINDS = {
    "set": "Đặt kinh phí",
    "reserve": "Giữ khi trình",
    "commit": "Quyết định hỗ trợ",
    "release": "Trả lại",
    "pay": "Đã chi",
}


def budget_page(session: Session, envelopes: Sequence[Envelope], year: int, moves: Sequence[BudgetEntry]) -> Page:
    chosen = next((one for one in envelopes if one.year == year), None)
    html = render(
        "desk/budget.html", session=session, envelopes=envelopes, chosen=chosen, year=year, moves=moves, kinds=KINDS
    )
    return f"Kinh phí năm {year}", html
