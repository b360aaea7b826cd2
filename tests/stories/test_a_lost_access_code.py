"""A cooperative lost its access code: a letter to the address on file, sent by `hotro worker`, brings a new one."""

import contextlib
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from tests.browser import Visit, watch, without_scripts
from tests.inspection.makers import a_pdf
from tests.mail import MailServer, text_of
from tests.served import HOTRO, Served
from tests.stories.test_pages_are_accessible import faults
from tests.submissions import API, DOSSIER

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path, built_site: Path, mail_server: MailServer) -> Iterator[Served]:
    """Mail is set up, its worker runs apart."""
    made = Served(tmp_path / "data", built_site, HOTRO_SMTP_URL=mail_server.url, HOTRO_WORKER="false")
    made.environment["HOTRO_PUBLIC_URL"] = made.url
    made.start()
    yield made
    made.stop()


@contextlib.contextmanager
def working(server: Served) -> Iterator[None]:
    with (server.data.parent / "worker.log").open("wb") as log:
        process = subprocess.Popen([HOTRO, "worker"], env=server.environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, (server.data.parent / "worker.log").read_text()


def letter_about(mail_server: MailServer, subject: str) -> str:
    for _ in range(300):
        for message in list(mail_server.messages):
            if subject in message["Subject"]:
                return text_of(message)
        time.sleep(0.1)
    raise AssertionError(f"no letter about “{subject}” within 30 seconds")


def a_receipt(server: Served, catalogue: Catalogue, folder: Path) -> dict[str, str]:
    form = catalogue.form(DOSSIER)
    paper = a_pdf(folder / "giấy.pdf").read_bytes()
    files = [(item, ("vi-du.pdf", paper, "application/pdf")) for item in example_items(form)]
    answer = httpx2.post(server.url + API, data=example_fields(form, date.today()), files=files)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, str] = answer.json()
    return receipt


def looked_at(visit: Visit) -> Page:
    """The page, sound in light and dark, on a phone and on a desk."""
    visit.page.wait_for_load_state()
    assert list(faults(visit)) == []
    return visit.page


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_the_code_is_renewed_through_the_mail(
    script: bool,
    server: Served,
    chromium: Browser,
    mail_server: MailServer,
    catalogue: Catalogue,
    tmp_path: Path,
) -> None:
    receipt = a_receipt(server, catalogue, tmp_path)
    context = chromium.new_context(locale="vi-VN")
    visit = Visit(context, context.new_page(), server.url, [])
    watch(visit, server.port)
    if not script:
        without_scripts(visit)

    visit.go("/tra-cuu/")
    visit.page.get_by_role("link", name="Nhận mã mới qua thư điện tử").click()
    page = looked_at(visit)
    page.get_by_label("Mã tham chiếu").fill("HT-4K7M-9QX3-RTD7")
    page.get_by_role("button", name="Gửi đường dẫn").click()
    expect(looked_at(visit)).to_have_title(re.compile("^Lỗi: Nhận mã truy cập mới"))
    page.get_by_label("Mã tham chiếu").fill(receipt["reference"])
    page.get_by_role("button", name="Gửi đường dẫn").click()
    expect(looked_at(visit).get_by_role("heading", level=1)).to_have_text("Đã nhận yêu cầu")
    with working(server):
        letter = letter_about(mail_server, "nhận mã truy cập mới")
    link = re.search(r"^http\S+$", letter, re.MULTILINE)
    assert link
    page.goto(link[0])
    looked_at(visit).get_by_role("button", name="Hiện mã mới").click()
    reference, code = looked_at(visit).locator(".hotro-reference").all_text_contents()
    page.goto(link[0])
    expect(looked_at(visit).locator("article")).to_contain_text("Không mở được đường dẫn nhận mã mới")
    answers = [
        httpx2.get(f"{server.url}/api/v1/dossiers/{reference}", headers={"Authorization": f"Bearer {one}"}).status_code
        for one in (code, receipt["access_code"])
    ]

    assert reference == receipt["reference"] and code not in letter
    assert answers == [200, 404]
    assert "Khớp: 1 hồ sơ" in server.run("verify").stdout
    assert visit.troubles == []
    context.close()
