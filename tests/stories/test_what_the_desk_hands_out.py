"""What officers take along, in a real browser: a list with its progress, a package whose page opens without network."""

import zipfile
from pathlib import Path

import pytest

from tests.browser import OFFICER, PASSWORD, Visitor
from tests.served import Served
from tests.stories.test_pages_are_accessible import faults, press

pytestmark = pytest.mark.browser


def test_a_list_and_the_pages_about_other_systems(
    visitor: Visitor, live: Served, a_dossier_sent: str, tmp_path: Path
) -> None:
    live.run("staff", "token", OFFICER, "--label", "Kho dữ liệu ví dụ")
    live.run("webhook", "add", "https://kho.example/bi-mat", "--label", "Kho dữ liệu ví dụ")
    visit = visitor()
    page = visit.page
    visit.go("/can-bo/ho-so")
    page.locator('[name="name"]').fill(OFFICER)
    page.locator('[name="password"]').fill(PASSWORD)
    press(page, "Đăng nhập")

    found = list(faults(visit))
    page.locator('button[name="ending"][value="csv"]').click()
    page.locator('a[href$="/tep"]').wait_for()
    found += faults(visit)
    with page.expect_download() as fetched:
        page.locator('a[href$="/tep"]').click()
    for path in ("/can-bo/thu", "/can-bo/tai-khoan"):
        visit.go(path)
        found += faults(visit)
        assert "Kho dữ liệu ví dụ" in page.content() and "bi-mat" not in page.content()

    assert found == []
    assert a_dossier_sent in Path(fetched.value.path()).read_text(encoding="utf-8-sig")


def test_the_page_in_a_package_opens_from_the_disk_alone(
    visitor: Visitor, live: Served, a_dossier_sent: str, tmp_path: Path
) -> None:
    place = tmp_path / "goi.zip"
    run = live.run("dossier", "export", a_dossier_sent, "--output", str(place))
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path / "goi")
    visit = visitor()

    visit.page.goto((tmp_path / "goi" / "ho-so.html").as_uri())

    assert list(faults(visit)) == []
    assert a_dossier_sent in visit.page.locator("dl").first.inner_text()
    links = visit.page.locator("a").evaluate_all("links => links.map((link) => decodeURI(new URL(link.href).pathname))")
    assert links and [link for link in links if not Path(link).is_file()] == []
