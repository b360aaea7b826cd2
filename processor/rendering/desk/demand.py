"""The closing of a year's demand summary on the desk, as (title, HTML of the article)."""

from collections.abc import Sequence

from markupsafe import Markup

from processor.domain.access.officer import Session
from processor.domain.figures.demand_closing import Closing, Waiting
from processor.domain.figures.report import Report
from processor.domain.forms.submission import Typed
from processor.rendering.desk.acts import Act
from processor.rendering.pages import Page
from processor.rendering.reports import tables_html
from processor.rendering.templating import render


def beside(year: int, deadline: str, closings: Sequence[Closing], may_close: bool) -> Markup:
    """What stands above the tables: until when, whether it is closed, the way to close it."""
    return render("desk/demand_beside.html", year=year, deadline=deadline, closings=closings, may_close=may_close)


def closing_page(session: Session, waiting: Waiting, act: Act, deadline: str, notice: str = "") -> Page:
    """The form of the closing; `notice` is why it was not done just now."""
    title = f"{act.title} năm {waiting.year}"
    html = render(
        "desk/demand_closing.html",
        session=session,
        waiting=waiting,
        act=act,
        title=title,
        deadline=deadline,
        notice=notice,
    )
    return (f"Lỗi: {title}" if notice or act.summary else title), html


def question_page(session: Session, waiting: Waiting, verb: str, typed: Typed) -> Page:
    kept = [(key, value) for key, values in typed.items() for value in values]
    document = typed.get("document_no", [""])[-1]
    html = render(
        "desk/demand_question.html", session=session, waiting=waiting, verb=verb, kept=kept, document=document
    )
    return f"{verb} năm {waiting.year}", html


def closed_page(
    session: Session, closing: Closing, report: Report, endings: Sequence[str], others: Sequence[Closing]
) -> Page:
    """The tables as they were closed."""
    html = render(
        "desk/demand_closed.html",
        session=session,
        closing=closing,
        report=report,
        endings=endings,
        others=others,
        tables=tables_html(report),
    )
    return f"{report.title}, chốt lần {closing.number}", html
