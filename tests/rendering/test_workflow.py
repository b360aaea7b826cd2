"""The process is drawn and tabled from one definition."""

from datetime import date

from bs4 import BeautifulSoup

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.rendering.workflow import picture_html, shown_steps, table_html

TODAY = date(2026, 11, 24)


def test_picture_and_table_tell_the_same_steps_in_their_order(catalogue: Catalogue) -> None:
    drawn = BeautifulSoup(picture_html(catalogue, TODAY), "html.parser").select("ol > li strong")
    tabled = BeautifulSoup(table_html(catalogue, TODAY), "html.parser").select("tbody tr td:first-child")

    titles = [f"{place}. {step.title}" for place, step in enumerate(catalogue.workflow.steps, 1)]
    assert [step.get_text(strip=True) for step in drawn] == titles
    assert [step.get_text(strip=True) for step in tabled] == titles


def test_what_nobody_has_read_is_told_as_unknown(catalogue: Catalogue) -> None:
    told = {step.title: step.state for step in shown_steps(catalogue, TODAY)}

    assert told["Thẩm định"] == f"Thời hạn: {UNKNOWN}"


def test_an_arrow_turns_where_someone_else_goes_on(catalogue: Catalogue) -> None:
    steps = shown_steps(catalogue, TODAY)

    assert [step.turns for step in steps] == [
        False,
        *(a.lane != b.lane for a, b in zip(steps, steps[1:], strict=False)),
    ]
