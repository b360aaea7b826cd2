"""The register of requests about personal data: clocks, deeds, who may, the trace. On both databases."""

from datetime import date
from functools import partial

import pytest

from processor.domain.errors import Conflict, Forbidden, InvalidAnswers, NotFound
from processor.services.parts import Wired
from processor.services.privacy.requests import do, enter_request, open_request, register
from tests.desk import DeskClock, a_dossier, at_once, officer
from tests.privacy import DEEDS, a_request, deal, request_typed


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("view", date(2026, 12, 4)),
        ("correct", date(2026, 12, 4)),
        ("export", date(2026, 12, 4)),
        ("withdraw", date(2026, 12, 9)),
        ("restrict", date(2026, 12, 9)),
        ("object", date(2026, 12, 9)),
        ("erase", date(2026, 12, 14)),
    ],
)
def test_each_kind_has_its_days_and_the_first_answer_two_working_days(desk: Wired, kind: str, answer: date) -> None:
    number = a_request(desk, kind=kind)  # on Tuesday 24 November 2026

    standing, _ = open_request(desk, officer(desk, "leader"), number)

    assert (standing.dues.reply, standing.dues.answer) == (date(2026, 11, 26), answer)


def test_a_weekend_is_no_working_day_but_a_calendar_day(desk: Wired) -> None:
    number = a_request(desk, received_on="20/11/2026")  # a Friday

    dues = open_request(desk, officer(desk, "leader"), number)[0].dues

    assert (dues.reply, dues.answer) == (date(2026, 11, 24), date(2026, 11, 30))


def test_an_open_request_turns_from_open_to_near_to_late(desk: Wired, desk_clock: DeskClock) -> None:
    number = a_request(desk, kind="erase")
    leader = officer(desk, "leader")
    deal(desk, number, "xac-dinh", "phan-hoi")

    urgencies = []
    for days in (0, 16, 1, 3, 1):
        desk_clock.move(days=days)
        urgencies.append(open_request(desk, leader, number)[0].urgency)

    assert urgencies == ["open", "open", "near", "near", "late"]


def test_a_request_goes_its_way_and_every_deed_leaves_its_trace(either_desk: Wired) -> None:
    sent = a_dossier(either_desk)
    number = a_request(either_desk, dossiers=sent.reference.lower())

    deal(either_desk, number, "xac-dinh", "phan-hoi", "gia-han", "dong")

    standing, entries = open_request(either_desk, officer(either_desk, "leader"), number)
    assert [(one.kind, one.officer) for one in entries] == [
        ("entered", "intake"),
        ("identified", "leader"),
        ("replied", "leader"),
        ("extended", "leader"),
        ("closed", "leader"),
    ]
    request = standing.request
    assert (standing.urgency, request.outcome, request.references) == ("closed", "done", [sent.reference])
    assert (request.answer, standing.dues.answer) == ("Đã gửi bản sao (ví dụ)", date(2026, 12, 31))


def test_what_may_not_be_done_again_or_yet_is_refused(either_desk: Wired) -> None:
    number = a_request(either_desk)
    refusals = []

    for deed in ("dong", "xac-dinh", "phan-hoi", "phan-hoi", "gia-han", "gia-han", "dong", "xac-dinh"):
        try:
            deal(either_desk, number, deed)
        except Conflict as refused:
            refusals.append((deed, refused.code))

    assert refusals == [
        ("dong", "request_not_identified"),
        ("phan-hoi", "request_replied"),
        ("gia-han", "request_extended"),
        ("xac-dinh", "request_closed"),
    ]


def test_an_extension_leads_to_a_later_day(desk: Wired) -> None:
    number = a_request(desk)
    early = {"extended_to": ["04/12/2026"], "reason": ["Ví dụ"]}

    with pytest.raises(InvalidAnswers) as refused:
        do(desk, officer(desk, "leader"), number, "gia-han", early)

    assert [fault.code for fault in refused.value.faults] == ["extension_too_early"]


def test_a_reference_that_is_not_here_is_named(desk: Wired) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        a_request(desk, dossiers="HT-2222-2222-2222")

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("dossiers", "reference_unknown")]


@pytest.mark.parametrize("role", ["intake", "appraiser", "leader", "reader", "admin"])
def test_who_may_enter_and_who_may_handle_is_as_the_file_says(desk: Wired, role: str) -> None:
    number, person, may = a_request(desk), officer(desk, role), desk.catalogue.privacy.may

    def allowed(act: object) -> bool:
        try:
            act()  # type: ignore[operator]
        except Forbidden:
            return False
        return True

    assert allowed(lambda: register(desk, person)) == (role in may.enter)
    assert allowed(lambda: enter_request(desk, person, request_typed(desk))) == (role in may.enter)
    assert allowed(lambda: do(desk, person, number, "xac-dinh", DEEDS["xac-dinh"])) == (role in may.handle)


def test_the_most_urgent_stands_first_and_closed_ones_last(desk: Wired) -> None:
    late, fresh, closed = a_request(desk, days_ago=30), a_request(desk), a_request(desk, days_ago=40)
    deal(desk, closed, "xac-dinh", "dong")

    found = register(desk, officer(desk, "leader"))

    assert [one.request.id for one in found.standings] == [late, fresh, closed]
    assert (found.count("late"), found.closed) == (1, 1)


def test_a_request_that_there_is_not_is_not_found(desk: Wired) -> None:
    with pytest.raises(NotFound):
        open_request(desk, officer(desk, "leader"), 99)


def test_one_that_is_sent_twice_at_once_is_written_once_until_it_is_closed(either_desk: Wired) -> None:
    writer, typed = officer(either_desk, "intake"), request_typed(either_desk)

    numbers = at_once([partial(enter_request, either_desk, writer, typed)] * 4)
    deal(either_desk, numbers[0], "xac-dinh", "phan-hoi", "dong")
    later = enter_request(either_desk, writer, typed)

    assert len(set(numbers)) == 1 and later != numbers[0]
