"""The applicant's files on the desk: pictures of their pages for every officer, the original only as a download."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import httpx2
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from starlette.testclient import TestClient

from processor.domain.access.officer import ROLES
from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment
from processor.domain.events import Event
from processor.domain.files import FILE_TYPES
from processor.domain.forms.examples import example_fields
from processor.inspection.preview import ARTISTS
from processor.rendering.desk.viewer import FITTING, LARGE, SMALL
from processor.rendering.files import FileWords
from processor.rendering.templating import ENVIRONMENT
from processor.services.appraisal.appraisal import open_dossier
from processor.services.parts import Wired
from tests.application import MovedClock
from tests.browser import OFFICER, PASSWORD, Visitor
from tests.factories import NOW
from tests.inspection.makers import a_docx, a_jpeg, a_pdf, an_xlsx
from tests.served import Served
from tests.stories.test_pages_are_accessible import faults, press
from tests.submissions import API, DOSSIER, Files, answers, papers, sent
from tests.web.test_applicant import text_of
from tests.web.test_officer import signed_in

Sent = Mapping[str, str]


def kinds_of_papers(folder: Path) -> Files:
    """Invented: a PDF of three pages, a DOCX, a photograph, an XLSX, in the order of the form's items."""
    made = {
        "support_request": ("Đơn đề nghị.pdf", a_pdf(folder / "1", pages=3), "pdf"),
        "certificate_copy": ("ảnh chứng nhận.jpg", a_jpeg(folder / "3", (1200, 900)), "jpeg"),
        "contracts": ("hợp đồng.docx", a_docx(folder / "2"), "docx"),
        "payment_records": ("hóa đơn.xlsx", an_xlsx(folder / "4.xlsx"), "xlsx"),
    }
    return [(item, (name, path.read_bytes(), FILE_TYPES[kind].media_type)) for item, (name, path, kind) in made.items()]


@pytest.fixture
def dossier(client: TestClient, catalogue: Catalogue, tmp_path: Path) -> Sent:
    """The way to each file by its item."""
    answer = client.post(API, data=answers(catalogue.form(DOSSIER)), files=kinds_of_papers(tmp_path))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    ways = {file["item_id"]: f"/can-bo/ho-so/{told['reference']}/tep/{file['id']}" for file in told["attachments"]}
    return ways | {"reference": told["reference"]}


def looks(wired: Wired, reference: str) -> list[Event]:
    return [event for event in open_dossier(wired, reference).events if event.kind == "page_viewed"]


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("role", ROLES)
def test_every_officer_sees_pages_as_pictures(wired: Wired, dossier: Sent, role: str) -> None:
    officer = signed_in(wired, "can-bo-1", role)

    page = officer.get(f"{dossier['support_request']}/trang/3")
    viewer = officer.get(f"{dossier['support_request']}/xem")

    assert (page.status_code, page.headers["content-type"]) == (200, "image/webp")
    assert viewer.status_code == 200
    assert [image["alt"] for image in read(viewer.text).find_all("img", loading="lazy")] == [
        f"Trang {number} của Đơn đề nghị.pdf" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("width", [SMALL, FITTING, LARGE])
def test_a_page_comes_in_three_widths(wired: Wired, dossier: Sent, width: int) -> None:
    officer = signed_in(wired, "can-bo-1")

    answer = officer.get(f"{dossier['support_request']}/trang/1?rong={width}")

    assert Image.open(io.BytesIO(answer.content)).width == width


def test_a_picture_is_kept_by_this_browser_alone_and_runs_nothing(wired: Wired, dossier: Sent) -> None:
    officer = signed_in(wired, "can-bo-1")

    headers = officer.get(f"{dossier['certificate_copy']}/trang/1").headers

    assert headers["cache-control"] == "private, max-age=3600"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "wanted", ["trang/0", "trang/4", f"trang/{10**30}", "trang/1?rong=801", "trang/1?rong=", "xem?tu=4", "xem?tu=0"]
)
def test_what_is_not_there_is_not_found(wired: Wired, dossier: Sent, wanted: str) -> None:
    officer = signed_in(wired, "can-bo-1")

    answer = officer.get(f"{dossier['support_request']}/{wanted}")

    assert answer.status_code == 404


