"""Mail goes out from the outbox to a real mail server, once, as long as nothing dies in between."""

from concurrent.futures import ThreadPoolExecutor
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.demo.demo import fill
from processor.services.mail.outbox import send_due
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import writing
from processor.storage.outbox import enqueue
from tests.application import MovedClock
from tests.mail import MailServer, Mood, outbox, send_mail, text_of, with_mail
from tests.served import free_port
from tests.submissions import DOSSIER, answers, sent


def change(wired: Wired, statement: str) -> None:
    with writing(wired.engine) as connection:
        connection.execute(text(statement))


@pytest.fixture
def receipt(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, str]:
    """A dossier has been sent; its notice waits."""
    return sent(client, catalogue.form(DOSSIER), tmp_path)


def test_a_long_subject_arrives_with_every_space(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    with writing(mailing.engine) as connection:
        dossier = find_dossier(connection, receipt["reference"])
        assert dossier is not None
        enqueue(connection, "contact_corrected", mailing.clock(), dossier_id=dossier.id, address="cu@vi-du.example")

    send_mail(mailing)

    subjects = [str(message["Subject"]) for message in mail_server.messages]
    assert f"[Hỗ trợ] {receipt['reference']}: đã sửa thông tin liên hệ" in subjects


def test_whoever_sends_a_dossier_gets_one_receipt_by_mail(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    went, again = send_mail(mailing), send_mail(mailing)

    (message,) = mail_server.messages
    assert (went, again) == (1, 0)
    assert mail_server.recipients == [["lien-he@vi-du.example"]] and message["To"] == "lien-he@vi-du.example"
    assert message["Subject"] == f"[Hỗ trợ] {receipt['reference']}: đã nhận hồ sơ"
    assert message["Auto-Submitted"] == "auto-generated" and message.get_content_type() == "text/plain"
    assert text_of(message).startswith("Kính gửi: Hợp tác xã Ví dụ Lục Ngạn\n")
    assert f"http://127.0.0.1:8000/tra-cuu?ma={receipt['reference']}\n" in text_of(message)


def test_a_letter_holds_no_access_code_no_tax_code_and_no_amount(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer, catalogue: Catalogue
) -> None:
    told = answers(catalogue.form(DOSSIER))

    send_mail(mailing)

    whole = text_of(mail_server.messages[0]) + str(make_header(decode_header(mail_server.messages[0].as_string())))
    assert receipt["access_code"] not in whole
    assert told["tax_code"] not in whole
    assert told["requested_amount"] not in whole and told["requested_amount"].replace(".", "") not in whole


def test_sending_a_dossier_never_talks_to_the_mail_server(
    mailing_client: TestClient, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    mail_server.mood = "slow"

    sent(mailing_client, catalogue.form(DOSSIER), tmp_path)

    assert mail_server.greetings == 0


@pytest.mark.parametrize("mood", ["busy", "distrusts_us"])
def test_what_may_pass_is_tried_again_and_arrives_once(
    mood: Mood, receipt: dict[str, str], mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    mail_server.mood = mood
    refused, too_early = send_mail(mailing), send_mail(mailing)
    greetings = mail_server.greetings
    mail_server.mood = "kind"
    moved_clock.move(minutes=2)

    later, again = send_mail(mailing), send_mail(mailing)

    (row,) = outbox(mailing)
    assert (refused, too_early, greetings, later, again) == (0, 0, 1, 1, 0)
    assert len(mail_server.messages) == 1
    assert (row.attempts, row.last_error, row.given_up_at) == (2, None, None) and row.sent_at


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("busy", "Máy chủ thư từ chối người nhận: 451 4.3.0"),
        ("unknown_person", "Máy chủ thư từ chối người nhận: 550 5.1.1"),
        ("refuses_text", "Máy chủ thư từ chối thư: 554 5.7.1"),
        ("distrusts_us", "Máy chủ thư từ chối: 550 5.7.1"),
        ("cut", "Không gửi được tới máy chủ thư: SMTPServerDisconnected"),
    ],
)
def test_the_outbox_says_why_a_letter_did_not_go_and_names_nobody(
    mood: Mood, said: str, receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    mail_server.mood = mood

    send_mail(mailing)

    assert outbox(mailing)[0].last_error == said


@pytest.mark.parametrize("mood", ["unknown_person", "refuses_text"])
def test_what_is_refused_for_good_is_given_up_at_once(
    mood: Mood, receipt: dict[str, str], mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    mail_server.mood = mood
    send_mail(mailing)
    mail_server.mood = "kind"
    moved_clock.move(days=1)

    later = send_mail(mailing)

    assert later == 0 and mail_server.messages == []
    assert outbox(mailing)[0].given_up_at


def test_a_letter_is_tried_for_the_days_that_are_set_and_then_given_up(
    receipt: dict[str, str], wired: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    mailing = with_mail(wired, mail_server.url, mail_days=3)
    mail_server.mood = "busy"
    hours = 0
    while not outbox(mailing)[0].given_up_at:
        send_mail(mailing)
        moved_clock.move(hours=4)
        hours += 4

    assert 3 * 24 <= hours <= 5 * 24
    assert outbox(mailing)[0].attempts == mail_server.greetings


def test_a_server_that_is_down_is_asked_once_a_round_and_every_letter_arrives_when_it_is_back(
    client: TestClient,
    wired: Wired,
    mail_server: MailServer,
    catalogue: Catalogue,
    moved_clock: MovedClock,
    tmp_path: Path,
) -> None:
    for _ in range(3):
        sent(client, catalogue.form(DOSSIER), tmp_path)
    down = with_mail(wired, f"smtp://127.0.0.1:{free_port()}")
    send_mail(down)
    tried = [row.attempts for row in outbox(wired)]
    moved_clock.move(minutes=2)

    went = send_mail(with_mail(wired, mail_server.url))

    assert tried == [1, 0, 0]
    assert went == len(mail_server.messages) == 3


def test_two_workers_at_once_send_each_letter_once(
    client: TestClient, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    references = {sent(client, catalogue.form(DOSSIER), tmp_path)["reference"] for _ in range(8)}

    with ThreadPoolExecutor(2) as pool:
        went = list(pool.map(send_due, [mailing, mailing]))

    told = [message["Subject"].split()[2].rstrip(":") for message in mail_server.messages]
    assert sum(went) == 8
    assert sorted(told) == sorted(references)


def test_after_a_cut_the_second_letter_has_the_message_id_of_the_first(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    mail_server.mood = "cut"
    send_mail(mailing)
    mail_server.mood = "kind"
    moved_clock.move(minutes=2)

    send_mail(mailing)

    first, second = mail_server.messages
    assert first["Message-ID"] == second["Message-ID"] and first["Message-ID"].startswith("<")


def test_two_letters_have_two_message_ids(
    client: TestClient, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    for _ in range(2):
        sent(client, catalogue.form(DOSSIER), tmp_path)

    send_mail(mailing)

    assert len({message["Message-ID"] for message in mail_server.messages}) == 2


def test_without_a_mail_server_letters_wait_and_go_once_there_is_one(
    receipt: dict[str, str], wired: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    nothing = send_mail(wired)
    moved_clock.move(days=30)

    went = send_mail(with_mail(wired, mail_server.url))

    assert (nothing, went) == (0, 1)


def test_notices_older_than_the_sending_of_mail_are_never_sent(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    change(mailing, "UPDATE outbox SET next_try_at = NULL")

    send_mail(mailing)

    assert mail_server.messages == []
    assert outbox(mailing)[0].given_up_at is None


def test_a_notice_of_a_newer_program_waits_for_that_program(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    change(mailing, "UPDATE outbox SET notice = 'of_tomorrow'")

    send_mail(mailing)

    assert (outbox(mailing)[0].attempts, outbox(mailing)[0].given_up_at) == (0, None)


def test_a_dossier_without_an_address_gets_no_letter_and_the_outbox_says_so(
    receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    change(mailing, "UPDATE dossiers SET answers = '{}'")

    send_mail(mailing)

    (row,) = outbox(mailing)
    assert row.given_up_at and row.last_error == "không có địa chỉ thư điện tử gửi được"


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_next(
    client: TestClient, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    broken = sent(client, catalogue.form(DOSSIER), tmp_path)["reference"]
    sound = sent(client, catalogue.form(DOSSIER), tmp_path)["reference"]
    change(mailing, f"UPDATE dossiers SET form_version = 'lost' WHERE reference = '{broken}'")

    send_mail(mailing)

    assert [message["Subject"].split()[2] for message in mail_server.messages] == [f"{sound}:"]
    assert outbox(mailing)[0].last_error.startswith("không soạn được thư")


@pytest.mark.parametrize("name", ["A\nBcc: x@vi-du.example", "Xem http://vi-du.example", "vi-du.example", "a@b.vn", ""])
def test_a_name_made_to_carry_a_link_or_a_header_is_not_repeated(
    name: str, receipt: dict[str, str], mailing: Wired, mail_server: MailServer
) -> None:
    with writing(mailing.engine) as connection:
        connection.execute(text("UPDATE dossiers SET organisation_name = :name"), {"name": name})

    send_mail(mailing)

    assert text_of(mail_server.messages[0]).startswith("Kính gửi: đơn vị\n")
    assert mail_server.messages[0]["Bcc"] is None


def test_the_figures_tell_how_many_letters_wait_and_how_many_never_will_go(
    mailing_client: TestClient, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(mailing_client, catalogue.form(DOSSIER), tmp_path)
    mail_server.mood = "unknown_person"
    send_mail(mailing)
    sent(mailing_client, catalogue.form(DOSSIER), tmp_path)

    figures = mailing_client.get("/metrics").text.splitlines()

    assert 'hotro_mail{state="waiting"} 1.0' in figures
    assert 'hotro_mail{state="given_up"} 1.0' in figures


def test_nobody_is_mailed_about_invented_dossiers(wired: Wired, mail_server: MailServer) -> None:
    fill(wired, 2, 1)

    send_mail(with_mail(wired, mail_server.url))

    assert outbox(wired) and mail_server.messages == []
