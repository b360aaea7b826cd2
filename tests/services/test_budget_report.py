"""The budget of a year as the Department reports it: to the đồng what the books say."""

import pytest
from sqlalchemy import text

from processor.services.appraisal.decisions import give_account, record_payment
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.storage.engine import reading
from tests.desk import AMOUNT, DOCUMENT, ENVELOPE, DeskClock, a_dossier_in, hand_result_over, led, officer
from tests.reports import rows_of, told, total_of

YEAR = 2026


@pytest.fixture
def a_year(either_desk: Wired) -> Wired:
    """One paid, one decided, one sent back, one proposed, one waiting."""
    paid = a_dossier_in(either_desk, "approved")
    a_dossier_in(either_desk, "approved", organisation_name="Hợp tác xã Ví dụ Hai")
    led("send_back")(either_desk, a_dossier_in(either_desk, "proposed"))
    a_dossier_in(either_desk, "proposed")
    a_dossier_in(either_desk, "submitted")
    account = {"account_holder": ["HTX Ví dụ"], "account_no": ["0123 456 789"], "bank": ["Ngân hàng Ví dụ"]}
    hand_result_over(either_desk, paid)
    give_account(either_desk, track(either_desk, paid.reference, paid.access_code), account)
    receipt = {"paid_on": ["24/11/2026"], "paid_document": ["Ủy nhiệm chi số 12"]}
    record_payment(either_desk, officer(either_desk, "intake"), paid.reference, receipt)
    return either_desk


def test_the_summary_says_what_is_held_decided_paid_and_left(a_year: Wired) -> None:
    report = told(a_year, "budget", YEAR)

    assert [row["amount"] for row in rows_of(report, "summary")] == [
        ENVELOPE,
        AMOUNT,
        2 * AMOUNT,
        AMOUNT,
        ENVELOPE - 3 * AMOUNT,
        2 * AMOUNT,
    ]
    assert report["method"][0] == f"Kinh phí: {DOCUMENT}."


def test_support_types_and_months_add_up_to_the_books(a_year: Wired) -> None:
    report = told(a_year, "budget", YEAR)

    with reading(a_year.engine) as connection:
        books = connection.execute(text("SELECT reserved, committed, paid FROM budgets WHERE year = 2026")).one()
        signed = "SUM(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE 0 END)"
        held = connection.execute(text(f"SELECT {signed} FROM budget_entries")).scalar_one()
    by_type, by_month = total_of(report, "by_support_type"), total_of(report, "by_month")
    assert (by_type["reserved"], by_type["committed"], by_type["paid"]) == tuple(books)
    assert (by_month["reserved"], by_month["committed"], by_month["paid"]) == (int(held), books[1], books[2])


def test_what_was_done_stands_in_the_month_of_viet_nam(either_desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = desk_clock.now.replace(month=3, day=31, hour=17, minute=30)
    a_dossier_in(either_desk, "approved", certificate_issued_on="01/03/2026", certificate_expires_on="01/03/2029")

    months = {row["month"]: row["committed"] for row in rows_of(told(either_desk, "budget", YEAR), "by_month")}

    assert (months["03/2026"], months["04/2026"]) == (0, AMOUNT)


def test_the_queue_tells_what_the_open_dossiers_ask_for(a_year: Wired) -> None:
    (row,) = rows_of(told(a_year, "budget", YEAR), "queue")

    assert (row["dossiers"], row["requested"]) == (2, 2 * AMOUNT)


def test_a_year_without_money_is_an_empty_report_that_says_so(a_year: Wired) -> None:
    report = told(a_year, "budget", 2029)

    assert report["empty"]
    assert [row["amount"] for row in rows_of(report, "summary")][:5] == [None] * 5
    assert rows_of(report, "by_month") == rows_of(report, "by_support_type") == []
