"""Figures for the public: counts only, as they were made."""

import json

from processor.rendering.reports import as_document
from processor.services.parts import Wired
from processor.services.reports.statistics import publish_daily, publish_statistics, published_statistics
from tests.desk import STATUSES, DeskClock, a_dossier_in
from tests.feedback import a_feedback
from tests.reports import Told, rows_of


def published(wired: Wired) -> Told:
    report = published_statistics(wired)
    assert report
    return as_document(report)


def test_before_the_first_time_there_are_none(either_desk: Wired) -> None:
    assert published_statistics(either_desk) is None


def test_every_dossier_counts_once_by_its_outcome(either_desk: Wired) -> None:
    for status in STATUSES:
        a_dossier_in(either_desk, status)
    a_feedback(either_desk)

    publish_statistics(either_desk)

    (row,) = rows_of(published(either_desk), "dossiers")
    outcomes = ("approved", "rejected", "ended_otherwise", "open")
    assert row["year"] == "2026" and row["received"] == len(STATUSES)
    assert {name: row[name] for name in outcomes} == {"approved": 1, "rejected": 1, "ended_otherwise": 3, "open": 5}


def test_no_name_and_no_amount_is_published(desk: Wired) -> None:
    a_dossier_in(desk, "approved", organisation_name="Tổ chức Nhận Ra Được")

    publish_statistics(desk)

    whole = json.dumps(published(desk), ensure_ascii=False)
    assert "Nhận Ra Được" not in whole and "42000000" not in whole and "HT-" not in whole


def test_they_stay_as_they_were_made_until_they_are_made_anew(desk: Wired, desk_clock: DeskClock) -> None:
    a_dossier_in(desk, "submitted")
    publish_statistics(desk)
    a_dossier_in(desk, "submitted")

    assert publish_daily(desk) == 0
    assert rows_of(published(desk), "dossiers")[0]["received"] == 1
    desk_clock.move(days=1)
    assert publish_daily(desk) > 0
    assert rows_of(published(desk), "dossiers")[0]["received"] == 2


def test_an_empty_installation_says_that_there_is_nothing(desk: Wired) -> None:
    publish_statistics(desk)

    assert published(desk)["empty"]
