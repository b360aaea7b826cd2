"""An admin hears of backups that stopped: one letter a working morning, none once there is a new one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from processor.services.backup.age import remember_backup
from processor.services.mail.backup_reminder import remind_of_backup
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.officers.officers import give_email
from tests.desk import DeskClock, officer
from tests.mail import MailServer, outbox, send_mail, text_of, with_mail
from tests.working_days import at

MORNING, TODAY, LONG_AGO = "2026-11-25T07:00", "2026-11-25T01:00", "2026-11-20T01:00"


def taken(wired: Wired, moment: str) -> None:
    with writing(wired.engine) as connection:
        remember_backup(connection, at(moment))


@pytest.fixture
def watched(either_desk: Wired, mail_server: MailServer, desk_clock: DeskClock) -> Iterator[Wired]:
    for role in ("admin", "leader"):
        one = officer(either_desk, role)
        with writing(either_desk.engine) as connection:
            give_email(connection, one.id, f"{role}@so.vi-du.example")
    desk_clock.now = at(MORNING)
    yield with_mail(either_desk, mail_server.url)


def test_admins_are_told_since_when_there_is_none(watched: Wired, mail_server: MailServer) -> None:
    taken(watched, LONG_AGO)

    made, again = remind_of_backup(watched), remind_of_backup(watched)
    send_mail(watched)

    (letter,) = mail_server.messages
    assert (made, again, letter["To"]) == (1, 0, "admin@so.vi-du.example")
    assert "20/11/2026" in letter["Subject"] and "cũ hơn 26 giờ" in text_of(letter)
    assert "/can-bo/tinh-trang" in text_of(letter)


@pytest.mark.parametrize(
    ("last", "moment"), [(TODAY, MORNING), (LONG_AGO, "2026-11-25T06:00"), (LONG_AGO, "2026-11-29T09:00")]
)
def test_a_young_backup_the_night_and_a_day_off_bring_no_letter(
    last: str, moment: str, watched: Wired, desk_clock: DeskClock
) -> None:
    taken(watched, last)
    desk_clock.now = at(moment)

    assert remind_of_backup(watched) == 0


def test_where_backups_were_never_set_up_no_letter_goes_out_but_with_a_key_one_does(watched: Wired) -> None:
    settings = watched.settings.model_copy(update={"backup_recipients": f"age1{'q' * 58}"})

    assert remind_of_backup(watched) == 0
    assert remind_of_backup(replace(watched, settings=settings)) == 1


def test_a_letter_that_a_new_backup_overtook_stays(watched: Wired, mail_server: MailServer) -> None:
    taken(watched, LONG_AGO)
    remind_of_backup(watched)
    taken(watched, TODAY)

    send_mail(watched)

    (row,) = outbox(watched)
    assert mail_server.messages == [] and row.last_error == "đã có bản sao lưu mới"
