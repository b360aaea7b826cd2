"""The demand summary against totals counted independently, by plain SQL and by pandas."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from processor.domain.tally import Tally
from processor.services.demo.demo import fill
from processor.services.parts import Wired
from processor.settings import Settings
from processor.storage.engine import reading, writing
from processor.storage.figures.tallies import add_tallies
from processor.wiring import wire
from tests.desk import AMOUNT, ENVELOPE, DeskClock, a_dossier, a_dossier_in
from tests.needs import CEILING, CODES, HACCP, ISO, TRACING, a_registration, registrations_of
from tests.reports import Told, rows_of, told, total_of

YEAR = 2027
FIGURES = ("organisations", "needs", "declared", "expected", "without_level")
ALL_WAYS = ("by_support_type", "by_standard", "by_kind", "by_former_province", "by_commune")


def figures(row: Told) -> tuple[Any, ...]:
    return tuple(row[name] for name in FIGURES)


def by_name(report: Told, table: str) -> Mapping[str, tuple[Any, ...]]:
    return {row["name"]: figures(row) for row in rows_of(report, table)}


def test_needs_are_added_up_in_every_way(either_desk: Wired) -> None:
    a_registration(either_desk, ISO, HACCP, tax_code=CODES[0], organisation_kind="enterprise", commune_code="07210")
    a_registration(either_desk, TRACING, tax_code=CODES[1], commune_code="09169")

    report = told(either_desk, "demand", YEAR)

    assert by_name(report, "by_support_type") == {
        "Hỗ trợ áp dụng tiêu chuẩn và hệ thống quản lý": (1, 2, 180_000_000, CEILING, 1),
        "Hỗ trợ áp dụng truy xuất nguồn gốc": (1, 1, 30_000_000, None, 1),
    }
    assert by_name(report, "by_standard") == {
        "ISO 22000": (1, 1, 120_000_000, CEILING, 0),
        "HACCP": (1, 1, 60_000_000, None, 1),
    }
    assert by_name(report, "by_kind") == {
        "Doanh nghiệp": (1, 2, 180_000_000, CEILING, 1),
        "Hợp tác xã": (1, 1, 30_000_000, None, 1),
    }
    assert by_name(report, "by_former_province") == {
        "Bắc Giang": (1, 2, 180_000_000, CEILING, 1),
        "Bắc Ninh": (1, 1, 30_000_000, None, 1),
    }
    assert [row["former_province"] for row in rows_of(report, "by_commune")] == ["Bắc Giang", "Bắc Ninh"]
    assert figures(total_of(report, "by_commune")) == (2, 3, 210_000_000, CEILING, 2)


def test_an_organisation_counts_once_with_its_newest_and_the_earlier_one_is_listed(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    first = a_registration(either_desk, ISO, TRACING)
    desk_clock.move(days=3)
    newer = a_registration(either_desk, HACCP)

    report = told(either_desk, "demand", YEAR)

    assert figures(total_of(report, "by_support_type")) == (1, 1, 60_000_000, None, 1)
    (double,) = rows_of(report, "doubles")
    assert (double["reference"], double["counted_reference"]) == (first.reference, newer.reference)
    assert (double["received_on"], double["counted_on"]) == ("2026-11-24", "2026-11-27")


def test_what_was_withdrawn_does_not_count_and_the_one_before_counts_again(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    a_registration(either_desk, ISO)
    desk_clock.move(hours=1)
    newer = a_registration(either_desk, HACCP)
    withdraw_registration(either_desk, newer.reference)

    report = told(either_desk, "demand", YEAR)

    assert figures(total_of(report, "by_support_type")) == (1, 1, 120_000_000, CEILING, 0)
    assert rows_of(report, "doubles") == []
    compared = {row["item"]: row["this_year"] for row in rows_of(report, "comparison")}
    assert compared["Số đăng ký đã rút"] == 1


def withdraw_registration(wired: Wired, reference: str) -> None:
    """By hand in the table: the way there is another test's."""
    with writing(wired.engine) as connection:
        connection.execute(
            text("UPDATE dossiers SET status = 'withdrawn' WHERE reference = :reference"), {"reference": reference}
        )


