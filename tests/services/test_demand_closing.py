"""Closing the demand summary: marked once, kept as it stood, added to softly."""

import json

import pytest

from processor.domain.access.officer import ROLES
from processor.domain.errors import Conflict, Forbidden, InvalidAnswers
from processor.rendering.documents.report_documents import report_from
from processor.rendering.reports import as_document
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.services.reports.demand_closing import (
    MAY_CLOSE,
    as_closed,
    close_demand,
    standing_closings,
    waiting_to_close,
)
from tests.desk import DeskClock, Sent, at_once, everything, kinds, officer, opened, status_of, take_back
from tests.needs import CODES, HACCP, ISO, a_registration, registrations_of
from tests.reports import rows_of, told, total_of

YEAR = 2027
DOCUMENT = {"document_no": ["12/BC-VD"]}


def closed(wired: Wired, document: str = "12/BC-VD") -> None:
    close_demand(wired, officer(wired, "leader"), YEAR, {"document_no": [document]})


def data_of(wired: Wired, sent: Sent) -> dict[str, object]:
    found: dict[str, object] = json.loads(opened(wired, sent).events[-1].data)
    return found


def test_closing_marks_what_has_come_with_an_event_in_each_chain(either_desk: Wired, desk_clock: DeskClock) -> None:
    older = a_registration(either_desk, ISO)
    desk_clock.move(hours=1)
    newer = a_registration(either_desk, HACCP)
    other_year = a_registration(either_desk, ISO, year=2028)

    closed(either_desk)

    assert [status_of(either_desk, one) for one in (older, newer, other_year)] == ["counted", "counted", "submitted"]
    assert kinds(either_desk, newer)[-1] == "counted"
    assert data_of(either_desk, newer) == {"from": "submitted", "year": 2027, "closing": 1, "document": "12/BC-VD"}
    assert data_of(either_desk, older)["instead"] == newer.reference
    assert verify(either_desk).problems == []


def test_the_sender_reads_that_it_was_summed_up_and_can_still_take_it_back(either_desk: Wired) -> None:
    sent = a_registration(either_desk, ISO)

    closed(either_desk)

    seen = track(either_desk, sent.reference, sent.access_code)
    assert either_desk.catalogue.status("pre_registration", seen.dossier.status).label == "Đã tổng hợp"
    take_back(either_desk, sent)
    assert (status_of(either_desk, sent), kinds(either_desk, sent)[-1]) == ("withdrawn", "withdrawn")
    assert verify(either_desk).problems == []


def test_it_is_looked_at_afterwards_as_it_was(either_desk: Wired, desk_clock: DeskClock) -> None:
    registrations_of(either_desk, CODES[:2], ISO)
    closed(either_desk)
    desk_clock.move(days=1)
    a_registration(either_desk, ISO, tax_code=CODES[2])

    closing, kept = as_closed(either_desk, YEAR, 1)

    assert total_of(kept, "by_support_type")["organisations"] == 2
    assert total_of(told(either_desk, "demand", YEAR), "by_support_type")["organisations"] == 3
    assert (closing.document, closing.officer, len(closing.added)) == ("12/BC-VD", "leader", 2)
    assert "giữ nguyên như lúc chốt" in kept["method"][0]
    again = as_document(report_from(kept, "x"))
    assert [again[name] for name in ("title", "year", "tables", "method")] == [
        kept[name] for name in ("title", "year", "tables", "method")
    ]


def test_the_report_says_that_it_is_closed(either_desk: Wired) -> None:
    a_registration(either_desk, ISO)
    assert "chưa chốt" in told(either_desk, "demand", YEAR)["method"][0]

    closed(either_desk)

    assert "Đã chốt lần 1 ngày 24/11/2026, văn bản 12/BC-VD" in told(either_desk, "demand", YEAR)["method"][0]


def test_a_second_closing_adds_what_has_come_since_and_is_refused_where_nothing_has(
    either_desk: Wired, desk_clock: DeskClock
) -> None:
    a_registration(either_desk, ISO)
    closed(either_desk)
    with pytest.raises(Conflict) as refused:
        closed(either_desk, "13/BC-VD")
    desk_clock.move(days=2)
    late = a_registration(either_desk, ISO, tax_code=CODES[3])

    closed(either_desk, "14/BC-VD")

    assert refused.value.code == "demand_closed" and refused.value.values["value"] == "12/BC-VD"
    first, second = standing_closings(either_desk, YEAR)
    assert (first.number, second.number, list(second.added)) == (1, 2, [late.reference])
    assert total_of(as_closed(either_desk, YEAR, 2)[1], "by_support_type")["organisations"] == 2
    assert total_of(as_closed(either_desk, YEAR, 1)[1], "by_support_type")["organisations"] == 1


def test_a_year_without_registrations_is_not_closed(either_desk: Wired) -> None:
    with pytest.raises(Conflict, match="demand_empty"):
        closed(either_desk)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_close_changes_nothing(role: str, desk: Wired) -> None:
    a_registration(desk, ISO)
    by = officer(desk, role)
    before = everything(desk.engine)

    if role in (*MAY_CLOSE, "admin"):
        close_demand(desk, by, YEAR, DOCUMENT)
        assert everything(desk.engine) != before
        return
    with pytest.raises(Forbidden):
        close_demand(desk, by, YEAR, DOCUMENT)
    assert everything(desk.engine) == before


def test_without_the_number_of_its_document_nothing_is_closed(desk: Wired) -> None:
    a_registration(desk, ISO)
    by = officer(desk, "leader")
    before = everything(desk.engine)

    with pytest.raises(InvalidAnswers) as refused:
        close_demand(desk, by, YEAR, {"document_no": [" "]})

    assert [fault.field for fault in refused.value.faults] == ["document_no"]
    assert everything(desk.engine) == before


def test_of_several_who_close_at_once_one_does(either_desk: Wired) -> None:
    registrations_of(either_desk, CODES[:3], ISO)
    by = officer(either_desk, "leader")

    done = at_once([lambda: close_demand(either_desk, by, YEAR, DOCUMENT)] * 4)

    refused = [one for one in done if isinstance(one, Conflict)]
    assert len(refused) == 3 and {one.code for one in refused} <= {"demand_changed", "demand_closed"}
    assert len(standing_closings(either_desk, YEAR)) == 1
    assert waiting_to_close(either_desk, YEAR).registrations == 0
    assert verify(either_desk).problems == []


def test_what_an_officer_held_is_let_go(either_desk: Wired) -> None:
    sent = a_registration(either_desk, ISO)

    closed(either_desk)

    assert opened(either_desk, sent).dossier.holder is None
    assert rows_of(as_closed(either_desk, YEAR, 1)[1], "doubles") == []
