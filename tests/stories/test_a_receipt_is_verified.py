"""“Xác minh biên nhận” as people use it: by file, by paste, by picture, by camera; and what it says when it cannot."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from processor.settings import ROOT
from tests.browser import CHROMIUM, FLAGS, Visit, Visitor
from tests.issued import Issued, another, issued, other_byte, with_payload
from tests.served import Served

__all__ = ["another", "issued"]
pytestmark = pytest.mark.browser

PLACE = "/xac-minh-bien-nhan/"
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map((motion) => motion.finished));
}"""


def give(visit: Visit, path: Path) -> None:
    visit.page.locator("[data-file]").set_input_files(path)


def told(visit: Visit) -> Any:
    return visit.page.locator("[data-outcome]:visible")


def then_it_is_said(visit: Visit, title: str) -> None:
    expect(visit.page.get_by_role("region", name="Kết quả kiểm tra")).to_be_focused()
    expect(told(visit).locator("h2")).to_have_text(title)


def then_the_page_is_sound(visit: Visit) -> None:
    visit.page.evaluate(SETTLED)
    assert visit.violations() == []
    assert not visit.too_wide()


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_a_receipt_is_verified_in_every_form_and_held_against_its_code(
    width: int, dark: bool, visitor: Visitor, issued: Issued, tmp_path: Path
) -> None:
    visit = visitor(width=width, dark=dark)
    visit.go(PLACE)
    expect(visit.page.get_by_label("Tệp biên nhận")).to_be_visible()
    then_the_page_is_sound(visit)

    give(visit, issued.pdf)
    then_it_is_said(visit, "Biên nhận đúng bản đã cấp")
    expect(visit.page.locator('[data-show="reference"]')).to_have_text(issued.reference)
    expect(visit.page.locator("[data-files] li")).to_have_count(len(issued.papers))
    expect(visit.page.locator("[data-files]")).to_contain_text(issued.document["payload"]["attachments"][0]["sha256"])
    then_the_page_is_sound(visit)

    give(visit, issued.json)
    expect(told(visit)).to_contain_text("Bản này không ghi tên đơn vị")
    visit.page.get_by_label("Hoặc dán nội dung").fill(f" {issued.seal}\n")
    visit.page.get_by_role("button", name="Kiểm tra nội dung đã dán").click()
    then_it_is_said(visit, "Mã QR đúng là của một biên nhận đã cấp")
    expect(visit.page.locator('[data-remark="same"]')).to_be_visible()
    expect(visit.page.locator("[data-files] li")).to_have_count(0)
    then_the_page_is_sound(visit)


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
def test_an_altered_receipt_and_what_is_none_are_told_apart(
    width: int, dark: bool, visitor: Visitor, issued: Issued, tmp_path: Path
) -> None:
    visit = visitor(width=width, dark=dark)
    visit.go(PLACE)
    altered = tmp_path / "sửa.json"
    altered.write_bytes(with_payload(issued.document, form_id="ho-so-cong-cu"))
    none = tmp_path / "khác.pdf"
    none.write_bytes(issued.papers[0].read_bytes())
    page_changed = tmp_path / "sửa.pdf"
    page_changed.write_bytes(other_byte(issued.pdf.read_bytes(), 5000, 1))

    give(visit, altered)
    then_it_is_said(visit, "Biên nhận đã bị sửa")
    expect(told(visit)).to_contain_text("Biên nhận khác bản đã cấp: chữ ký không khớp nội dung.")
    expect(visit.page.locator("[data-content]")).to_be_hidden()
    then_the_page_is_sound(visit)
    give(visit, page_changed)
    then_it_is_said(visit, "Tệp PDF đã bị sửa")
    expect(visit.page.locator('[data-show="reference"]')).to_have_text(issued.reference)
    then_the_page_is_sound(visit)
    give(visit, none)
    then_it_is_said(visit, "Không đọc được biên nhận")
    expect(told(visit)).to_contain_text("Không đọc được “khác.pdf” như một biên nhận.")


