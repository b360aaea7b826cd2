"""The reminder of the day of the demand summary: so many days ahead, once each, to those who may close it."""

from collections.abc import Iterator

import pytest

from processor.services.mail.demand_reminder import remind_of_demand
from processor.services.parts import Wired
from processor.services.reports.demand_closing import close_demand
from processor.services.reports.demand_deadline import next_deadline
from processor.storage.engine import writing
from processor.storage.officers.officers import give_email
from tests.desk import DeskClock, at_once, officer
from tests.mail import MailServer, outbox, send_mail, text_of, with_mail
from tests.needs import CODES, ISO, registrations_of
from tests.working_days import at

ADDRESSES = {role: f"{role}@so.vi-du.example" for role in ("appraiser", "leader", "admin", "intake", "reader")}


@pytest.fixture
def autumn(either_desk: Wired, mail_server: MailServer, desk_clock: DeskClock) -> Iterator[Wired]:
    """Of 2024, the one year whose day a plan states; three have registered for 2025."""
    desk_clock.now = at("2024-09-10T09:00")
    for role, address in ADDRESSES.items():
        one = officer(either_desk, role)
        with writing(either_desk.engine) as connection:
            give_email(connection, one.id, address)
    registrations_of(either_desk, CODES[:3], ISO, year=2025)
    mailing = with_mail(either_desk, mail_server.url)
    send_mail(mailing)
    mail_server.messages.clear()
    yield mailing


def reminded(wired: Wired) -> int:
    return len([row for row in outbox(wired) if row.notice == "demand_reminder"])


def test_those_who_may_close_are_told_how_many_have_registered(
    autumn: Wired, mail_server: MailServer, desk_clock: DeskClock
) -> None:
    desk_clock.now = at("2024-10-01T07:00")

    made = remind_of_demand(autumn)
    send_mail(autumn)

    assert made == 3
    assert {message["To"] for message in mail_server.messages} == {
        ADDRESSES[role] for role in ("appraiser", "leader", "admin")
    }
    words = text_of(mail_server.messages[0])
    assert "phải xong trước ngày 15/10/2024" in words and "Còn 14 ngày." in words
    assert "có 3 đăng ký nhu cầu cho năm 2025" in words and "/can-bo/bao-cao/demand?nam=2025" in words


def test_each_of_the_days_has_its_letter_once_and_a_day_missed_is_made_up_for(
    autumn: Wired, desk_clock: DeskClock
) -> None:
    days: dict[str, int] = {}
    for morning in ("09-10", "09-15", "09-16", "09-20", "10-03", "10-03", "10-08", "10-12", "10-14", "10-15", "10-20"):
        desk_clock.now = at(f"2024-{morning}T08:00")
        days[morning] = days.get(morning, 0) + remind_of_demand(autumn)

    assert {day for day, made in days.items() if made} == {"09-15", "10-03", "10-08", "10-12", "10-14"}
    assert set(days.values()) == {0, 3}


def test_no_letter_without_a_day_that_a_plan_states(autumn: Wired, desk_clock: DeskClock) -> None:
    for year in (2025, 2026, 2027):
        desk_clock.now = at(f"{year}-10-14T08:00")

        assert next_deadline(autumn, autumn.today()) is None
        assert remind_of_demand(autumn) == 0


def test_no_letter_before_the_morning_nor_without_a_mail_server(
    autumn: Wired, either_desk: Wired, desk_clock: DeskClock
) -> None:
    desk_clock.now = at("2024-10-01T06:00")
    early = remind_of_demand(autumn)
    desk_clock.now = at("2024-10-01T07:00")

    assert (early, remind_of_demand(either_desk), reminded(autumn)) == (0, 0, 0)


def test_once_the_summary_is_closed_nobody_is_reminded(
    autumn: Wired, mail_server: MailServer, desk_clock: DeskClock
) -> None:
    desk_clock.now = at("2024-10-01T07:00")
    remind_of_demand(autumn)
    close_demand(autumn, officer(autumn, "leader"), 2025, {"document_no": ["12/BC-VD"]})

    send_mail(autumn)
    desk_clock.now = at("2024-10-08T07:00")

    assert remind_of_demand(autumn) == 0
    assert mail_server.messages == []
    assert {row.last_error for row in outbox(autumn) if row.notice == "demand_reminder"} == {"bảng nhu cầu đã chốt"}


def test_of_two_workers_at_once_one_reminds(autumn: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at("2024-10-01T07:00")

    made = at_once([lambda: remind_of_demand(autumn)] * 5)

    assert sorted(made) == [0, 0, 0, 0, 3]
