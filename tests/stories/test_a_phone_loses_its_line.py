"""Forms where scripts run: files go up at once and go on after a cut line; what is typed is kept, here or there."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Request, Response, Route, expect

from processor.domain.catalogue import Catalogue
from tests.browser import Visit, Visitor, watch
from tests.inspection.makers import a_pdf, a_pdf_with_a_password
from tests.lines import MOBILE, Line
from tests.served import Served
from tests.stories.test_pages_are_accessible import faults
from tests.submissions import DOSSIER, answers, papers

pytestmark = pytest.mark.browser

NAME = "Hợp tác xã Ví dụ Chũ"
PAPER = "certificate_copy"
ERASE = "Xóa khỏi máy này"
ON_DEVICE = """async () => {
  const done = (asked) => new Promise((yes) => (asked.onsuccess = () => yes(asked.result)));
  const base = await done(indexedDB.open("hotro-ban-nhap"));
  const keys = base.objectStoreNames.contains("kept")
    ? await done(base.transaction("kept").objectStore("kept").getAllKeys()) : [];
  base.close();
  return keys;
}"""
KEEP_AGED = """async ([key, days]) => {
  const done = (asked) => new Promise((yes) => (asked.onsuccess = () => yes(asked.result)));
  const base = await done(indexedDB.open("hotro-ban-nhap"));
  const record = { key, page: key, time: Date.now() - days * 24 * 3600 * 1000, typed: {}, base: {} };
  await done(base.transaction("kept", "readwrite").objectStore("kept").put(record));
  base.close();
}"""
DROP = """([place, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
NO_CHECKSUM = "Object.defineProperty(crypto, 'subtle', { value: undefined })"  # as over plain http
NO_STORAGE = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('forbidden'); } })"
PROGRESS = """() => [...document.querySelectorAll("[data-paper] > .hotro-files > li")]
  .reduce((sum, row) => sum + (row.querySelector("progress")?.value ?? 100), 0)"""
SETTLED = "() => new Promise((over) => requestAnimationFrame(() => setTimeout(over)))"


@pytest.fixture
def by_line(chromium: Browser) -> Iterator[Callable[[Line], Visit]]:
    """A visitor whose only way to the server is the line."""
    visits: list[Visit] = []

    def come(line: Line) -> Visit:
        context = chromium.new_context(locale="vi-VN")
        visit = Visit(context, context.new_page(), line.url, [])
        watch(visit, line.port)
        visits.append(visit)
        return visit

    yield come
    for visit in visits:
        visit.context.close()
        assert visit.troubles == []


@pytest.fixture
def a_paper(tmp_path: Path) -> Path:
    return a_pdf(tmp_path / "Giấy chứng nhận.pdf", size_bytes=300_000, seed=1)


@pytest.fixture
def another(tmp_path: Path) -> Path:
    return a_pdf(tmp_path / "Phụ lục.pdf", size_bytes=8_000, seed=2)


def a_draft(live: Served, **typed: Any) -> str:
    """The path of a new draft."""
    saved = httpx2.post(f"{live.url}/nop/{DOSSIER}", data={**typed, "_action": "save"})
    assert saved.status_code == 303, saved.text
    return str(saved.headers["location"])


def a_full_draft(live: Served, catalogue: Catalogue, folder: Path) -> str:
    form = catalogue.form(DOSSIER)
    told = answers(form, certificate_no=folder.name) | {"_action": "save"}
    saved = httpx2.post(f"{live.url}/nop/{DOSSIER}", data=told, files=papers(form, folder))
    assert saved.status_code == 303, saved.text
    return str(saved.headers["location"])


def stored(live: Served, path: str) -> str:
    """The page as the server has it."""
    return httpx2.get(live.url + path).text


def hashes(live: Served) -> set[str]:
    return {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (live.data / "attachments").rglob("*")
        if path.is_file()
    }


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def row(page: Page, path: Path) -> Locator:
    return page.locator("[data-paper] > .hotro-files > li", has_text=path.name)


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def press_by_keyboard(pressed: Locator) -> None:
    pressed.focus()
    pressed.press("Enter")


def turn_page(page: Page, words: str) -> None:
    """Press and wait for the page that follows."""
    with page.expect_event("load"):
        button(page, words).last.click()


