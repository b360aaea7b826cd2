"""The log of breaches: entered, minuted, told to the authority, closed; the minutes only grow. On both databases."""

from datetime import timedelta
from functools import partial

import pytest

from processor.domain.errors import Conflict, Forbidden, InvalidAnswers
from processor.domain.forms.submission import Typed
from processor.services.parts import Wired
from processor.services.privacy.breaches import breach_log, breach_words, do, enter_breach, open_breach
from tests.desk import DeskClock, at_once, officer

TOLD = {
    "what": ["Gửi nhầm danh sách (ví dụ)"],
    "data_kinds": ["Họ tên, điện thoại"],
    "people": ["40"],
    "harmful": ["yes"],
    "found_on": ["24/11/2026"],
    "found_time": ["8:00"],
}
NOTIFIED = {"notified_on": ["24/11/2026"], "notified_time": ["9:00"], "how": ["Công văn số 01/CV-VD"]}


def entered(wired: Wired, **changed: str) -> int:
    return enter_breach(wired, officer(wired, "intake"), TOLD | {name: [said] for name, said in changed.items()})


def deal(wired: Wired, number: int, deed: str, typed: Typed) -> None:
    do(wired, officer(wired, "leader"), number, deed, typed)


def test_a_breach_goes_its_way_and_its_minutes_grow(either_desk: Wired) -> None:
    number = entered(either_desk)

    deal(either_desk, number, "ghi-them", {"text": ["Đã gọi nơi nhận (ví dụ)"]})
    deal(either_desk, number, "da-bao", NOTIFIED)
    deal(either_desk, number, "dong", {"text": ["Đã xóa (ví dụ)"]})

    found, minutes = open_breach(either_desk, officer(either_desk, "leader"), number)
    assert [one.text for one in minutes] == [
        "Ghi sự cố",
        "Đã gọi nơi nhận (ví dụ)",
        "Đã báo cơ quan chuyên trách: Công văn số 01/CV-VD",
        "Đóng: Đã xóa (ví dụ)",
    ]
    assert found.notified_at is not None and found.closed_at is not None and found.told.people == 40
    assert found.notified_at - found.told.found_at == timedelta(hours=1)


def test_what_can_harm_is_not_closed_before_the_authority_was_told(either_desk: Wired) -> None:
    harmful, harmless = entered(either_desk), entered(either_desk, harmful="no", people="")

    with pytest.raises(Conflict, match="breach_not_notified"):
        deal(either_desk, harmful, "dong", {"text": ["Xong"]})
    deal(either_desk, harmless, "dong", {"text": ["Xong"]})

    log = breach_log(either_desk, officer(either_desk, "leader"))
    assert [(one.id, one.closed_at is None) for one in log] == [(harmful, True), (harmless, False)]


@pytest.mark.parametrize(
    ("deed", "typed", "code"),
    [
        ("da-bao", NOTIFIED | {"notified_time": ["7:59"]}, "notified_too_early"),
        ("da-bao", NOTIFIED | {"notified_time": ["23:00"]}, "hour_in_future"),
        ("da-bao", NOTIFIED | {"notified_time": ["sáng"]}, "hour_unreadable"),
    ],
)
def test_an_hour_that_cannot_be_is_refused(desk: Wired, deed: str, typed: Typed, code: str) -> None:
    number = entered(desk)

    with pytest.raises(InvalidAnswers) as refused:
        deal(desk, number, deed, typed)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_one_that_is_sent_twice_at_once_is_written_once(either_desk: Wired) -> None:
    writer = officer(either_desk, "intake")

    numbers = at_once([partial(enter_breach, either_desk, writer, TOLD)] * 4)

    found, minutes = open_breach(either_desk, writer, numbers[0])
    assert numbers == [found.id] * 4 and len(minutes) == 1
    assert entered(either_desk, people="41") != found.id


def test_told_twice_or_changed_after_closing_is_refused(desk: Wired) -> None:
    number = entered(desk)
    deal(desk, number, "da-bao", NOTIFIED)

    with pytest.raises(Conflict, match="breach_notified"):
        deal(desk, number, "da-bao", NOTIFIED)
    deal(desk, number, "dong", {"text": ["Xong"]})
    with pytest.raises(Conflict, match="breach_closed"):
        deal(desk, number, "ghi-them", {"text": ["Thêm"]})


def test_who_may_is_as_the_file_says(desk: Wired) -> None:
    number = entered(desk)

    with pytest.raises(Forbidden):
        breach_log(desk, officer(desk, "reader"))
    with pytest.raises(Forbidden):
        do(desk, officer(desk, "appraiser"), number, "da-bao", NOTIFIED)
    do(desk, officer(desk, "appraiser"), number, "ghi-them", {"text": ["Thêm (ví dụ)"]})


def test_the_first_page_of_the_desk_tells_what_is_owed(desk: Wired, desk_clock: DeskClock) -> None:
    leader = officer(desk, "leader")
    quiet = breach_words(desk, leader)
    number = entered(desk)

    owed = breach_words(desk, leader)
    desk_clock.move(hours=80)
    late = breach_words(desk, leader)
    deal(desk, number, "da-bao", NOTIFIED)

    assert (quiet, breach_words(desk, leader), breach_words(desk, officer(desk, "reader"))) == ("", "", "")
    assert owed == "Sự cố dữ liệu cá nhân chưa báo: 1, quá hạn 0."
    assert late == "Sự cố dữ liệu cá nhân chưa báo: 1, quá hạn 1."
