"""The ledger shows every fact once: known with its day and source, or unknown with who has to confirm it."""

from datetime import date

from bs4 import BeautifulSoup

from processor.domain.catalogue import Catalogue
from processor.rendering.ledger import known_html, unknown_html

TODAY = date(2026, 11, 24)


def rows(html: str) -> list[list[str]]:
    page = BeautifulSoup(html, "html.parser")
    return [[cell.get_text(strip=True) for cell in row.find_all("td")] for row in page.select("tbody tr")]


def test_every_fact_stands_in_one_of_the_two_tables(catalogue: Catalogue) -> None:
    known, unknown = rows(known_html(catalogue, TODAY)), rows(unknown_html(catalogue, TODAY))

    titles = [row[0] for row in [*known, *unknown]]

    assert sorted(titles) == sorted(fact.title for fact in catalogue.facts.values())


def test_a_known_fact_leads_to_the_provision_it_was_read_in(catalogue: Catalogue) -> None:
    page = BeautifulSoup(known_html(catalogue, TODAY), "html.parser")

    (row,) = [row for row in page.select("tbody tr") if "Kinh phí năm 2024" in row.get_text()]

    assert "810.000.000\u00a0đồng" in row.get_text() and "01/01/2024" in row.get_text()
    link = row.find("a")
    assert link and link["href"] == "/van-ban/ke-hoach-2024/#muc-ii-2-1"


def test_an_unknown_fact_says_who_has_to_confirm_it(catalogue: Catalogue) -> None:
    (row,) = [row for row in rows(unknown_html(catalogue, TODAY)) if row[0] == "Thời hạn giải quyết"]

    assert row[1:] == ["Thời hạn giải quyết chưa đọc được trong nguồn nào.", catalogue.agency.name]


def test_on_the_day_before_it_holds_a_fact_is_unknown(catalogue: Catalogue) -> None:
    titles = [row[0] for row in rows(unknown_html(catalogue, date(2023, 12, 31)))]

    assert "Kinh phí năm 2024" in titles
