"""The link of a draft by mail: when asked for, and as a warning before the draft is deleted."""

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, InvalidAnswers, Malformed
from processor.services.intake.drafts import erase_draft, open_draft, save_draft, start_draft
from processor.services.intake.sending import send_draft
from processor.services.mail.draft_mail import mail_draft_link, warn_drafts
from processor.services.parts import Wired
from tests.application import MovedClock
from tests.mail import MailServer, outbox, send_mail, text_of, with_mail
from tests.submissions import DOSSIER, NEED, answers

ADDRESS = "ke-toan@vi-du.example"


def begun(wired: Wired, form_id: str = DOSSIER, **typed: str) -> tuple[str, Draft]:
    token = start_draft(wired, wired.catalogue.form(form_id), {name: [value] for name, value in typed.items()})
    return token, open_draft(wired, token)


def whole_need(wired: Wired) -> dict[str, list[str]]:
    told = answers(wired.catalogue.form(NEED))
    return {name: value if isinstance(value, list) else [value] for name, value in told.items()}


def link_in(mail_server: MailServer) -> str:
    found = re.search(r"^http\S+$", text_of(mail_server.messages[-1]), re.MULTILINE)
    assert found
    return found[0]


def test_the_link_of_a_draft_goes_to_the_address_that_was_asked(mailing: Wired, mail_server: MailServer) -> None:
    token, draft = begun(mailing, organisation_name="Hợp tác xã Ví dụ")

    told = mail_draft_link(mailing, draft, token, f" {ADDRESS} ")
    send_mail(mailing)

    (message,) = mail_server.messages
    assert (told, message["To"], message["Subject"]) == (ADDRESS, ADDRESS, "[Hỗ trợ] đường dẫn bản nháp")
    assert link_in(mail_server) == f"http://127.0.0.1:8000/ban-nhap/{token}"
    assert text_of(message).startswith("Kính gửi: Hợp tác xã Ví dụ\n")
    assert open_draft(mailing, token).address == ADDRESS


def test_links_lead_to_the_public_address_whoever_asks(wired: Wired, mail_server: MailServer) -> None:
    mailing = with_mail(wired, mail_server.url, public_url="https://hotro.example")
    token, draft = begun(mailing)
    mail_draft_link(mailing, draft, token, ADDRESS)

    send_mail(mailing)

    assert link_in(mail_server) == f"https://hotro.example/ban-nhap/{token}"
    assert mail_server.messages[0]["From"].endswith("<hotro@hotro.example>")


def test_a_link_is_not_promised_while_no_mail_can_be_sent(wired: Wired) -> None:
    token, draft = begun(wired)

    with pytest.raises(Conflict, match="mail_not_set_up"):
        mail_draft_link(wired, draft, token, ADDRESS)

    assert outbox(wired) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "text_required"),
        ("ke-toan", "email_unreadable"),
        ("a@vi-du.example, b@vi-du.example", "email_several"),
        ("a@vi-du.example\r\nBcc: b@vi-du.example", "email_several"),
        ("a@vi-du.example\r\nSubject: x", "email_unreadable"),
        ("kế-toán@vi-du.example", "email_unreadable"),
        ("<a@vi-du.example>", "email_unreadable"),
    ],
)
def test_only_one_sound_address_is_taken(typed: str, code: str, mailing: Wired) -> None:
    token, draft = begun(mailing)

    with pytest.raises(InvalidAnswers) as refused:
        mail_draft_link(mailing, draft, token, typed)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("address", code)]
    assert outbox(mailing) == []


def test_a_draft_sends_at_most_five_letters_an_hour(mailing: Wired, moved_clock: MovedClock) -> None:
    moved_clock.move(minutes=30 - moved_clock().minute)
    token, draft = begun(mailing)
    for number in range(5):
        mail_draft_link(mailing, draft, token, f"nguoi-{number}@vi-du.example")

    with pytest.raises(Malformed, match="rate_limited"):
        mail_draft_link(mailing, draft, token, ADDRESS)
    moved_clock.move(hours=1)
    mail_draft_link(mailing, draft, token, ADDRESS)

    assert len(outbox(mailing)) == 6


def test_an_address_gets_at_most_five_letters_an_hour_from_whatever_drafts(
    mailing: Wired, moved_clock: MovedClock
) -> None:
    moved_clock.move(minutes=30 - moved_clock().minute)
    for _ in range(5):
        token, draft = begun(mailing)
        mail_draft_link(mailing, draft, token, ADDRESS)

    token, draft = begun(mailing)
    with pytest.raises(Malformed, match="rate_limited"):
        mail_draft_link(mailing, draft, token, ADDRESS.upper())

    assert len(outbox(mailing)) == 5


def test_a_draft_that_was_sent_meanwhile_has_no_link_to_mail(mailing: Wired, mail_server: MailServer) -> None:
    token, draft = begun(mailing, NEED)
    saved = save_draft(mailing, mailing.catalogue.form(NEED), whole_need(mailing), (), token)
    mail_draft_link(mailing, draft, token, ADDRESS)
    send_draft(mailing, saved.draft, token)

    with pytest.raises(Conflict, match="already_sent"):
        mail_draft_link(mailing, draft, token, ADDRESS)
    send_mail(mailing)

    assert [row.last_error for row in outbox(mailing) if row.notice == "draft_link"] == ["bản nháp đã gửi"]
    assert [message["Subject"].split(": ")[1] for message in mail_server.messages] == ["đã nhận đăng ký nhu cầu"]