def test_a_year_is_that_of_the_needs_not_that_of_receipt(either_desk: Wired) -> None:
    a_registration(either_desk, ISO, year=2026)
    a_registration(either_desk, HACCP, year=2027)

    years = {year: total_of(told(either_desk, "demand", year), "by_support_type")["needs"] for year in (2026, 2027)}

    assert years == {2026: 1, 2027: 1}
    assert told(either_desk, "demand", 2028)["empty"]


def test_it_is_compared_with_the_year_before_and_with_what_was_granted(either_desk: Wired) -> None:
    registrations_of(either_desk, CODES[:3], ISO, year=2026)
    registrations_of(either_desk, CODES[:2], ISO, TRACING)
    for status in ("approved", "approved", "proposed"):
        a_dossier_in(either_desk, status)

    report = told(either_desk, "demand", YEAR)

    compared = {
        row["item"]: (row["last_year"], row["this_year"], row["difference"]) for row in rows_of(report, "comparison")
    }
    assert compared["Số đơn vị đăng ký"] == (3, 2, -1)
    assert compared["Chi phí dự kiến khai (đồng)"] == (360_000_000, 300_000_000, -60_000_000)
    assert compared["Hỗ trợ ước tính, phần đã rõ mức (đồng)"] == (3 * CEILING, 2 * CEILING, -CEILING)
    assert compared["Kinh phí được giao (đồng)"] == (ENVELOPE, "chưa được giao", "không so được")
    assert compared["Đã hỗ trợ theo quyết định (đồng)"] == (2 * AMOUNT, 0, -2 * AMOUNT)
    granted = rows_of(report, "granted")[0]
    assert (granted["last_organisations"], granted["last_dossiers"], granted["last_granted"]) == (3, 2, 2 * AMOUNT)
    with reading(either_desk.engine) as connection:
        books = connection.execute(text("SELECT committed FROM budgets WHERE year = 2026")).scalar_one()
    assert total_of(report, "granted")["last_granted"] == int(books)


def test_a_year_before_that_nobody_registered_for_cannot_be_compared(either_desk: Wired) -> None:
    a_registration(either_desk, ISO)

    compared = {row["item"]: row for row in rows_of(told(either_desk, "demand", YEAR), "comparison")}

    assert compared["Số nhu cầu"]["last_year"] == "không có số liệu"
    assert compared["Số nhu cầu"]["difference"] == "không so được"