def choose(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(list(paths))


def begin_to_fill_in(page: Page) -> None:
    """The part of the script that carries files comes with the first focus."""
    with page.expect_response("**/tai-tep.js"):
        page.locator("input[type=file]").first.focus()
    page.evaluate(SETTLED)


def expect_kept_here(page: Page) -> None:
    words = "Nội dung đang gõ giữ trên máy này, chưa lưu vào bản nháp."
    expect(page.locator(".hotro-kept span", has_text=words)).to_be_visible()


def on_device(page: Page) -> list[str]:
    keys: list[str] = page.evaluate(ON_DEVICE)
    return keys


def expect_nothing_on_device(page: Page) -> None:
    page.wait_for_function(f"async () => !(await ({ON_DEVICE})()).length")


def is_save(answer: Response) -> bool:
    return answer.ok and answer.request.headers.get("accept") == "application/json"


def after_the_tab_is_killed(visit: Visit, live: Served) -> Page:
    """The same address in a new tab of the same browser. A tab that is closed in order still tries to save: this one
    has no time to."""
    address = visit.page.url
    with visit.page.expect_event("crash"), contextlib.suppress(Error):
        visit.page.goto("chrome://crash")
    visit.page.close()
    visit.page = visit.context.new_page()
    watch(visit, live.port)
    visit.context.set_offline(False)
    visit.page.goto(address)
    return visit.page


class Held:
    """Files begin, and their bytes wait until they are let through."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] | None = []
        page.route("**/tep/*", self.take)

    def take(self, route: Route) -> None:
        if self.waiting is None or route.request.method != "PATCH":
            route.continue_()
        else:
            self.waiting.append(route)

    def let_through(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        for route in waiting:
            route.continue_()


# What is typed


def test_a_draft_saves_itself_while_it_is_typed(live: Served, visitor: Visitor) -> None:
    part = f"{a_draft(live)}/phan/applicant"
    page = (visit := visitor()).page
    visit.go(part)

    with page.expect_response(is_save):
        field(page, "organisation_name").fill(NAME)

    assert NAME in stored(live, part)
    expect(page.locator("[data-saved]").first).to_contain_text("Đã lưu lúc")
    expect_nothing_on_device(page)


def test_nothing_goes_to_the_server_before_somebody_saves(visitor: Visitor) -> None:
    page = (visit := visitor()).page
    page.clock.install()
    visit.go(f"/nop/{DOSSIER}")
    posted: list[Request] = []
    page.on("request", lambda asked: posted.append(asked) if asked.method == "POST" else None)

    field(page, "organisation_name").fill(NAME)
    page.clock.run_for(60_000)

    expect_kept_here(page)
    assert posted == []


def test_what_was_typed_comes_back_after_the_tab_is_killed(live: Served, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    field(page, "organisation_name").fill(NAME)
    field(page, "standard").select_option("iso_22000")
    field(page, "consent").check()
    expect_kept_here(page)

    page = after_the_tab_is_killed(visit, live)

    expect(page.locator(".hotro-notice", has_text="Đã lấy lại nội dung gõ lúc")).to_contain_text(ERASE)
    expect(field(page, "organisation_name")).to_have_value(NAME)
    expect(field(page, "standard")).to_have_value("iso_22000")
    expect(field(page, "consent")).not_to_be_checked()


def test_what_was_changed_here_and_what_was_changed_elsewhere_both_stand(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live, organisation_name="Tên cũ", address_line="Thôn cũ")
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    visit.context.set_offline(True)
    field(page, "organisation_name").fill(NAME)
    expect(page.get_by_role("alert")).to_contain_text("Đang mất kết nối")
    httpx2.post(f"{live.url}{draft}/phan/applicant", data={"organisation_name": "Tên cũ", "address_line": "Thôn mới"})

    page = after_the_tab_is_killed(visit, live)

    expect(field(page, "organisation_name")).to_have_value(NAME)
    expect(field(page, "address_line")).to_have_value("Thôn mới")


def test_what_is_on_the_device_can_be_erased(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live, organisation_name="Tên đã lưu")
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    visit.context.set_offline(True)
    field(page, "organisation_name").fill(NAME)
    expect(page.get_by_role("alert")).to_contain_text("Đang mất kết nối")
    page = after_the_tab_is_killed(visit, live)
    expect(field(page, "organisation_name")).to_have_value(NAME)

    turn_page(page, ERASE)

    expect(field(page, "organisation_name")).to_have_value("Tên đã lưu")
    expect_nothing_on_device(page)
    assert NAME not in stored(live, f"{draft}/phan/applicant")


def test_a_page_left_by_a_link_is_saved(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    field(page, "organisation_name").fill(NAME)

    page.get_by_role("link", name="Quay lại các phần của bản nháp").click()
    page.wait_for_url(f"**{draft}")
    visit.go(f"{draft}/phan/applicant")

    expect(field(page, "organisation_name")).to_have_value(NAME)
    expect_nothing_on_device(page)


def test_the_device_forgets_after_a_week(visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    page.evaluate(KEEP_AGED, ["ho-so-khac /nop/ho-so-khac", 6])
    page.evaluate(KEEP_AGED, ["ho-so-cu /nop/ho-so-cu", 8])

    page.reload()

    page.wait_for_function(f"async () => (await ({ON_DEVICE})()).length === 1")
    assert on_device(page) == ["ho-so-khac /nop/ho-so-khac"]


def test_where_storage_is_forbidden_the_form_still_works(live: Served, visitor: Visitor, a_paper: Path) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.context.add_init_script(NO_STORAGE)
    visit.go(f"{draft}/giay-to/{PAPER}")

    choose(page, a_paper)
    turn_page(page, "Tiếp tục")

    expect(page.locator("h1")).to_have_text("Hồ sơ đề nghị hỗ trợ áp dụng tiêu chuẩn")
    assert f"Đã giữ {a_paper.name}" in stored(live, f"{draft}/giay-to/{PAPER}")


# Files


def test_files_go_up_when_they_are_chosen_and_are_removed_by_keyboard(
    live: Served, visitor: Visitor, a_paper: Path, another: Path
) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/giay-to/{PAPER}")

    choose(page, a_paper, another)

    expect(row(page, a_paper)).to_contain_text("Đã giữ")
    expect(row(page, another)).to_contain_text("Đã giữ")
    assert {hash_of(a_paper), hash_of(another)} <= hashes(live)
    assert page.locator("input[type=file]").input_value() == ""
    expect_nothing_on_device(page)

    press_by_keyboard(button(page, f"Xóa tệp {a_paper.name}"))
    expect(button(page, f"Xóa tệp {another.name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("input[type=file]")).to_be_focused()
    assert "Đã giữ" not in stored(live, f"{draft}/giay-to/{PAPER}")


def test_the_first_file_makes_the_draft_and_its_link_is_shown(live: Served, visitor: Visitor, another: Path) -> None:
    page = (visit := visitor()).page
    visit.go(f"/bieu-mau/{DOSSIER}/")
    field(page, "organisation_name").fill(NAME)

    field(page, PAPER).set_input_files(another)

    expect(row(page, another)).to_contain_text("Đã giữ")
    expect(page.locator(".hotro-kept")).to_contain_text("Đã lưu lúc")
    draft = page.get_by_role("link", name="Đường dẫn và các phần của bản nháp").get_attribute("href")
    assert NAME in stored(live, f"{draft}/phan/applicant")
    page.reload()
    page.wait_for_url(f"**/nop/{DOSSIER}?ban-nhap=*")
    expect(field(page, "organisation_name")).to_have_value(NAME)
    expect(row(page, another)).to_contain_text("Đã giữ")


def test_a_file_can_be_dropped_on_its_paper(live: Served, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    begin_to_fill_in(page)

    page.evaluate(DROP, [page.locator("[data-paper]").element_handle(), "thả vào.txt", "không phải giấy tờ"])

    expect(page.locator(".hotro-upload")).to_contain_text("“thả vào.txt” là loại TXT")
    order = page.locator("[data-paper] :is(input[type=file], .hotro-drop)").evaluate_all(
        "all => all.map(e => e.tagName)"
    )
    assert order == ["INPUT", "P"], "the button that chooses comes first"


def test_files_on_their_way_are_cancelled_by_keyboard(
    live: Served, visitor: Visitor, a_paper: Path, another: Path
) -> None:
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    Held(page)
    choose(page, a_paper, another)
    expect(row(page, a_paper)).to_contain_text("0%")

    press_by_keyboard(button(page, f"Hủy tải {a_paper.name}"))

    expect(button(page, f"Hủy tải {another.name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("input[type=file]")).to_be_focused()
    expect(page.locator(".hotro-upload")).to_have_count(0)
    expect_nothing_on_device(page)


def test_an_interrupted_file_goes_on_when_told_to(live: Served, visitor: Visitor, a_paper: Path) -> None:
    page = (visit := visitor()).page
    page.clock.install(time=0)
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    page.clock.pause_at(60_000)

    def broken(route: Route) -> None:
        if route.request.headers["upload-offset"] == "0":
            route.continue_()
        else:
            route.abort("connectionreset")

    page.route("**/tep/*", lambda route: broken(route) if route.request.method == "PATCH" else route.continue_())
    choose(page, a_paper)
    told = f"“{a_paper.name}” mới tải 43% thì mất kết nối. Phần đã tải còn giữ; bấm “Tải tiếp”."
    expect(row(page, a_paper)).to_contain_text(told)
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()

    page.unroute_all()
    press_by_keyboard(button(page, f"Tải tiếp {a_paper.name}"))

    expect(button(page, f"Xóa tệp {a_paper.name}")).to_be_focused()
    assert hash_of(a_paper) in hashes(live)


def test_a_file_chosen_offline_is_sent_after_the_tab_was_killed(live: Served, visitor: Visitor, a_paper: Path) -> None:
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    begin_to_fill_in(page)
    visit.context.set_offline(True)
    choose(page, a_paper)
    expect(row(page, a_paper)).to_contain_text("mới tải 0% thì mất kết nối")
    expect(page.get_by_role("alert")).to_contain_text("1 ô và tệp đang giữ trên máy này, chưa gửi")

    page = after_the_tab_is_killed(visit, live)

    expect(row(page, a_paper)).to_contain_text("Đã giữ")
    assert hash_of(a_paper) in hashes(live)
    expect_nothing_on_device(page)


@pytest.mark.parametrize("secure", [True, False])
def test_a_file_goes_on_after_each_cut(
    secure: bool, live: Served, by_line: Callable[[Line], Visit], tmp_path: Path
) -> None:
    paper = a_pdf(tmp_path / "dài.pdf", size_bytes=1_500_000, seed=5 + secure)
    draft = a_draft(live)
    with Line(live.port, cut_at=[100_000, 500_000, 1_200_000]) as line:
        page = (visit := by_line(line)).page
        if not secure:
            visit.context.add_init_script(NO_CHECKSUM)
        visit.go(f"{draft}/giay-to/{PAPER}")

        choose(page, paper)

        expect(row(page, paper)).to_contain_text("Đã giữ", timeout=60_000)
        assert line.cuts == 3
    assert hash_of(paper) in hashes(live)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("ảnh chụp.heic", 900, "“ảnh chụp.heic” là loại HEIC"),
        ("trống.pdf", 0, "“trống.pdf” không có dữ liệu"),
        ("nặng.pdf", 20 * 1024 * 1024 + 1, "“nặng.pdf” nặng 20,1\u00a0MB, tối đa 20\u00a0MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_before_it_is_sent(
    name: str, size: int, words: str, live: Served, visitor: Visitor, tmp_path: Path
) -> None:
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tep" in request.url else None)
    (path := tmp_path / name).write_bytes(bytes(size))

    choose(page, path)

    expect(row(page, path)).to_contain_text(words)
    assert asked == []
    press_by_keyboard(button(page, f"Xóa tệp {name}"))
    expect(page.locator("input[type=file]")).to_be_focused()


def test_one_file_too_many_is_refused(live: Served, visitor: Visitor, tmp_path: Path) -> None:
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")

    choose(page, *[a_pdf(tmp_path / f"tờ {number}.pdf", seed=number) for number in range(6)])

    expect(row(page, tmp_path / "tờ 5.pdf")).to_contain_text("có 6 tệp, tối đa 5")
    expect(row(page, tmp_path / "tờ 4.pdf")).to_contain_text("Đã giữ")


def test_a_file_that_the_server_refuses_is_named_and_has_to_be_removed(
    live: Served, visitor: Visitor, tmp_path: Path
) -> None:
    locked = a_pdf_with_a_password(tmp_path / "khóa.pdf")
    page = (visit := visitor()).page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    choose(page, locked)
    expect(row(page, locked)).to_contain_text("“khóa.pdf” có mật khẩu. Bỏ mật khẩu rồi tải lại.")

    button(page, "Tiếp tục").last.click()

    expect(button(page, "Xóa tệp khóa.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".hotro-files")).to_have_count(0)


def test_going_on_waits_for_files_on_their_way(live: Served, visitor: Visitor, a_paper: Path) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/giay-to/{PAPER}")
    held = Held(page)
    choose(page, a_paper)
    expect(row(page, a_paper)).to_contain_text("0%")

    button(page, "Tiếp tục").last.click()
    expect(page.get_by_role("status").filter(has_text="Đang tải nốt tệp, xong sẽ tự đi tiếp.")).to_be_visible()
    with page.expect_event("load"):
        held.let_through()

    expect(page).to_have_url(live.url + draft)
    assert f"Đã giữ {a_paper.name}" in stored(live, f"{draft}/giay-to/{PAPER}")


def test_while_going_on_waits_something_else_can_be_done(
    live: Served, visitor: Visitor, a_paper: Path, another: Path
) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/giay-to/{PAPER}")
    choose(page, another)
    expect(row(page, another)).to_contain_text("Đã giữ")
    held = Held(page)
    choose(page, a_paper)
    expect(row(page, a_paper)).to_contain_text("0%")
    button(page, "Tiếp tục").last.click()
    expect(page.get_by_role("status").filter(has_text="Đang tải nốt tệp")).to_be_visible()

    button(page, f"Xóa tệp {another.name}").click()

    expect(row(page, another)).to_have_count(0)
    held.let_through()
    expect(row(page, a_paper)).to_contain_text("Đã giữ")
    expect(page).to_have_url(f"{live.url}{draft}/giay-to/{PAPER}")


def test_without_the_part_that_carries_files_they_go_with_the_form(
    live: Served, visitor: Visitor, a_paper: Path
) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    page.route("**/tai-tep.js", lambda route: route.abort())
    visit.go(f"{draft}/giay-to/{PAPER}")

    choose(page, a_paper)
    turn_page(page, "Tiếp tục")

    assert f"Đã giữ {a_paper.name}" in stored(live, f"{draft}/giay-to/{PAPER}")


@pytest.mark.long
def test_a_dossier_of_five_megabytes_goes_over_a_slow_and_far_line(
    live: Served, by_line: Callable[[Line], Visit], catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    draft = a_draft(live, **answers(form, certificate_no=tmp_path.name))
    wanted = [item.id for item in form.items if item.required]
    sent = [
        a_pdf(tmp_path / f"{item}.pdf", size_bytes=5_000_000 // len(wanted), seed=n) for n, item in enumerate(wanted)
    ]
    seen: list[int] = []
    with Line(live.port, **MOBILE) as line:
        page = by_line(line).page
        page.goto(f"{line.url}/nop/{DOSSIER}?ban-nhap={draft.rpartition('/')[2]}", timeout=60_000)

        for item, path in zip(wanted, sent, strict=True):
            field(page, item).set_input_files(path)
            expect(row(page, path).locator("progress")).to_be_visible()
        while not seen or seen[-1] < 100 * len(wanted):
            page.wait_for_timeout(500)
            seen.append(page.evaluate(PROGRESS))
        with page.expect_event("load", timeout=60_000):
            button(page, "Tiếp tục").last.click()
        expect(page.locator("h1")).to_have_text("Kiểm tra và gửi")
        with page.expect_event("load", timeout=60_000):
            button(page, "Gửi hồ sơ").click()
        expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")

    assert seen == sorted(seen)
    assert len(set(seen)) > 10, "progress in small steps"
    assert {hash_of(path) for path in sent} <= hashes(live)


# Going on


def test_a_page_sent_into_a_dead_line_stays_and_is_saved_when_it_is_back(live: Served, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    field(page, "organisation_name").fill(NAME)
    field(page, "address_line").fill("Thôn Ví dụ")
    visit.context.set_offline(True)

    button(page, "Tiếp tục").last.click()

    told = page.get_by_role("alert")
    expect(told).to_contain_text("Đang mất kết nối")
    expect(told).to_contain_text("2 ô và tệp đang giữ trên máy này, chưa gửi.")
    expect(field(page, "organisation_name")).to_have_value(NAME)
    visit.context.set_offline(False)
    expect(page.locator(".hotro-notice", has_text="Đã có kết nối lại")).to_contain_text("Đã lưu lúc")
    expect_nothing_on_device(page)
    turn_page(page, "Tiếp tục")
    expect(page.locator(".hotro-summary")).to_be_visible()
    expect(field(page, "organisation_name")).to_have_value(NAME)


def test_on_a_shared_machine_offline_everything_unsent_can_be_erased(live: Served, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    field(page, "organisation_name").fill(NAME)
    visit.context.set_offline(True)
    button(page, "Tiếp tục").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Máy dùng chung: bấm “Xóa khỏi máy này”.")

    page.get_by_role("alert").get_by_role("button", name=ERASE).click()

    expect(page.locator(".hotro-notice", has_text="Đã xóa khỏi máy này")).to_be_visible()
    expect(field(page, "organisation_name")).to_have_value("")
    expect_nothing_on_device(page)


def test_a_save_that_is_refused_says_so_and_keeps_what_was_typed(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    httpx2.post(f"{live.url}{draft}/xoa")

    field(page, "organisation_name").fill(NAME)
    button(page, "Tiếp tục").last.click()

    expect(page.get_by_role("alert")).to_contain_text("Không mở được bản nháp")
    expect(field(page, "organisation_name")).to_have_value(NAME)
    page.wait_for_function(f"async () => (await ({ON_DEVICE})()).length === 1")


def test_what_is_typed_after_sending_leads_to_the_receipt(
    live: Served, visitor: Visitor, catalogue: Catalogue, tmp_path: Path
) -> None:
    draft = a_full_draft(live, catalogue, tmp_path)
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    other = visitor().page
    other.goto(f"{live.url}/nop/{DOSSIER}/kiem-tra?ban-nhap={draft.rpartition('/')[2]}")
    turn_page(other, "Gửi hồ sơ")

    field(page, "organisation_name").fill(NAME)

    told = page.get_by_role("alert")
    expect(told).to_contain_text("không tạo thêm hồ sơ")
    told.get_by_role("link", name="Mở biên nhận").click()
    expect(page.locator("h1")).to_have_text("Hồ sơ này đã gửi")


def test_a_double_click_makes_one_draft_and_one_dossier(
    live: Served, visitor: Visitor, catalogue: Catalogue, tmp_path: Path
) -> None:
    page = (visit := visitor()).page
    posts: list[str] = []
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    visit.go(f"/bieu-mau/{DOSSIER}/")
    field(page, "organisation_name").fill(NAME)
    button(page, "Lưu bản nháp, làm tiếp sau").dblclick()
    page.wait_for_url("**/ban-nhap/*")
    assert posts == [f"{live.url}/nop/{DOSSIER}"] * 2, "what was typed, then the form itself"

    check = f"/nop/{DOSSIER}/kiem-tra"
    visit.go(f"{check}?ban-nhap={a_full_draft(live, catalogue, tmp_path).rpartition('/')[2]}")
    button(page, "Gửi hồ sơ").dblclick()

    expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")
    assert posts[2:] == [live.url + check]


def test_a_dossier_is_not_sent_into_a_dead_line(
    live: Served, visitor: Visitor, catalogue: Catalogue, tmp_path: Path
) -> None:
    token = a_full_draft(live, catalogue, tmp_path).rpartition("/")[2]
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}/kiem-tra?ban-nhap={token}")
    visit.context.set_offline(True)

    button(page, "Gửi hồ sơ").click()

    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi. Giữ trang mở; có mạng thì bấm lại.")
    visit.context.set_offline(False)
    turn_page(page, "Gửi hồ sơ")
    expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")


def test_once_a_dossier_is_sent_the_device_keeps_nothing_of_it(
    live: Served, visitor: Visitor, catalogue: Catalogue, tmp_path: Path
) -> None:
    draft = a_full_draft(live, catalogue, tmp_path)
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/applicant")
    page.evaluate(KEEP_AGED, [f"{draft} {draft}/phan/applicant", 0])
    page.evaluate(KEEP_AGED, ["/ban-nhap/khac /ban-nhap/khac/phan/applicant", 0])
    visit.go(f"/nop/{DOSSIER}/kiem-tra?ban-nhap={draft.rpartition('/')[2]}")

    turn_page(page, "Gửi hồ sơ")

    expect(page.locator("h1")).to_have_text("Đã gửi hồ sơ")
    assert on_device(page) == ["/ban-nhap/khac /ban-nhap/khac/phan/applicant"]


def test_a_new_row_is_in_sight(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.go(f"{draft}/phan/costs")
    field(page, "costs.0.amount").fill("1.000.000")

    turn_page(page, "Thêm dòng chi phí")

    expect(page).to_have_url(f"{live.url}{draft}/phan/costs#dong-costs-1")
    expect(field(page, "costs.0.amount")).to_have_value("1.000.000")
    expect(field(page, "costs.1.amount")).to_be_in_viewport()


def test_a_form_works_again_after_going_back(live: Served, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    field(page, "organisation_name").fill(NAME)
    turn_page(page, "Lưu bản nháp, làm tiếp sau")

    page.go_back()
    expect(field(page, "organisation_name")).to_have_value(NAME)
    turn_page(page, "Lưu bản nháp, làm tiếp sau")

    expect(page.get_by_role("heading", name="Làm tiếp lần sau")).to_be_visible()


# Questions, totals, the link


def test_a_question_is_shown_when_it_is_needed(visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")
    opened = page.locator('[data-asked-by="standard"]')
    expect(opened).to_be_hidden()

    field(page, "standard").select_option("other_iso")
    expect(opened).to_be_visible()
    expect(opened.locator(".hotro-needed")).to_be_hidden()
    opened.locator("input").fill("ISO 45001")
    field(page, "standard").select_option("iso_22000")

    expect(opened).to_be_hidden()
    assert opened.locator("input").input_value() == "ISO 45001"


@pytest.mark.parametrize(
    ("typed", "total"),
    [
        ("84.000.000", "84.000.000\u00a0đồng"),
        (" 6,000,000 đ", "6.000.000\u00a0đồng"),
        ("1 500 000", "1.500.000\u00a0đồng"),
        ("84 triệu", "có số chưa đọc được"),
    ],
)
def test_a_total_follows_what_is_typed(typed: str, total: str, visitor: Visitor) -> None:
    page = (visit := visitor()).page
    visit.go(f"/nop/{DOSSIER}")

    field(page, "costs.0.amount").fill(typed)

    expect(page.locator(".hotro-total output")).to_have_text(total)


def test_the_link_of_a_draft_is_copied(live: Served, visitor: Visitor) -> None:
    draft = a_draft(live)
    page = (visit := visitor()).page
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.go(draft)

    button(page, "Chép đường dẫn").click()

    expect(page.get_by_role("status").filter(has_text="Đã chép đường dẫn.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == live.url + draft


# Every state can be read by everyone


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_paper_under_way_refused_and_interrupted_passes_axe(
    dark: bool, live: Served, visitor: Visitor, a_paper: Path, tmp_path: Path
) -> None:
    visit = visitor(dark=dark)
    page = visit.page
    visit.go(f"{a_draft(live)}/giay-to/{PAPER}")
    begin_to_fill_in(page)
    Held(page)
    long_name = a_pdf(tmp_path / f"{'giấy chứng nhận bản chụp rất dài tên ' * 3}.pdf", seed=9)
    (strange := tmp_path / "ảnh.heic").write_bytes(b"no paper")
    choose(page, a_paper, long_name, strange)
    expect(row(page, a_paper)).to_contain_text("0%")
    expect(row(page, strange)).to_contain_text("là loại HEIC")
    assert list(faults(visit)) == []

    page.route("**/tep/*", lambda route: route.abort("connectionreset"))
    button(page, f"Hủy tải {a_paper.name}").click()
    expect(row(page, long_name)).to_contain_text("mất kết nối")

    assert list(faults(visit)) == []


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_form_offline_and_taken_up_again_passes_axe(dark: bool, live: Served, visitor: Visitor) -> None:
    visit = visitor(dark=dark)
    visit.go(f"/nop/{DOSSIER}")
    field(visit.page, "organisation_name").fill(NAME)
    visit.context.set_offline(True)
    button(visit.page, "Tiếp tục").last.click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Đang mất kết nối")
    assert list(faults(visit)) == []

    after_the_tab_is_killed(visit, live)
    expect(visit.page.locator(".hotro-notice", has_text="Đã lấy lại nội dung gõ lúc")).to_be_visible()

    assert list(faults(visit)) == []