@pytest.mark.parametrize("wanted", ["trang/1", "xem"])
def test_a_file_of_another_dossier_is_not_found(
    wired: Wired, client: TestClient, dossier: Sent, catalogue: Catalogue, tmp_path: Path, wanted: str
) -> None:
    officer = signed_in(wired, "can-bo-1")
    other = sent(client, catalogue.form(DOSSIER), tmp_path)

    answer = officer.get(f"/can-bo/ho-so/{dossier['reference']}/tep/{other['attachments'][0]['id']}/{wanted}")

    assert answer.status_code == 404
    assert looks(wired, dossier["reference"]) == looks(wired, other["reference"]) == []


@pytest.mark.parametrize("wanted", ["trang/1", "xem"])
def test_who_is_not_signed_in_goes_to_the_sign_in_page(
    wired: Wired, client: TestClient, dossier: Sent, wanted: str
) -> None:
    answer = client.get(f"{dossier['support_request']}/{wanted}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/can-bo/dang-nhap?tiep=")
    assert looks(wired, dossier["reference"]) == []


def test_turning_the_pages_of_a_file_is_one_look_in_fifteen_minutes(
    wired: Wired, dossier: Sent, moved_clock: MovedClock
) -> None:
    officer = signed_in(wired, "can-bo-1")

    officer.get(f"{dossier['support_request']}/xem")
    for number in (1, 2, 3):
        officer.get(f"{dossier['support_request']}/trang/{number}")
    once = len(looks(wired, dossier["reference"]))
    officer.get(f"{dossier['certificate_copy']}/trang/1")
    of_another_file = len(looks(wired, dossier["reference"]))
    moved_clock.move(minutes=16)
    officer.get(f"{dossier['support_request']}/xem")

    assert (once, of_another_file, len(looks(wired, dossier["reference"]))) == (1, 2, 3)


def test_the_viewer_leads_back_to_the_paper_and_on_to_the_files_beside(wired: Wired, dossier: Sent) -> None:
    officer = signed_in(wired, "can-bo-1")

    html = officer.get(f"{dossier['certificate_copy']}/xem").text

    links = {" ".join(link.get_text(" ").split()): link["href"] for link in read(html).find("article").find_all("a")}  # type: ignore[union-attr]
    assert links["Quay lại hồ sơ"] == f"/can-bo/ho-so/{dossier['reference']}#muc-certificate_copy"
    assert links["Tệp trước: Đơn đề nghị.pdf"] == f"{dossier['support_request']}/xem"
    assert links["Tệp sau: hợp đồng.docx"] == f"{dossier['contracts']}/xem"
    assert links["Tải về ảnh chứng nhận.jpg"] == dossier["certificate_copy"]
    assert "1 trang" in text_of(html)


def test_two_links_make_the_pages_fit_or_large(wired: Wired, dossier: Sent) -> None:
    officer = signed_in(wired, "can-bo-1")
    way = f"{dossier['support_request']}/xem"

    fitting = read(officer.get(way).text)
    large = read(officer.get(way + str(fitting.find("a", string="Lớn")["href"])).text)  # type: ignore[index]

    assert "rong=800" in str(fitting.find("img", loading="lazy"))
    assert "rong=1600" in str(large.find("img", loading="lazy"))
    assert large.find("a", string="Lớn")["aria-current"] == "true"  # type: ignore[index]


