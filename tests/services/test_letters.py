"""What each letter about a dossier says, written from what the dossier is when the letter goes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Dossier
from processor.domain.supplement import AskedItem
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.steps import Given, take_step
from processor.services.appraisal.supplements import answer_at_once, ask
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.engine import reading, writing
from processor.storage.outbox import enqueue
from tests.application import MovedClock
from tests.factories import an_officer
from tests.mail import MailServer, outbox, send_mail, text_of
from tests.submissions import DOSSIER, answers, papers

ASKED = [
    AskedItem("payment_records", "Hết hạn", "Gửi hóa đơn của năm 2026."),
    AskedItem("contracts", "Thiếu", "Gửi cả phụ lục."),
]


def ask_for_more(mailing: Wired, dossier: Dossier, catalogue: Catalogue) -> None:
    officer = an_officer(mailing.engine)
    claim_dossier(mailing, officer, dossier.reference)
    take_step(mailing, officer, dossier.reference, "accept", Given())
    ask(mailing, officer, dossier.reference, ASKED)


def answer(mailing: Wired, dossier: Dossier, item: str) -> None:
    typed = {f"{item}.absent": ["1"], f"{item}.absence_reason": ["Đang chờ bản gốc (ví dụ)"]}
    answer_at_once(mailing, dossier.id, typed, [])


def posted(client: TestClient, catalogue: Catalogue, folder: Path, form_id: str) -> str:
    form = catalogue.form(form_id)
    answer: Any = client.post(
        f"/api/v1/forms/{form_id}/dossiers", data=answers(form), files=papers(form, folder) or None
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


@pytest.fixture
def dossier(client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path) -> Dossier:
    return found(wired, posted(client, catalogue, tmp_path, DOSSIER))


def found(wired: Wired, reference: str) -> Dossier:
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
    assert dossier is not None
    return dossier


def queue(wired: Wired, notice: str, dossier: Dossier, address: str | None = None) -> None:
    with writing(wired.engine) as connection:
        enqueue(connection, notice, wired.clock(), dossier_id=dossier.id, address=address)


def newest(wired: Wired, mail_server: MailServer) -> tuple[str, str]:
    """Subject after the reference, and the text, of what is sent now."""
    send_mail(wired)
    message = mail_server.messages[-1]
    return message["Subject"].split(": ")[1], text_of(message)


@pytest.mark.parametrize(
    ("form_id", "subject", "said"),
    [
        (DOSSIER, "đã nhận hồ sơ", "gồm 4 tệp"),
        ("dang-ky-nhu-cau", "đã nhận đăng ký nhu cầu", "không bảo đảm được hỗ trợ"),
        ("phan-anh-vuong-mac", "đã nhận phản ánh", "trả lời qua thư điện tử"),
    ],
)
def test_the_receipt_says_what_was_sent(
    form_id: str,
    subject: str,
    said: str,
    client: TestClient,
    mailing: Wired,
    mail_server: MailServer,
    catalogue: Catalogue,
    tmp_path: Path,
) -> None:
    posted(client, catalogue, tmp_path, form_id)

    told, letter = newest(mailing, mail_server)

    assert told == subject
    assert said in letter and catalogue.form(form_id).title in letter


def test_a_withdrawal_is_told_with_what_to_do_if_it_was_somebody_else(
    dossier: Dossier, mailing: Wired, mail_server: MailServer
) -> None:
    queue(mailing, "withdrawn", dossier)

    subject, letter = newest(mailing, mail_server)

    assert subject == "đã rút hồ sơ"
    assert "Nếu đơn vị không yêu cầu, báo ngay" in letter


def test_a_correction_is_told_to_the_address_that_stood_before(
    dossier: Dossier, mailing: Wired, mail_server: MailServer
) -> None:
    queue(mailing, "contact_corrected", dossier, address="cu@vi-du.example")

    newest(mailing, mail_server)

    assert mail_server.recipients == [["lien-he@vi-du.example"], ["cu@vi-du.example"]]


def test_a_letter_that_waits_goes_to_the_address_that_was_corrected_meanwhile(
    dossier: Dossier, mailing: Wired, mail_server: MailServer
) -> None:
    with writing(mailing.engine) as connection:
        changed = "UPDATE dossiers SET answers = REPLACE(answers, 'lien-he@vi-du', 'moi@vi-du')"
        connection.execute(text(changed))

    newest(mailing, mail_server)

    assert mail_server.recipients == [["moi@vi-du.example"]]


def test_a_request_names_each_paper_with_the_reason_and_no_day_while_none_is_known(
    dossier: Dossier, mailing: Wired, mail_server: MailServer, catalogue: Catalogue
) -> None:
    form = catalogue.form(DOSSIER)
    ask_for_more(mailing, dossier, catalogue)

    subject, letter = newest(mailing, mail_server)

    titles = [form.items_by_id[one.item_id].title for one in ASKED]
    assert subject == "cần bổ sung 2 mục"
    assert f"- {titles[0]}: hết hạn: Gửi hóa đơn của năm 2026.\n- {titles[1]}: thiếu: Gửi cả phụ lục.\n" in letter
    assert "trước" not in letter.split("Chỉ gửi")[0]


def test_a_request_names_its_day_when_there_is_one(
    dossier: Dossier, mailing: Wired, mail_server: MailServer, catalogue: Catalogue
) -> None:
    ask_for_more(mailing, dossier, catalogue)
    with writing(mailing.engine) as connection:
        connection.execute(text("UPDATE supplements SET answer_by = '2027-03-10 10:00:00'"))

    _, letter = newest(mailing, mail_server)

    assert "Gửi trước 10/03/2027" in letter


def test_each_letter_tells_what_had_come_when_it_was_answered_however_late_it_goes(
    dossier: Dossier, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, moved_clock: MovedClock
) -> None:
    ask_for_more(mailing, dossier, catalogue)
    for asked in ASKED:
        moved_clock.move(minutes=5)
        answer(mailing, dossier, asked.item_id)

    send_mail(mailing)

    first, second = [text_of(message) for message in mail_server.messages][-2:]
    title = catalogue.form(DOSSIER).items_by_id["contracts"].title
    assert f"Đã có 1 mục, còn thiếu:\n- {title}\n" in first
    assert "Đã đủ 2 mục được yêu cầu" in second


def test_a_request_that_waited_until_all_had_come_is_not_sent(
    dossier: Dossier, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, moved_clock: MovedClock
) -> None:
    ask_for_more(mailing, dossier, catalogue)
    for asked in ASKED:
        answer(mailing, dossier, asked.item_id)
    moved_clock.move(hours=1)

    send_mail(mailing)

    assert [row.last_error for row in outbox(mailing)] == [None, None, "không còn chờ bổ sung", None, None]
