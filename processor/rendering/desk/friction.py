"""What a change of a form did: shares before and after, beside what was changed."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from markupsafe import Markup

from processor.domain.access.officer import Session
from processor.domain.figures.report import Cell, Row, cell_words
from processor.rendering.pages import Page
from processor.rendering.templating import render

BEFORE_AFTER = "/can-bo/bao-cao/friction/truoc-sau"


class Compared(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def changed_on(self) -> date: ...
    @property
    def words(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def percent_words(cell: Cell) -> str:
    return cell_words(cell, "percent")


def before_after_page(session: Session, found: Sequence[Compared], year: int, years: Sequence[int]) -> Page:
    title = f"Trước và sau khi đổi biểu mẫu, năm {year}"
    html = render(
        "desk/before_after.html",
        session=session,
        title=title,
        found=found,
        year=year,
        years=years,
        percent=percent_words,
    )
    return title, html


def link_to_before_after(year: int) -> Markup:
    return render("desk/before_after_link.html", address=f"{BEFORE_AFTER}?nam={year}")