def test_of_a_thick_file_a_hundred_pages_are_shown_at_a_time(
    wired: Wired, client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    thick = ("support_request", ("dày.pdf", a_pdf(tmp_path / "thick", pages=230).read_bytes(), "application/pdf"))
    told = client.post(API, data=answers(form), files=[thick, *papers(form, tmp_path)[1:]]).json()
    way = f"/can-bo/ho-so/{told['reference']}/tep/{told['attachments'][0]['id']}/xem"
    officer = signed_in(wired, "can-bo-1")

    first, second, last = (read(officer.get(f"{way}?tu={start}").text) for start in (1, 101, 201))

    assert [len(page.find_all("figure")) for page in (first, second, last)] == [100, 100, 30]
    assert first.find("a", string="Trang 101 đến 200")
    assert second.find("a", string="Trang 1 đến 100") and second.find("a", string="Trang 201 đến 230")
    assert not last.find("a", string="Trang 201 đến 230")


@pytest.mark.parametrize("item", ["contracts", "payment_records"])
def test_office_files_say_that_they_have_no_preview(wired: Wired, dossier: Sent, item: str) -> None:
    officer = signed_in(wired, "can-bo-1")

    viewer, picture = officer.get(f"{dossier[item]}/xem"), officer.get(f"{dossier[item]}/trang/1")

    assert "Không xem trước được loại tệp này. Tải về để mở." in text_of(viewer.text)
    assert "Không xem trước được loại tệp này. Tải về để mở." in text_of(picture.text)
    assert (viewer.status_code, picture.status_code) == (200, 422)
    assert not read(viewer.text).find("img", loading="lazy")


def test_a_file_that_cannot_be_drawn_is_refused_by_name_and_the_next_is_shown(wired: Wired, dossier: Sent) -> None:
    officer = signed_in(wired, "can-bo-1")
    file = open_dossier(wired, dossier["reference"]).dossier.attachments[0]
    with wired.store.open(file.id) as stored:
        Path(stored.name).write_bytes(b"%PDF-1.7\n" + bytes(1000))

    viewer, picture = (officer.get(f"{dossier['support_request']}/{wanted}") for wanted in ("xem", "trang/1"))
    next_file = officer.get(f"{dossier['certificate_copy']}/trang/1")

    assert (viewer.status_code, picture.status_code, next_file.status_code) == (200, 422, 200)
    assert "Không xem trước được “Đơn đề nghị.pdf”" in text_of(viewer.text)


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_the_dossier_shows_the_first_page_of_what_can_be_drawn_and_the_name_of_the_rest(
    catalogue: Catalogue, kind: str
) -> None:
    media_type = FILE_TYPES[kind].media_type
    file = Attachment("a" * 32, "contracts", "hợp đồng <1>.x", 2048, "0" * 64, media_type, NOW)
    thumbnail: Callable[..., str] = ENVIRONMENT.get_template("desk/preview_macros.html").module.thumbnail  # type: ignore[attr-defined]

    shown = read(thumbnail("HT-0000", file, FileWords(catalogue, without_scanner=True)))

    way = f"/can-bo/ho-so/HT-0000/tep/{file.id}"
    image = shown.find("img")
    assert shown.find("strong", string="hợp đồng <1>.x")
    assert [link["href"] for link in shown.find_all("a")] == [
        way,
        f"{way}/go",
        *[f"{way}/xem"][: media_type in ARTISTS],
    ]
    assert (image is not None) == (media_type in ARTISTS)
    assert image is None or (image["src"], image["loading"]) == (f"{way}/trang/1?rong={SMALL}", "lazy")


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_the_viewer_is_accessible_and_its_pictures_come(
    script: bool, visitor: Visitor, live: Served, catalogue: Catalogue, tmp_path: Path
) -> None:
    told = example_fields(catalogue.form(DOSSIER), date.today()) | {"certificate_no": tmp_path.name}
    answer = httpx2.post(f"{live.url}{API}", data=told, files=kinds_of_papers(tmp_path))
    way = f"/can-bo/ho-so/{answer.json()['reference']}"
    visit = visitor(scripts_served=script)
    page = visit.page
    visit.go(way)
    page.locator('[name="name"]').fill(OFFICER)
    page.locator('[name="password"]').fill(PASSWORD)
    press(page, "Đăng nhập")

    found, drawn = list(faults(visit)), []
    page.get_by_role("link", name="Xem Đơn đề nghị.pdf").click()
    page.wait_for_url("**/xem")
    for step in ("Lớn", "Tệp sau: ảnh chứng nhận.jpg", "Tệp sau: hợp đồng.docx"):
        for image in page.locator("figure img").all():
            image.scroll_into_view_if_needed()
            image.evaluate("image => image.decode()")
            drawn.append(image.evaluate("image => image.naturalWidth"))
        found += faults(visit)
        page.get_by_role("link", name=step).click()
        page.wait_for_load_state()
    found += faults(visit)

    assert found == []
    assert drawn == [800, 800, 800, 1600, 1600, 1600, 800]
