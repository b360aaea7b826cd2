"""Why a dossier is due on that day, told range by range, the same on the desk and from the command."""

import pytest
from bs4 import BeautifulSoup

from processor.domain.days.calendar import UNCHECKED
from processor.domain.days.clock import Reckoning, reckon
from processor.rendering.desk.clock import explanation, explanation_html, explanation_text
from tests.working_days import SHIPPED, a_calendar, a_pause, at

OVER_TET = reckon(SHIPPED, at("2026-02-10T09:00"), 15)
WAITING = reckon(SHIPPED, at("2026-03-02T09:00"), 10, [a_pause("2026-03-05T15:00")])
ANSWERED = reckon(SHIPPED, at("2026-03-07T09:00"), 5, [a_pause("2026-03-11T15:00", "2026-03-16T09:00")])
OVER_NEW_YEAR = reckon(SHIPPED, at("2025-12-25T09:00"), 10)
PROVISIONAL = reckon(SHIPPED, at("2027-01-28T09:00"), 10)


def test_the_example_of_the_content_guide_is_told_word_for_word() -> None:
    explained = explanation(SHIPPED, OVER_TET)

    assert explained.title == "Vì sao là thứ Ba, ngày 10/03/2026?"
    received = "Nhận lúc 09 giờ 00, thứ Ba, ngày 10/02/2026."
    assert explained.opening == f"{received} Thời hạn 15 ngày làm việc, tính từ ngày làm việc kế tiếp."
    assert [row.cells for row in explained.rows] == [
        ("11/02-13/02", "3", "3", "thứ Tư đến thứ Sáu"),
        ("14/02-15/02", "0", "3", "thứ Bảy, Chủ nhật"),
        ("16/02-20/02", "0", "3", f"nghỉ Tết ({UNCHECKED})"),
        ("21/02-22/02", "0", "3", "thứ Bảy, Chủ nhật"),
        ("23/02-27/02", "5", "8", "thứ Hai đến thứ Sáu"),
        ("28/02-01/03", "0", "8", "thứ Bảy, Chủ nhật"),
        ("02/03-06/03", "5", "13", "thứ Hai đến thứ Sáu"),
        ("07/03-08/03", "0", "13", "thứ Bảy, Chủ nhật"),
        ("09/03-10/03", "2", "15", "thứ Hai, thứ Ba: hết hạn"),
    ]
    calendar = f"Lịch bản {SHIPPED.version}; hạn đã in không đổi khi lịch được sửa."
    assert explained.closing == (f"28 ngày theo lịch: 15 ngày tính, 13 ngày nghỉ. {calendar}",)


def test_days_that_were_exchanged_stand_apart_with_their_document_and_year() -> None:
    told = {row.days: row.why for row in explanation(SHIPPED, OVER_NEW_YEAR).rows}

    document = "12729/VPCP-KGVX ngày 25/12/2025"
    assert told["02/01/2026"] == f"nghỉ, làm bù ngày 10/01/2026 ({document})"
    assert told["10/01/2026"] == f"thứ Bảy, làm bù cho ngày 02/01/2026 ({document}): hết hạn"


def test_waiting_for_a_supplement_is_one_range_and_is_summed_apart() -> None:
    explained = explanation(SHIPPED, ANSWERED)

    assert ("12/03-16/03", "0", "2", "chờ tổ chức bổ sung") in [row.cells for row in explained.rows]
    sums = "12 ngày theo lịch: 5 ngày tính, 1 ngày nghỉ, 1 ngày coi như ngày nhận hồ sơ, 5 ngày chờ tổ chức bổ sung."
    assert explained.closing[0].startswith(sums)


def test_while_waiting_it_says_why_there_is_no_due_day() -> None:
    explained = explanation(SHIPPED, WAITING)

    assert explained.title == "Vì sao chưa có ngày đến hạn?"
    assert explained.closing[-1].startswith("Tạm dừng từ 05/03/2026 để chờ tổ chức bổ sung;")
    assert "hết hạn" not in explanation_text(SHIPPED, WAITING)


def test_a_year_whose_holidays_are_not_announced_is_told_to_be_provisional() -> None:
    explained = explanation(SHIPPED, PROVISIONAL)

    assert ("04/02-10/02", "0", "4", f"nghỉ Tết (tạm tính, {UNCHECKED})") in [row.cells for row in explained.rows]
    assert explained.closing[-1] == "Lịch từ năm 2027 là tạm tính: chưa có thông báo lịch nghỉ."


def test_asked_for_a_supplement_on_the_day_of_receipt_there_is_nothing_to_list() -> None:
    at_once = reckon(SHIPPED, at("2026-03-02T09:00"), 5, [a_pause("2026-03-02T10:00")])

    assert explanation(SHIPPED, at_once).rows == ()


@pytest.mark.parametrize("reckoning", [OVER_TET, WAITING, ANSWERED, OVER_NEW_YEAR, PROVISIONAL])
def test_the_desk_and_the_command_tell_the_same(reckoning: Reckoning) -> None:
    explained = explanation(SHIPPED, reckoning)
    text = explanation_text(SHIPPED, reckoning).splitlines()
    html = BeautifulSoup(explanation_html(SHIPPED, reckoning), "html.parser")

    rows = [tuple(cell.get_text() for cell in row.select("td")) for row in html.select("tbody tr")]
    assert rows == [row.cells for row in explained.rows]
    assert [line.split(maxsplit=3) for line in text[4 : 4 + len(rows)]] == [list(row) for row in rows]
    told = [html.summary, *html.select("p")]
    assert [part.get_text() for part in told if part] == [explained.title, explained.opening, *explained.closing]
    assert all(line in text for line in (explained.title, explained.opening, *explained.closing))


def test_what_the_file_says_is_escaped() -> None:
    marked = {"date": "2026-03-03", "reason": "nghỉ <b>", "document": "1 & 2 (bịa)"}
    calendar = a_calendar(days_off=[marked])

    html = explanation_html(calendar, reckon(calendar, at("2026-03-02T09:00"), 1))

    assert "nghỉ &lt;b&gt; (1 &amp; 2 (bịa))" in html
