"""Obstacles of a year: by clause and by topic, without the names of persons."""

import json

from processor.services.appraisal.feedback import answer_feedback, forward_feedback
from processor.services.appraisal.withdrawal import withdraw
from processor.services.following.tracking import track
from processor.services.parts import Wired
from tests.desk import officer
from tests.feedback import ANSWER, CLAUSE, a_feedback, answer_typed, forward_typed
from tests.reports import rows_of, told, total_of

YEAR = 2026


def a_year(wired: Wired) -> Wired:
    """One open, one answered, one forwarded, one withdrawn."""
    by = officer(wired, "intake")
    a_feedback(wired, proposal="Bỏ bớt một giấy tờ (ví dụ).")
    answer_feedback(wired, by, a_feedback(wired, topic="payment").reference, answer_typed())
    forward_feedback(wired, by, a_feedback(wired).reference, forward_typed())
    gone = a_feedback(wired)
    withdraw(wired, track(wired, gone.reference, gone.access_code), "")
    return wired


def test_every_piece_counts_once_under_its_clause_and_its_topic(either_desk: Wired) -> None:
    report = told(a_year(either_desk), "obstacles", YEAR)

    clauses = {row["clause"]: (row["received"], row["open"], row["answered"]) for row in rows_of(report, "by_clause")}
    assert clauses == {"Chưa rõ điều, khoản": (2, 1, 0), CLAUSE: (1, 0, 1)}
    assert {row["topic"]: row["received"] for row in rows_of(report, "by_topic")} == {"Giấy tờ": 2, "Chi trả": 1}
    assert [total_of(report, table)["received"] for table in ("by_clause", "by_topic")] == [3, 3]
    assert total_of(report, "by_topic")["proposals"] == 1


def test_the_register_holds_the_words_and_no_person(either_desk: Wired) -> None:
    report = told(a_year(either_desk), "obstacles", YEAR)

    rows = rows_of(report, "register")
    assert {row["status"] for row in rows} == {"Đã gửi", "Đã trả lời", "Đã chuyển"}
    assert ANSWER in {row["answer"] for row in rows}
    assert "Bỏ bớt một giấy tờ (ví dụ)." in {row["proposal"] for row in rows}
    whole = json.dumps(report, ensure_ascii=False)
    assert "Trần Thị Ví Dụ" not in whole and "lien-he@vi-du.example" not in whole


def test_a_year_without_feedback_is_an_empty_report(either_desk: Wired) -> None:
    report = told(either_desk, "obstacles", YEAR)

    assert report["empty"] and rows_of(report, "register") == []