def test_one_ended_year_gives_two_scenarios_each_with_its_assumption_and_no_interval(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    desk_clock.now = datetime(2026, 3, 2, 2, tzinfo=UTC)
    registrations_of(either_desk, CODES[:4], ISO, year=2026)
    cert = {"certificate_issued_on": "01/02/2026", "certificate_expires_on": "01/02/2029"}
    a_dossier_in(either_desk, "approved", tax_code=CODES[0], **cert)
    a_dossier_in(either_desk, "rejected", tax_code=CODES[1], **cert)
    a_dossier_in(either_desk, "approved", tax_code=CODES[5], **cert)
    with writing(either_desk.engine) as connection:
        day = either_desk.today()
        add_tallies(connection, day, {Tally("wizard", "w", detail="no"): 3, Tally("wizard", "w", detail="yes"): 5})
        add_tallies(connection, day, {Tally("draft_given_up", "ho-so-truy-xuat", "v", "p", "h"): 2})
    desk_clock.now = datetime(2027, 1, 5, 2, tzinfo=UTC)
    registrations_of(either_desk, CODES[:4], ISO, TRACING, year=2027)

    report = told(either_desk, "demand", YEAR)

    (past,) = rows_of(report, "history")
    assert (past["registered"], past["filed"], past["granted"], past["refused"], past["others_filed"]) == (
        4,
        2,
        1,
        1,
        1,
    )
    assert (past["filed_share"], past["granted_share"]) == (50.0, 25.0)
    assert (past["given_up"], past["judged"], past["ineligible"]) == (2, 8, 3)
    low, high = rows_of(report, "forecast")
    assert (low["filing"], low["granted"], low["support"]) == (2, 1, CEILING)
    assert (high["filing"], high["granted"], high["support"]) == (4 + 1 + 2, 4 + 1, 4 * CEILING)
    assert "2026" in low["assumption"] and "không đăng ký mà gửi (1)" in high["assumption"]
    assert any("dưới ba năm" in paragraph for paragraph in report["method"])


def test_three_ended_years_give_an_interval(either_desk: Wired, desk_clock: DeskClock) -> None:
    for year, filing in ((2024, 1), (2025, 2), (2026, 3)):
        desk_clock.now = datetime(year, 3, 2, 2, tzinfo=UTC)
        registrations_of(either_desk, CODES[:4], TRACING, year=year)
        issued = {"certificate_issued_on": f"01/02/{year}", "certificate_expires_on": f"01/02/{year + 3}"}
        for code in CODES[:filing]:
            a_dossier(either_desk, tax_code=code, **issued)
    desk_clock.now = datetime(2027, 1, 5, 2, tzinfo=UTC)
    registrations_of(either_desk, CODES[:4], TRACING)

    report = told(either_desk, "demand", YEAR)

    assert [row["filing"] for row in rows_of(report, "forecast")] == [1, 2, 3]
    assert [row["support"] for row in rows_of(report, "forecast")] == [None] * 3
    assert any("2024, 2025, 2026" in paragraph and "xác suất 50%" in paragraph for paragraph in report["method"])


def test_this_year_that_has_not_ended_teaches_nothing_yet(either_desk: Wired) -> None:
    registrations_of(either_desk, CODES[:2], ISO, year=2026)
    a_registration(either_desk, ISO)

    report = told(either_desk, "demand", YEAR)

    assert rows_of(report, "history")[0]["year"] == "2026 (chưa hết năm)"
    low, _ = rows_of(report, "forecast")
    assert low["filing"] == "chưa rõ"


def test_only_the_day_of_the_plan_is_a_deadline(either_desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = datetime(2024, 10, 1, 2, tzinfo=UTC)

    assert any(
        "trước ngày 15/10/2024" in one and "Còn 14 ngày" in one for one in told(either_desk, "demand", 2025)["method"]
    )
    assert any("chưa có kế hoạch nào ghi" in one for one in told(either_desk, "demand", 2026)["method"])
    assert not any("15/10" in one for one in told(either_desk, "demand", 2026)["method"])


def test_a_year_without_registrations_is_an_empty_report_that_says_so(either_desk: Wired) -> None:
    report = told(either_desk, "demand", 2029)

    assert report["empty"]
    assert [rows_of(report, table) for table in (*ALL_WAYS, "forecast", "doubles")] == [[]] * 7


NEWEST = """
WITH standing AS (
  SELECT d.id, d.received_at, d.tax_code, d.organisation_name, d.commune_code, d.answers,
    COALESCE(d.tax_code, {registration_no} || d.organisation_name) AS who
  FROM dossiers d WHERE d.kind = 'pre_registration' AND d.status <> 'withdrawn' AND {need_year} = :year
), newest AS (
  SELECT s.* FROM standing s WHERE NOT EXISTS (
    SELECT 1 FROM standing o WHERE o.who = s.who AND (o.received_at, o.id) > (s.received_at, s.id))
)
SELECT COUNT(*), SUM({needs}), (SELECT COUNT(*) FROM standing) FROM newest
"""
DIALECTS = {
    "sqlite": {
        "registration_no": "json_extract(d.answers, '$.registration_no')",
        "need_year": "json_extract(d.answers, '$.need_year')",
        "needs": "json_array_length(answers, '$.needs')",
    },
    "postgresql": {
        "registration_no": "(d.answers ->> 'registration_no')",
        "need_year": "(d.answers ->> 'need_year')::int",
        "needs": "json_array_length(answers -> 'needs')",
    },
}


@pytest.fixture(scope="module")
def demo_year(tmp_path_factory: pytest.TempPathFactory) -> Any:
    wired = wire(Settings(clamd_url="none", data=tmp_path_factory.mktemp("demo")))
    fill(wired, 120, 2024)
    yield wired
    wired.engine.dispose()


def test_the_seeded_demonstration_agrees_with_plain_sql(demo_year: Wired) -> None:
    for year in (demo_year.today().year, demo_year.today().year + 1):
        report = told(demo_year, "demand", year)

        with reading(demo_year.engine) as connection:
            sql = NEWEST.format(**DIALECTS[connection.dialect.name])
            organisations, needs, standing = connection.execute(text(sql), {"year": year}).one()
        assert [figures(total_of(report, table))[:2] for table in ALL_WAYS if table != "by_standard"] == [
            (organisations, needs)
        ] * 4
        assert len(rows_of(report, "doubles")) == standing - organisations


def test_the_seeded_demonstration_agrees_with_pandas_to_the_dong(demo_year: Wired) -> None:
    year = demo_year.today().year + 1
    report = told(demo_year, "demand", year)

    frame = needs_frame(demo_year, year)

    assert by_name(report, "by_support_type") == added_up(frame, titles(demo_year), "support_type")
    standards = {
        one.value: one.label for name in ("listed_standards", "other_standards") for one in options(demo_year, name)
    }
    graded = frame[frame.support_type == "standard_management_system"]
    assert by_name(report, "by_standard") == added_up(graded, standards | {"": "chưa chọn tiêu chuẩn"}, "standard")
    assert by_name(report, "by_commune") == added_up(frame, demo_year.catalogue.communes.names, "commune")
    assert figures(total_of(report, "by_kind")) == (
        frame.who.nunique(),
        int(frame.needs.sum()),
        int(frame.cost.sum()),
        int(frame.expected.sum()),
        int(frame.needs[frame.expected.isna()].sum()),
    )


def options(wired: Wired, fact: str) -> Sequence[Any]:
    return wired.catalogue.facts[fact].options_ever()


def titles(wired: Wired) -> Mapping[str, str]:
    return {id: one.title for id, one in wired.catalogue.support_types.items()}


def needs_frame(wired: Wired, year: int) -> pd.DataFrame:
    """One line for each organisation and standard: its newest registration, the ceiling shared."""
    with reading(wired.engine) as connection:
        read = pd.read_sql(
            text("SELECT id, status, received_at, answers FROM dossiers WHERE kind = 'pre_registration'"), connection
        )
    told = read.join(pd.json_normalize([json.loads(one) for one in read.answers]))
    told = told[(told.status != "withdrawn") & (told.need_year == year)]
    told["who"] = told.tax_code.where(told.tax_code.notna(), told.organisation_name)
    newest = told.sort_values(["received_at", "id"]).drop_duplicates("who", keep="last")
    long = newest[["who", "commune_code", "organisation_kind", "needs"]].explode("needs").reset_index(drop=True)
    long = long.drop(columns="needs").join(pd.json_normalize(list(long.needs)))
    long["standard"] = long.standard.fillna("")
    grouped = long.groupby(["who", "commune_code", "support_type", "standard"], as_index=False)
    lines = grouped.agg(needs=("expected_cost", "size"), cost=("expected_cost", "sum"))
    listed = {one.value for one in options(wired, "listed_standards")}
    half = (lines.cost // 2).clip(upper=CEILING).astype("Int64")
    lines["expected"] = half.where(lines.standard.isin(listed))
    named: pd.DataFrame = lines.rename(columns={"commune_code": "commune"})
    return named


def added_up(frame: pd.DataFrame, labels: Mapping[str, str], by: str) -> Mapping[str, tuple[Any, ...]]:
    found = {}
    for key, part in frame.groupby(by):
        known = part.expected.dropna()
        unknown = int(part.needs[part.expected.isna()].sum())
        amounts = (int(part.needs.sum()), int(part.cost.sum()), int(known.sum()) if len(known) else None, unknown)
        found[labels[str(key)]] = (int(part.who.nunique()), *amounts)
    return found


def test_the_totals_of_the_seeded_demonstration_are_known(demo_year: Wired) -> None:
    """Whatever else the demonstration invents: a pre-registration depends on the seed and its number alone."""
    report = told(demo_year, "demand", demo_year.today().year + 1)

    assert figures(total_of(report, "by_support_type")) == (20, 38, 4_086_000_000, 45_500_000, 36)
    assert len(rows_of(report, "doubles")) == 5
