"""The friction report: figures that plain SQL counts too, words, clauses and addresses; on both databases."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from processor.domain.agency import UNKNOWN
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.tally import Tally
from processor.services.parts import Wired
from processor.services.reports.friction import comparisons
from processor.settings import ROOT
from processor.storage.engine import reading, writing
from processor.storage.figures.tallies import add_tallies
from tests.desk import ACCEPT, START, DeskClock, a_dossier, a_dossier_in, answer, appraised
from tests.factories import a_form_like
from tests.reports import Told, rows_of, told
from tests.submissions import DOSSIER

YEAR = 2026
DAY = date(2026, 3, 2)
FEW = "dưới 5"
RATE = ("requested_amount", "amount_above_rate/listed_within_rate")


def count(wired: Wired, counts: Mapping[Tally, int], day: date = DAY) -> None:
    with writing(wired.engine) as connection:
        add_tallies(connection, day, counts)


def version(wired: Wired) -> str:
    return wired.catalogue.form(DOSSIER).version


def faults(wired: Wired, place: str, detail: str, times: int, of: str = "", other: str = "") -> dict[Tally, int]:
    return {Tally("fault", DOSSIER, of or version(wired), place, detail, other): times}


def checked(wired: Wired, part: str, times: int, of: str = "") -> dict[Tally, int]:
    return {
        Tally("checked", DOSSIER, of or version(wired), part): times,
        Tally("checked", DOSSIER, of or version(wired)): times,
    }


def row_of(report: Told, table: str, **wanted: Any) -> Told:
    (found,) = [row for row in rows_of(report, table) if all(row[name] == value for name, value in wanted.items())]
    return found


def test_each_fault_names_its_share_clause_address_and_source_line(either_desk: Wired) -> None:
    count(either_desk, checked(either_desk, "request", 40) | faults(either_desk, *RATE, 10))

    row = row_of(told(either_desk, "friction", YEAR), "faults", place="Số tiền đề nghị hỗ trợ")

    assert (row["drafts"], row["share"]) == (10, 25.0)
    assert row["code"] == RATE[1]
    assert row["clause"].startswith("Bài giới thiệu chính sách ngày 06/03/2023")
    assert row["link"] == f"/bieu-mau/{DOSSIER}/#field-requested_amount"
    file, line = row["line"].split(":")
    written = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert written.strip() == "- id: listed_within_rate"


def test_a_paper_names_what_it_is_asked_for_by_and_a_plain_question_that_nobody_read_why(either_desk: Wired) -> None:
    count(either_desk, faults(either_desk, "contracts", "file_required", 9))
    count(either_desk, faults(either_desk, "costs.amount", "money_unreadable", 8))

    report = told(either_desk, "friction", YEAR)

    paper = row_of(report, "faults", code="file_required")
    question = row_of(report, "faults", code="money_unreadable")
    assert paper["clause"] == "thường được yêu cầu, chưa đối chiếu"
    assert (question["clause"], question["line"]) == (UNKNOWN, "forms/shared/costs.yml:21")
    assert question["link"] == f"/bieu-mau/{DOSSIER}/#field-costs.0.amount"


def test_small_figures_are_withheld_and_stand_last(either_desk: Wired) -> None:
    count(either_desk, checked(either_desk, "certificate", 30))
    count(either_desk, faults(either_desk, "certificate_no", "text_required", 4))
    count(either_desk, faults(either_desk, "certification_body", "text_required", 5))

    rows = rows_of(told(either_desk, "friction", YEAR), "faults")

    assert [(row["drafts"], row["share"]) for row in rows] == [(5, 16.7), (FEW, FEW)]


def test_what_programs_were_refused_for_stands_apart(either_desk: Wired) -> None:
    count(either_desk, faults(either_desk, "note", "text_too_long", 7, other="api"))

    row = row_of(told(either_desk, "friction", YEAR), "faults", code="text_too_long")

    assert (row["drafts"], row["share"], row["programs"]) == (0, 0, 7)


def test_the_totals_are_those_that_plain_sql_counts(either_desk: Wired) -> None:
    for day in (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2025, 12, 31)):
        count(either_desk, faults(either_desk, "note", "text_too_long", 6), day)
        count(either_desk, {Tally("draft_started", DOSSIER, version(either_desk)): 11}, day)

    report = told(either_desk, "friction", YEAR)

    asked = "SELECT SUM(count) FROM tallies WHERE kind = :kind AND day BETWEEN '2026-01-01' AND '2026-12-31'"
    with reading(either_desk.engine) as connection:
        found = {
            kind: connection.execute(text(asked), {"kind": kind}).scalar_one() for kind in ("fault", "draft_started")
        }
    assert row_of(report, "faults", code="text_too_long")["drafts"] == found["fault"] == 12
    assert row_of(report, "funnel")["started"] == found["draft_started"] == 22


def test_drafts_given_up_tell_the_part_where_they_stood(either_desk: Wired) -> None:
    places = {"applicant": 8, "contracts": 6, "check": 5, "costs": 2}
    count(
        either_desk,
        {
            Tally("draft_given_up", DOSSIER, version(either_desk), place, "expired"): times
            for place, times in places.items()
        },
    )

    report = told(either_desk, "friction", YEAR)

    told_rows = [(row["part"], row["drafts"]) for row in rows_of(report, "given_up")]
    assert told_rows == [
        ("Thông tin đơn vị", 8),
        ("Hợp đồng tư vấn, đánh giá, chứng nhận", 6),
        ("Đã đủ, chưa bấm gửi", 5),
        ("Chi phí đã chi", FEW),
    ]
    assert row_of(report, "funnel")["given_up"] == 19


def test_remedies_are_told_by_what_changed(either_desk: Wired) -> None:
    key = (DOSSIER, version(either_desk), *RATE)
    count(either_desk, faults(either_desk, *RATE, 14))
    count(either_desk, {Tally("corrected", *key, "costs.amount"): 8, Tally("stood", *key, "costs.amount"): 20})
    count(either_desk, {Tally("corrected", *key, "version"): 5, Tally("stood", *key, "version"): 5})

    report = told(either_desk, "friction", YEAR)

    assert [(row["by"], row["drafts"], row["checks"]) for row in rows_of(report, "remedies")] == [
        ("Số tiền", 8, 2.5),
        ("Biểu mẫu đổi phiên bản", 5, 1.0),
    ]
    assert (row_of(report, "faults")["corrected"], row_of(report, "faults")["checks"]) == (13, 1.9)


def test_supplements_are_told_by_paper_and_reason(either_desk: Wired) -> None:
    for _ in range(5):
        a_dossier_in(either_desk, "supplement_requested")

    row = row_of(told(either_desk, "friction", YEAR), "supplements")

    assert (row["item"], row["reason"], row["times"]) == ("Hợp đồng tư vấn, đánh giá, chứng nhận", "Thiếu", 5)
    assert row["line"].startswith("forms/")


def test_the_days_of_the_organisation_stand_apart_from_those_of_the_office(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    for _ in range(5):
        sent = a_dossier(either_desk)
        desk_clock.move(days=2)
        ACCEPT(either_desk, sent)
        START(either_desk, sent)
        appraised("request_supplement")(either_desk, sent)
        desk_clock.move(days=3)
        answer(either_desk, sent)

    report = told(either_desk, "friction", YEAR)

    first = row_of(report, "days", status="Đã gửi")
    waiting = row_of(report, "days", whose="Tổ chức")
    assert (first["whose"], first["stays"], first["median"], first["sum"]) == ("Cơ quan", 5, 2.0, 10.0)
    assert (waiting["stays"], waiting["median"], waiting["sum"]) == (5, 3.0, 15.0)


def test_the_days_of_a_few_dossiers_are_withheld(either_desk: Wired, desk_clock: DeskClock) -> None:
    sent = a_dossier(either_desk)
    desk_clock.move(days=2)
    ACCEPT(either_desk, sent)

    row = row_of(told(either_desk, "friction", YEAR), "days")

    assert (row["stays"], row["median"], row["sum"]) == (FEW, FEW, FEW)


def test_a_year_without_anything_is_an_empty_report(either_desk: Wired) -> None:
    report = told(either_desk, "friction", 2029)

    assert report["empty"] and not any(table["rows"] for table in report["tables"])


@pytest.fixture
def simplified(either_desk: Wired) -> tuple[Wired, FormDefinition]:
    """An older version of the form asked for one paper more; both were used, the change came within the year."""
    form = either_desk.catalogue.form(DOSSIER)
    more = Item(id="plan", title="Kế hoạch ví dụ", basis=form.items[0].basis, guidance="Ví dụ.", accept=("pdf",))
    older = a_form_like(form, items=(*form.items, more))
    with writing(either_desk.engine) as connection:
        row = {"form_id": DOSSIER, "version": older.version, "document": older.document}
        connection.execute(
            text("INSERT INTO definitions VALUES (:form_id, :version, :document, '2025-01-02 00:00:00+00:00')")
            if either_desk.engine.dialect.name == "postgresql"
            else text("INSERT INTO definitions VALUES (:form_id, :version, :document, '2025-01-02 00:00:00.000000')"),
            row,
        )
    return either_desk, older


def test_a_simplification_shows_its_effect(simplified: tuple[Wired, FormDefinition]) -> None:
    wired, older = simplified
    last_year = date(2025, 6, 1)
    count(wired, checked(wired, "certificate", 40, older.version), last_year)
    count(wired, faults(wired, "certificate_no", "text_required", 20, older.version), last_year)
    count(wired, {Tally("checked", DOSSIER, older.version, "plan"): 40})
    count(wired, faults(wired, "plan", "file_required", 30, older.version))
    count(wired, checked(wired, "certificate", 50) | faults(wired, "certificate_no", "text_required", 5))

    count(wired, faults(wired, "certification_body", "text_required", 3))

    report = told(wired, "friction", YEAR)
    (change,) = comparisons(wired, YEAR)

    paper = row_of(report, "before_after", place="Kế hoạch ví dụ")
    number = row_of(report, "before_after", place="Số giấy chứng nhận hoặc công nhận")
    few = row_of(report, "before_after", place="Tổ chức cấp")
    assert (paper["share_before"], paper["share_after"]) == (75.0, "không hỏi")
    assert (number["share_before"], number["share_after"], number["points"]) == (50.0, 10.0, -40.0)
    assert (few["share_before"], few["share_after"], few["points"]) == (0.0, FEW, FEW)
    assert "Bỏ giấy tờ “Kế hoạch ví dụ”." in [row["change"] for row in rows_of(report, "changes")]
    assert list(change.words) == [row["change"] for row in rows_of(report, "changes")]
    assert change.title == wired.catalogue.form(DOSSIER).title


def test_a_year_without_a_change_compares_nothing(either_desk: Wired) -> None:
    count(either_desk, checked(either_desk, "certificate", 40) | faults(either_desk, "note", "text_too_long", 9))

    assert comparisons(either_desk, YEAR) == []
    assert rows_of(told(either_desk, "friction", YEAR), "before_after") == []
