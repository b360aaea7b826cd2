"""Every state of every page passes axe in light and dark, on a phone and on a desk, with and without script."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields, example_items
from processor.settings import ROOT
from tests.browser import OFFICER, PASSWORD, Visit, Visitor
from tests.inspection.makers import a_pdf

pytestmark = pytest.mark.browser

FORM = "ho-so-tieu-chuan"
EVERY_SCREEN = [("light", 320), ("dark", 320), ("dark", 1280), ("light", 1280)]
# `make test` looks at each width and each scheme once, at the pages of a story in turn; `make test-all` at every pair.
AT_EVERY_SCREEN = "EVERY_SCREEN" in os.environ
SCREENS = EVERY_SCREEN if AT_EVERY_SCREEN else EVERY_SCREEN[::2]
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const ends = (motion) => motion.effect.getComputedTiming().endTime < Infinity;
  for (const motion of document.getAnimations()) if (ends(motion)) motion.finish();
  await new Promise(requestAnimationFrame);
}"""
DOCUMENTS = sorted(path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md"))


def marked(document: Path) -> object:
    """Those for who runs the program are plain text on one template: they are looked at before a release."""
    marks = [pytest.mark.long] if "ky-thuat" in document.parts and document.stem not in ("index", "cai-dat") else []
    return pytest.param(document, id=str(document), marks=marks)


def address(document: Path) -> str:
    place = document.with_suffix("").as_posix()
    return f"/{place.removesuffix('index')}".rstrip("/") + "/"


def faults(visit: Visit, screens: Sequence[tuple[str, int]] = SCREENS) -> Iterator[str]:
    """What is wrong with the page as it stands, on each screen."""
    page = visit.page
    if (page.locator("h1").count(), page.locator("main").count()) != (1, 1):
        yield f"{page.url}: not exactly one h1 and one main"
    if page.locator("html").get_attribute("lang") != "vi":
        yield f"{page.url}: not marked as Vietnamese"
    for scheme, width in screens:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        if visit.too_wide():
            yield f"{page.url} {width}: scrolls sideways"
        for violation in visit.violations():
            yield f"{page.url} {scheme} {width}: {violation}"


def look(visit: Visit, found: list[str], titles: list[str]) -> None:
    in_turn = SCREENS[len(titles) % len(SCREENS) :][:1]
    titles.append(visit.page.title())
    found.extend(faults(visit, SCREENS if AT_EVERY_SCREEN else in_turn))


def press(page: Page, words: str) -> None:
    with page.expect_event("load"):
        page.get_by_role("button", name=words, exact=True).last.click()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("document", list(map(marked, DOCUMENTS)))
def test_a_page_of_the_site(document: Path, script: bool, visitor: Visitor) -> None:
    visit = visitor(scripts_served=script)

    visit.go(address(document))

    assert list(faults(visit)) == []


@pytest.mark.parametrize("script", [pytest.param(True, marks=pytest.mark.long), False])
def test_each_page_between_the_form_and_the_status(
    script: bool, visitor: Visitor, catalogue: Catalogue, tmp_path: Path
) -> None:
    visit = visitor(scripts_served=script)
    page = visit.page
    form = catalogue.form(FORM)
    found: list[str] = []
    titles: list[str] = []
    paper = a_pdf(tmp_path / "giấy.pdf")

    told = example_fields(form, date.today()) | {"certificate_no": tmp_path.name}
    visit.go(f"/nop/{FORM}?{urlencode(told, doseq=True)}")
    look(visit, found, titles)
    press(page, "Tiếp tục")
    look(visit, found, titles)
    for item in example_items(form):
        page.locator(f'[name="{item}"]').set_input_files(paper)
    press(page, "Tiếp tục")
    look(visit, found, titles)
    press(page, "Gửi hồ sơ")
    look(visit, found, titles)
    reference, code = page.locator(".hotro-reference").all_text_contents()
    page.go_back()
    look(visit, found, titles)
    page.get_by_role("link", name="Mở biên nhận").click()
    page.wait_for_url("**/bien-nhan/**")
    look(visit, found, titles)
    visit.go(f"/tra-cuu?ma={reference}")
    page.locator('[name="access_code"]').fill("0000 0000")
    press(page, "Tra cứu")
    look(visit, found, titles)
    page.locator('[name="access_code"]').fill(code)
    press(page, "Tra cứu")
    look(visit, found, titles)
    visit.go("/nop/khong-co")
    look(visit, found, titles)

    assert found == []
    assert len(set(titles)) == len(titles) - 1, "only the receipt is seen twice"


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_each_page_of_the_desk(script: bool, visitor: Visitor, a_dossier_sent: str) -> None:
    visit = visitor(scripts_served=script)
    page = visit.page
    found: list[str] = []
    titles: list[str] = []

    visit.go(f"/can-bo/ho-so/{a_dossier_sent}")
    look(visit, found, titles)
    page.locator('[name="name"]').fill(OFFICER)
    page.locator('[name="password"]').fill("sai mật khẩu")
    press(page, "Đăng nhập")
    look(visit, found, titles)
    page.locator('[name="name"]').fill(OFFICER)
    page.locator('[name="password"]').fill(PASSWORD)
    press(page, "Đăng nhập")
    look(visit, found, titles)
    press(page, "Nhận xử lý")
    look(visit, found, titles)
    visit.go("/can-bo/ho-so")
    look(visit, found, titles)
    visit.go("/can-bo/ho-so?tuoi=90")
    look(visit, found, titles)
    visit.go("/can-bo/ho-so/HT-0000-0000-0000")
    look(visit, found, titles)

    assert found == []


REPORTS = ("budget", "demand", "friction", "obstacles", "reach", "register")


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_each_report_and_each_page_that_the_database_fills(script: bool, visitor: Visitor, a_dossier_sent: str) -> None:
    visit = visitor(scripts_served=script)
    page = visit.page
    found: list[str] = []
    titles: list[str] = []
    visit.go(f"/can-bo/ho-so/{a_dossier_sent}")
    page.locator('[name="name"]').fill(OFFICER)
    page.locator('[name="password"]').fill(PASSWORD)
    press(page, "Đăng nhập")

    reports = [f"/can-bo/bao-cao/{name}?nam={date.today().year}" for name in REPORTS]
    for path in ("/can-bo/bao-cao", *reports, "/cong-khai/so-lieu", "/cong-khai/tra-loi"):
        visit.go(path)
        look(visit, found, titles)

    assert found == []
    assert len(set(titles)) == len(titles)