def test_a_draft_about_to_lapse_warns_once_with_the_day_and_what_is_left(
    mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    token, draft = begun(mailing, contact_email=ADDRESS, organisation_name="Hợp tác xã Ví dụ")
    too_early = warn_drafts(mailing)
    moved_clock.move(days=26)

    warned, again = warn_drafts(mailing), warn_drafts(mailing)
    send_mail(mailing)

    (message,) = mail_server.messages
    assert (too_early, warned, again) == (0, 1, 0)
    assert re.fullmatch(r"\[Hỗ trợ\] bản nháp sẽ xóa ngày [0-9]{2}/[0-9]{2}/[0-9]{4}", message["Subject"])
    assert re.search(r"chưa gửi: còn [1-9][0-9]* phần", text_of(message))
    assert link_in(mail_server).endswith(f"/ban-nhap/{token}")
    assert open_draft(mailing, token).id == draft.id


def test_a_complete_draft_is_told_that_only_sending_is_left(
    mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    save_draft(mailing, mailing.catalogue.form(NEED), whole_need(mailing), (), None)
    moved_clock.move(days=26)

    warn_drafts(mailing)
    send_mail(mailing)

    assert "đã đủ nhưng chưa gửi" in text_of(mail_server.messages[0])


def test_the_address_given_for_the_link_comes_before_the_one_in_the_form(
    mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    token, draft = begun(mailing, contact_email="lien-he@vi-du.example")
    mail_draft_link(mailing, draft, token, ADDRESS)
    moved_clock.move(days=26)

    warn_drafts(mailing)
    send_mail(mailing)

    assert [message["To"] for message in mail_server.messages] == [ADDRESS, ADDRESS]


def test_a_draft_saved_again_after_the_warning_is_warned_again_near_its_new_end(
    mailing: Wired, moved_clock: MovedClock
) -> None:
    token, _ = begun(mailing, contact_email=ADDRESS)
    moved_clock.move(days=26)
    first = warn_drafts(mailing)
    save_draft(mailing, mailing.catalogue.form(DOSSIER), {"contact_email": [ADDRESS]}, (), token)

    soon = warn_drafts(mailing)
    moved_clock.move(days=26)
    second = warn_drafts(mailing)

    assert (first, soon, second) == (1, 0, 1)


def test_a_warning_that_waited_while_the_draft_was_saved_is_not_sent(
    mailing: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    token, _ = begun(mailing, contact_email=ADDRESS)
    moved_clock.move(days=26)
    warn_drafts(mailing)
    save_draft(mailing, mailing.catalogue.form(DOSSIER), {"contact_email": [ADDRESS]}, (), token)

    send_mail(mailing)

    assert mail_server.messages == []
    assert outbox(mailing)[0].last_error == "bản nháp đã lưu lại"


@pytest.mark.parametrize("typed", [{}, {"contact_email": "khong-phai-dia-chi"}])
def test_a_draft_without_a_readable_address_is_not_warned(
    typed: dict[str, str], mailing: Wired, moved_clock: MovedClock
) -> None:
    begun(mailing, **typed)
    moved_clock.move(days=26)

    assert warn_drafts(mailing) == 0


def test_no_warning_is_queued_while_no_mail_can_be_sent(
    wired: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    begun(wired, contact_email=ADDRESS)
    moved_clock.move(days=26)

    before = warn_drafts(wired)
    after = warn_drafts(with_mail(wired, mail_server.url))

    assert (before, after) == (0, 1)


def test_where_drafts_are_kept_for_two_days_the_warning_comes_after_one(
    wired: Wired, mail_server: MailServer, moved_clock: MovedClock
) -> None:
    mailing = with_mail(wired, mail_server.url, draft_days=2, draft_warn_days=5)
    begun(mailing, contact_email=ADDRESS)

    at_once = warn_drafts(mailing)
    moved_clock.move(hours=25)
    later = warn_drafts(mailing)

    assert (at_once, later) == (0, 1)


def test_two_workers_at_once_warn_once(mailing: Wired, moved_clock: MovedClock) -> None:
    for _ in range(6):
        begun(mailing, contact_email=ADDRESS)
    moved_clock.move(days=26)

    with ThreadPoolExecutor(2) as pool:
        warned = sum(pool.map(warn_drafts, [mailing, mailing]))

    assert warned == len(outbox(mailing)) == 6


def test_an_erased_draft_gets_no_more_mail(mailing: Wired, mail_server: MailServer) -> None:
    token, draft = begun(mailing)
    mail_draft_link(mailing, draft, token, ADDRESS)

    erase_draft(mailing, draft)
    send_mail(mailing)

    assert mail_server.messages == [] and outbox(mailing) == []


def test_a_draft_of_a_program_that_kept_no_seed_has_no_link_to_mail(mailing: Wired) -> None:
    token, draft = begun(mailing)
    older = dataclasses.replace(draft, seed=None)

    with pytest.raises(Conflict, match="mail_not_set_up"):
        mail_draft_link(mailing, older, token, ADDRESS)


def test_a_machine_with_another_key_sends_no_link_that_would_not_open(mailing: Wired, mail_server: MailServer) -> None:
    token, draft = begun(mailing)
    mail_draft_link(mailing, draft, token, ADDRESS)

    send_mail(dataclasses.replace(mailing, server_key=b"another"))

    assert mail_server.messages == []
    assert outbox(mailing)[0].last_error == "đường dẫn được lập bằng khóa máy chủ khác"
