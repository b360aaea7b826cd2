"""Whoever lost the access code gets a new one through the address on file, and nobody learns which dossiers exist."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.reference import issue_reference
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.storage.dossiers.dossiers import events_of, find_dossier
from processor.storage.engine import reading
from tests.application import URL, MovedClock
from tests.mail import MailServer, outbox, send_mail, text_of
from tests.submissions import API, DOSSIER, answers, papers, sent

PAGE = "/tra-cuu/ma-moi"


def article(html: str) -> str:
    found = BeautifulSoup(html, "html.parser").find("article")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def ask(client: TestClient, reference: str) -> Any:
    return client.post(PAGE, data={"reference": reference})


def mailed_link(wired: Wired, mail_server: MailServer) -> str:
    """The path of the link in the newest letter about a code."""
    send_mail(wired)
    letters = [message for message in mail_server.messages if "mã truy cập mới" in message["Subject"]]
    found = re.search(rf"^{URL}(/tra-cuu/ma-moi/\S+)$", text_of(letters[-1]), re.MULTILINE)
    assert found
    return found[1]


def codes(html: str) -> list[str]:
    return re.findall(r'hotro-reference">([^<]+)<', html)


def opens(client: TestClient, reference: str, code: str) -> bool:
    answer = client.get(f"/api/v1/dossiers/{reference}", headers={"Authorization": f"Bearer {code}"})
    return answer.status_code == 200


@pytest.fixture
def receipt(mailing_client: TestClient, catalogue: Catalogue, tmp_path: Path) -> dict[str, str]:
    return sent(mailing_client, catalogue.form(DOSSIER), tmp_path)


def test_a_lost_code_is_replaced_by_a_new_one_that_works_while_the_old_one_ends(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    ask(mailing_client, receipt["reference"].lower().replace("-", " "))
    link = mailed_link(mailing, mail_server)

    page = mailing_client.post(link)

    reference, code = codes(page.text)
    assert page.status_code == 200 and reference == receipt["reference"]
    assert opens(mailing_client, reference, code)
    assert not opens(mailing_client, reference, receipt["access_code"])
    assert code not in "".join(text_of(message) for message in mail_server.messages)


def test_the_answer_is_the_same_whether_the_reference_exists_or_not(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    known = ask(mailing_client, receipt["reference"])
    unknown = ask(mailing_client, issue_reference())
    send_mail(mailing)

    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text and known.headers == unknown.headers
    assert [message["Subject"].split(": ")[1] for message in mail_server.messages] == [
        "đã nhận hồ sơ",
        "nhận mã truy cập mới",
    ]


def test_a_mistyped_reference_is_told_at_its_field(mailing_client: TestClient) -> None:
    page = ask(mailing_client, "HT-4K7M-9QX3-RTD7")

    read = BeautifulSoup(page.text, "html.parser")
    field = read.find(id="f-reference")
    assert page.status_code == 422 and "ký tự gõ nhầm" in article(page.text)
    assert read.title and read.title.text.startswith("Lỗi: ")
    assert field is not None and (field.get("value"), field.get("aria-invalid")) == ("HT-4K7M-9QX3-RTD7", "true")


def test_looking_at_the_link_uses_nothing_up(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    ask(mailing_client, receipt["reference"])
    link = mailed_link(mailing, mail_server)

    looked = [mailing_client.get(link), mailing_client.head(link), mailing_client.get(link)]

    assert [page.status_code for page in looked] == [200, 200, 200]
    assert opens(mailing_client, receipt["reference"], receipt["access_code"])
    assert mailing_client.post(link).status_code == 200


def test_a_used_a_lapsed_and_a_wrong_link_give_one_page(
    receipt: dict[str, str],
    mailing_client: TestClient,
    mailing: Wired,
    mail_server: MailServer,
    moved_clock: MovedClock,
) -> None:
    ask(mailing_client, receipt["reference"])
    used = mailed_link(mailing, mail_server)
    mailing_client.post(used)
    ask(mailing_client, receipt["reference"])
    lapsed = mailed_link(mailing, mail_server)
    moved_clock.move(hours=25)

    pages = [
        call(link) for link in (used, lapsed, f"{PAGE}/khong-co") for call in (mailing_client.get, mailing_client.post)
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({article(page.text) for page in pages}) == 1
    assert "Không mở được đường dẫn nhận mã mới" in article(pages[0].text)


def test_using_one_link_ends_the_others_of_the_dossier(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    ask(mailing_client, receipt["reference"])
    first = mailed_link(mailing, mail_server)
    ask(mailing_client, receipt["reference"])
    second = mailed_link(mailing, mail_server)
    mailing_client.post(second)

    page = mailing_client.post(first)

    assert first != second and page.status_code == 404


def test_of_two_who_open_a_link_at_once_one_gets_the_code(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    ask(mailing_client, receipt["reference"])
    link = mailed_link(mailing, mail_server)

    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: mailing_client.post(link), range(4)))

    assert sorted(page.status_code for page in pages) == [200, 404, 404, 404]


def test_the_renewal_stands_in_the_chain_of_the_dossier(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, mail_server: MailServer
) -> None:
    ask(mailing_client, receipt["reference"])
    mailing_client.post(mailed_link(mailing, mail_server))

    with reading(mailing.engine) as connection:
        dossier = find_dossier(connection, receipt["reference"])
        assert dossier is not None
        kinds = [(event.kind, event.actor) for event in events_of(connection, dossier.id)]

    assert kinds == [("submitted", "applicant"), ("access_code_renewed", "applicant")]
    assert verify(mailing).problems == []


def test_a_receipt_repeated_after_the_renewal_does_not_show_the_code_that_ended(
    mailing_client: TestClient, mailing: Wired, mail_server: MailServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    post = {
        "data": answers(form),
        "files": papers(form, tmp_path),
        "headers": {"Idempotency-Key": "khoa-cua-lan-gui-1"},
    }
    first: Any = mailing_client.post(API, **post)  # type: ignore[arg-type]
    ask(mailing_client, first.json()["reference"])
    mailing_client.post(mailed_link(mailing, mail_server))

    again: Any = mailing_client.post(API, **post)  # type: ignore[arg-type]

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["access_code"] is None


def test_a_reference_and_a_client_may_ask_only_so_often_known_or_not(
    receipt: dict[str, str], mailing_client: TestClient, mailing: Wired, moved_clock: MovedClock
) -> None:
    moved_clock.move(minutes=30 - moved_clock().minute)
    unknown = issue_reference()
    asked = [[ask(mailing_client, reference) for _ in range(4)] for reference in (receipt["reference"], unknown)]
    others = [ask(mailing_client, issue_reference()).status_code for _ in range(13)]
    moved_clock.move(hours=1)

    later = ask(mailing_client, unknown)

    assert [[page.status_code for page in pages] for pages in asked] == [[200, 200, 200, 429]] * 2
    assert article(asked[0][3].text).replace(receipt["reference"], "") == article(asked[1][3].text).replace(unknown, "")
    assert "Retry-After" in asked[0][3].headers and "Đã thử quá nhiều lần" in article(asked[0][3].text)
    assert others == [200] * 12 + [429]
    assert later.status_code == 200
    assert sum(row.notice == "code_renewal" for row in outbox(mailing)) == 3


def test_a_letter_that_waited_until_its_link_lapsed_is_not_sent(
    receipt: dict[str, str],
    mailing_client: TestClient,
    mailing: Wired,
    mail_server: MailServer,
    moved_clock: MovedClock,
) -> None:
    ask(mailing_client, receipt["reference"])
    moved_clock.move(hours=25)

    send_mail(mailing)

    assert len(mail_server.messages) == 1
    assert outbox(mailing)[1].last_error == "đường dẫn đã dùng hoặc hết hạn"


def test_without_a_mail_server_the_page_says_so_and_promises_nothing(client: TestClient, wired: Wired) -> None:
    pages = [client.get(PAGE), ask(client, issue_reference())]

    assert {page.status_code for page in pages} == {200}
    assert all(
        "chưa gửi được thư điện tử" in article(page.text) and 'name="reference"' not in page.text for page in pages
    )
    assert outbox(wired) == []


def test_the_tracking_page_leads_there(client: TestClient) -> None:
    page = client.get("/tra-cuu")

    link = BeautifulSoup(page.text, "html.parser").find("a", href=PAGE)
    assert link is not None
    assert client.get(PAGE).status_code == 200