@pytest.mark.parametrize("turned", [0, 7])
def test_a_picture_of_the_code_is_read(turned: int, visitor: Visitor, issued: Issued, tmp_path: Path) -> None:
    visit = visitor()
    visit.go(PLACE)
    photo = tmp_path / "ảnh.jpg"
    issued.picture.convert("RGB").rotate(turned, expand=True, fillcolor="white").save(photo, quality=70)
    blank = tmp_path / "trắng.png"
    Image.new("RGB", (400, 300), "white").save(blank)

    give(visit, photo)
    then_it_is_said(visit, "Mã QR đúng là của một biên nhận đã cấp")
    give(visit, blank)
    then_it_is_said(visit, "Không thấy mã QR")


def test_the_reader_of_codes_is_loaded_only_by_those_who_need_it(visitor: Visitor, issued: Issued) -> None:
    visit = visitor()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))

    visit.go(PLACE)
    give(visit, issued.pdf)
    then_it_is_said(visit, "Biên nhận đúng bản đã cấp")

    assert [url for url in asked if "/vendor/" in url] == []


def test_a_code_and_a_file_of_two_receipts_are_told_apart(visitor: Visitor, issued: Issued, another: Issued) -> None:
    visit = visitor()
    visit.go(PLACE)
    visit.page.get_by_label("Hoặc dán nội dung").fill(another.seal)
    visit.page.get_by_role("button", name="Kiểm tra nội dung đã dán").click()

    give(visit, issued.pdf)

    expect(visit.page.locator('[data-remark="different"]')).to_be_visible()


def test_a_file_on_the_device_is_held_against_the_list(visitor: Visitor, issued: Issued, another: Issued) -> None:
    visit = visitor(width=320)
    visit.go(PLACE)
    give(visit, issued.json)
    expect(visit.page.locator("[data-compare]")).to_be_visible()
    strange = issued.folder / "lạ.pdf"
    strange.write_bytes(b"%PDF-1.7 another")

    visit.page.get_by_label("So sánh tệp trên máy với biên nhận").set_input_files([issued.papers[1], strange])

    expect(visit.page.locator("[data-compared] li")).to_have_text(
        [
            "“giấy 1.pdf” trùng từng byte với “giấy 1.pdf” trong biên nhận.",
            "“lạ.pdf” không trùng với tệp nào trong biên nhận.",
        ]
    )
    then_the_page_is_sound(visit)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("script", [True, False])
def test_without_script_the_page_says_how_to_verify_otherwise(script: bool, width: int, visitor: Visitor) -> None:
    visit = visitor(width=width, scripts_served=script)

    visit.go(PLACE)

    expect(visit.page.locator("[data-without-script]")).to_be_visible(visible=not script)
    expect(visit.page.get_by_label("Tệp biên nhận")).to_be_visible(visible=script)
    expect(visit.page.get_by_role("heading", name="Kiểm tra bằng dòng lệnh")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Tải tệp xac-minh.html")).to_be_visible()
    then_the_page_is_sound(visit)


def recipe() -> str:
    """The commands of the page."""
    page = (ROOT / "docs/xac-minh-bien-nhan.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_commands_of_the_page_verify_a_receipt_and_refuse_a_changed_one(
    live: Served, issued: Issued, tmp_path: Path
) -> None:
    (tmp_path / "hotro-keys.json").write_bytes(httpx2.get(f"{live.url}/.well-known/hotro-keys.json").content)
    right = issued.json.read_bytes()
    wrong = with_payload(issued.document, form_id="ho-so-cong-cu")
    said = []

    for content in (right, wrong):
        (tmp_path / "bien-nhan.json").write_bytes(content)
        ran = subprocess.run(["bash", "-c", recipe()], cwd=tmp_path, capture_output=True, text=True, check=False)
        said.append((ran.returncode, ran.stdout.strip()))

    assert said == [(0, "Signature Verified Successfully"), (1, "Signature Verification Failure")]


def test_without_https_the_page_says_why_and_what_does_work(
    chromium: Browser, built_site: Path, issued: Issued, tmp_path: Path
) -> None:
    server = Served(tmp_path / "data", built_site)
    server.environment["HOTRO_PUBLIC_URL"] = f"http://hotro.example:{server.port}"
    server.start()
    rules = "--host-resolver-rules=MAP hotro.example 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])
    try:
        page = browser.new_page()
        page.goto(f"http://hotro.example:{server.port}{PLACE}")
        page.locator("[data-file]").set_input_files(issued.pdf)
        expect(page.locator("[data-outcome]:visible h2")).to_have_text("Chưa kiểm tra được ở đây")
        expect(page.locator("[data-outcome]:visible")).to_contain_text("không có HTTPS")
        expect(page.locator("[data-outcome]:visible")).to_contain_text("xac-minh.html")
    finally:
        browser.close()
        server.stop()


def test_a_browser_that_does_not_know_the_signature_says_so(visitor: Visitor, issued: Issued) -> None:
    visit = visitor()
    unknown = (
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))"
    )
    visit.page.add_init_script(unknown)
    visit.go(PLACE)

    give(visit, issued.json)

    then_it_is_said(visit, "Trình duyệt này chưa kiểm tra được")


