"""The morning digest: one letter to each officer with an address, none without work, none twice."""

from collections.abc import Iterator

import pytest

from processor.services.access.accounts import add_officer, disable
from processor.services.appraisal.claims import claim_dossier
from processor.services.mail.digest import send_digests
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.officers.officers import give_email
from tests.desk import DeskClock, a_dossier, a_dossier_in, at_once, officer
from tests.mail import MailServer, outbox, send_mail, text_of, with_mail
from tests.working_days import at

MORNING = "2026-11-25T07:00"


def with_address(wired: Wired, name: str, address: str, role: str = "appraiser") -> None:
    one = officer(wired, role, name)
    with writing(wired.engine) as connection:
        give_email(connection, one.id, address)


@pytest.fixture
def mailing_desk(desk: Wired, mail_server: MailServer, desk_clock: DeskClock) -> Iterator[Wired]:
    """On a working morning; letters of the day before are out."""
    desk_clock.now = at(MORNING)
    yield with_mail(desk, mail_server.url)


def digests(server: MailServer) -> dict[str, str]:
    """By whom they are for."""
    sent = [(message["To"], text_of(message)) for message in server.messages]
    return {to: words for to, words in sent if "@so.vi-du" in to}


def test_each_officer_with_an_address_gets_one_letter_of_what_is_theirs(
    mailing_desk: Wired, mail_server: MailServer, desk_clock: DeskClock
) -> None:
    with_address(mailing_desk, "mot", "mot@so.vi-du.example")
    with_address(mailing_desk, "hai", "hai@so.vi-du.example")
    officer(mailing_desk, "appraiser", "khong-dia-chi")
    desk_clock.now = at("2026-11-24T10:00")
    mine, free = a_dossier_in(mailing_desk, "accepted"), a_dossier(mailing_desk)
    claim_dossier(mailing_desk, officer(mailing_desk, "appraiser", "mot"), free.reference)
    a_dossier(mailing_desk)
    desk_clock.now = at(MORNING)

    made, again = send_digests(mailing_desk), send_digests(mailing_desk)
    send_mail(mailing_desk)

    letters = digests(mail_server)
    assert (made, again) == (2, 0)
    assert sorted(letters) == ["hai@so.vi-du.example", "mot@so.vi-du.example"]
    assert {words.split("Đang giữ: ")[1][0] for words in letters.values()} == {"0", "1"}
    assert f"- {mine.reference}, hạn 15/12/2026" in letters["mot@so.vi-du.example"]
    assert letters["mot@so.vi-du.example"] != letters["hai@so.vi-du.example"]


def test_where_nothing_is_to_be_done_no_letter_goes_out(mailing_desk: Wired, mail_server: MailServer) -> None:
    with_address(mailing_desk, "mot", "mot@so.vi-du.example")

    made = send_digests(mailing_desk)
    send_mail(mailing_desk)

    (row,) = outbox(mailing_desk)
    assert made == 1 and digests(mail_server) == {}
    assert row.given_up_at and row.last_error == "không có việc"


@pytest.mark.parametrize("moment", ["2026-11-25T06:29", "2026-11-28T07:00", "2026-11-29T12:00", "2026-02-17T07:00"])
def test_no_letter_before_the_morning_nor_on_a_day_off(moment: str, mailing_desk: Wired, desk_clock: DeskClock) -> None:
    with_address(mailing_desk, "mot", "mot@so.vi-du.example")
    desk_clock.now = at(moment)

    assert send_digests(mailing_desk) == 0 and outbox(mailing_desk) == []


def test_without_a_mail_server_nothing_waits_for_one(desk: Wired, desk_clock: DeskClock) -> None:
    desk_clock.now = at(MORNING)
    with_address(desk, "mot", "mot@so.vi-du.example")

    assert send_digests(desk) == 0 and outbox(desk) == []


def test_each_morning_has_its_own(mailing_desk: Wired, mail_server: MailServer, desk_clock: DeskClock) -> None:
    with_address(mailing_desk, "mot", "mot@so.vi-du.example")
    a_dossier(mailing_desk)

    for _ in range(2):
        send_digests(mailing_desk)
        send_mail(mailing_desk)
        desk_clock.move(days=1)

    assert [message["To"] for message in mail_server.messages].count("mot@so.vi-du.example") == 2


def test_of_two_workers_at_once_one_sends(either_desk: Wired, mail_server: MailServer, desk_clock: DeskClock) -> None:
    desk_clock.now = at(MORNING)
    mailing = with_mail(either_desk, mail_server.url)
    with_address(mailing, "mot", "mot@so.vi-du.example")

    made = at_once([lambda: send_digests(mailing)] * 6)

    assert sorted(made) == [0] * 5 + [1]
    assert [row.notice for row in outbox(mailing)] == ["digest"]


def test_a_letter_that_waited_past_its_morning_or_whose_officer_left_is_not_sent(
    mailing_desk: Wired, mail_server: MailServer, desk_clock: DeskClock
) -> None:
    a_dossier(mailing_desk)
    add_officer(mailing_desk, "nghi", "intake", "mat-khau-vi-du-dai", "nghi@so.vi-du.example")
    with_address(mailing_desk, "mot", "mot@so.vi-du.example")
    mail_server.mood = "busy"
    send_digests(mailing_desk)
    disable(mailing_desk, "nghi")
    send_mail(mailing_desk)
    mail_server.mood = "kind"
    desk_clock.move(days=1)

    send_mail(mailing_desk)

    given_up = {row.address: row.last_error for row in outbox(mailing_desk) if row.notice == "digest"}
    assert digests(mail_server) == {}
    assert given_up == {
        "nghi@so.vi-du.example": "không còn công chức nhận thư này",
        "mot@so.vi-du.example": "thư của buổi sáng đã qua",
    }
