"""Pages for everybody that the database fills: figures, and questions that were answered."""

from collections.abc import Sequence

from processor.domain.figures.report import Report, ReportText
from processor.domain.reply import PublishedAnswer
from processor.rendering.pages import Page
from processor.rendering.reports import tables_html
from processor.rendering.templating import render


def statistics_page(text: ReportText, report: Report | None) -> Page:
    """`report` is None before the figures were made for the first time."""
    html = render("statistics.html", text=text, report=report, tables=tables_html(report) if report else "")
    return text.title, html


def answers_page(answers: Sequence[PublishedAnswer]) -> Page:
    return "Câu hỏi đã trả lời", render("public_answers.html", answers=answers)