def test_with_the_line_down_the_page_says_that_it_lacks_the_keys(visitor: Visitor, issued: Issued) -> None:
    visit = visitor()
    visit.go(PLACE)
    visit.context.set_offline(True)

    give(visit, issued.json)

    then_it_is_said(visit, "Chưa có danh sách khóa")


def test_a_machine_without_a_camera_is_told_what_else_to_do(visitor: Visitor) -> None:
    visit = visitor(width=320)
    visit.context.grant_permissions(["camera"])
    visit.go(PLACE)

    visit.page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()

    then_it_is_said(visit, "Không có máy ảnh")
    then_the_page_is_sound(visit)


@contextmanager
def with_camera(chromium: Browser, live: Served, *flags: str) -> Iterator[Page]:
    """The page in a browser with Chromium's fake camera."""
    camera = [*FLAGS, "--use-fake-device-for-media-stream", *flags]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=camera)
    try:
        page = browser.new_page()
        page.goto(f"{live.url}{PLACE}")
        yield page
    finally:
        browser.close()


def test_a_camera_that_the_browser_refuses_is_told(chromium: Browser, live: Served) -> None:
    with with_camera(chromium, live) as page:
        page.context.grant_permissions([])

        page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()

        expect(page.locator("[data-outcome]:visible h2")).to_have_text("Chưa dùng được máy ảnh")
        expect(page.locator("video")).to_be_hidden()


def a_film(picture: Image.Image, path: Path) -> Path:
    """What the camera sees, as Chromium's fake camera takes it: one grey frame of YUV 4:2:0."""
    width, height = 1280, 960
    scene = Image.new("L", (width, height), 120)
    scene.paste(picture.convert("L").resize((720, 720)), (280, 120))
    frame = scene.tobytes() + bytes([128]) * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + (b"FRAME\n" + frame) * 3)
    return path


def code_alone(picture: Image.Image) -> Image.Image:
    corners = zxingcpp.read_barcodes(picture)[0].position
    edge = 20
    return picture.crop(
        (
            corners.top_left.x - edge,
            corners.top_left.y - edge,
            corners.bottom_right.x + edge,
            corners.bottom_right.y + edge,
        )
    )


def test_the_camera_reads_the_code(chromium: Browser, live: Served, issued: Issued, tmp_path: Path) -> None:
    film = a_film(code_alone(issued.picture), tmp_path / "camera.y4m")
    seen = f"--use-file-for-fake-video-capture={film}"
    with with_camera(chromium, live, "--use-fake-ui-for-media-stream", seen) as page:
        page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()

        expect(page.locator("[data-outcome]:visible h2")).to_have_text("Mã QR đúng là của một biên nhận đã cấp")
        expect(page.locator('[data-show="reference"]')).to_have_text(issued.reference)
        expect(page.locator("video")).to_be_hidden()


def test_the_camera_stops_when_it_is_told_to(chromium: Browser, live: Served) -> None:
    with with_camera(chromium, live, "--use-fake-ui-for-media-stream") as page:
        page.get_by_role("button", name="Quét mã QR bằng máy ảnh").click()
        expect(page.get_by_text("Đưa mã QR vào giữa hình.")).to_be_visible()

        page.get_by_role("button", name="Dừng máy ảnh").click()

        expect(page.locator("video")).to_be_hidden()
        assert page.evaluate("document.querySelector('video').srcObject") is None
