"""Pages become pictures in a process of their own; what cannot be drawn is refused, and the next page is drawn."""

import io
import resource
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pikepdf
import pypdfium2
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Name
from PIL import Image

from processor.domain.errors import NotFound
from processor.domain.files import FILE_TYPES, FileFault
from processor.inspection import apart
from processor.inspection.preview import ARTISTS, TALLEST, WIDEST, Preview, Previewer, page_count, page_image
from tests.inspection.makers import (
    a_docx,
    a_huge_png,
    a_jpeg,
    a_jpeg_of_two_images,
    a_pdf,
    a_pdf_with_a_password,
    a_png,
    an_xlsx,
    truncated,
)

PDF, JPEG, PNG = (FILE_TYPES[kind].media_type for kind in ("pdf", "jpeg", "png"))
A4 = (595, 842)
RED = b"1 0 0 rg"


def apart_from_the_browsers_loop(work: Callable[[], Awaitable[Any]]) -> Any:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, work).result()


def picture(preview: Preview) -> Image.Image:
    return Image.open(io.BytesIO(preview.image))


def is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 150 and pixel[1] < 100)


def reds(preview: Preview) -> int:
    return sum(map(is_red, picture(preview).get_flattened_data()))


def a_form_page(path: Path, *, needs_appearances: bool = False) -> Path:
    """A field in which something was typed, without a picture of it, as some programs save it."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=A4)
    font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=pikepdf.String("so"),
            V=pikepdf.String("84000000"),
            DA=pikepdf.String(f"/F1 40 Tf {RED.decode()}"),
            Rect=[50, 500, 350, 560],
            F=4,
        )
    )
    page.Annots = pikepdf.Array([field])
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], DR=resources, NeedAppearances=needs_appearances)
    pdf.save(path)
    return path


def a_page_of(path: Path, size: tuple[float, float]) -> Path:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.MediaBox = pikepdf.Array([0, 0, *size])
    pdf.save(path)
    return path


def a_page_of_a_billion_squares(path: Path, levels: int = 9, each: int = 10) -> Path:
    """Drawings that draw drawings."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    kind = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, 600, 800]}
    drawn = pdf.make_stream(b"0 0 50 50 re f", **kind)
    for _ in range(levels):
        inside = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
        drawn = pdf.make_stream(b"/X Do " * each, **kind, Resources=inside)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
    page.Contents = pdf.make_stream(b"/X Do")
    pdf.save(path)
    return path


def an_endless_page_tree(path: Path) -> Path:
    tree = b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 900000>>endobj\n"
    start = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    path.write_bytes(start + tree + b"trailer<</Root 1 0 R/Size 3>>\n%%EOF\n")
    return path


def garbage(path: Path) -> Path:
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    return path


@pytest.mark.parametrize("width", [300, 800, 1600])
def test_a_page_of_a_pdf_is_as_wide_as_asked_and_the_pages_are_counted(tmp_path: Path, width: int) -> None:
    path = a_pdf(tmp_path / "three.pdf", pages=3)

    drawn = page_image(path, PDF, 2, width)

    assert drawn.pages == page_count(path, PDF) == 3
    assert picture(drawn).format == "WEBP"
    assert picture(drawn).width == width


def test_a_page_lies_on_white(tmp_path: Path) -> None:
    path = a_page_of(tmp_path / "blank.pdf", A4)

    drawn = picture(page_image(path, PDF, 1, 300))

    assert (drawn.mode, drawn.getextrema()) == ("RGB", ((255, 255),) * 3)


@pytest.mark.parametrize("needs_appearances", [False, True])
def test_what_was_typed_into_a_form_is_drawn(tmp_path: Path, needs_appearances: bool) -> None:
    path = a_form_page(tmp_path / "form.pdf", needs_appearances=needs_appearances)

    drawn = page_image(path, PDF, 1, 800)

    assert reds(drawn) > 500


def test_pdfium_has_no_script_and_no_xfa() -> None:
    flags = pypdfium2.PDFIUM_INFO.flags

    assert not {"V8", "XFA"} & set(flags)


@given(width=st.integers(1, 200), across=st.floats(0.01, 200_000), down=st.floats(0.01, 200_000))
def test_no_page_is_wider_or_taller_than_the_bounds(
    tmp_path_factory: pytest.TempPathFactory, width: int, across: float, down: float
) -> None:
    path = a_page_of(tmp_path_factory.getbasetemp() / "sized.pdf", (round(across, 2), round(down, 2)))

    drawn = picture(page_image(path, PDF, 1, width))

    assert drawn.width <= width
    assert drawn.height <= TALLEST


def test_the_widest_and_tallest_page_has_less_than_40_megapixels(tmp_path: Path) -> None:
    path = a_page_of(tmp_path / "tall.pdf", (1400, 14_400))

    drawn = picture(page_image(path, PDF, 1, 100_000))

    assert drawn.size == (TALLEST * 1400 // 14_400 + 1, TALLEST)
    assert WIDEST * TALLEST < 40_000_000


def test_a_photograph_stands_upright_and_carries_nothing_but_its_pixels(tmp_path: Path) -> None:
    path = a_jpeg(tmp_path / "photo.jpg", (640, 480))
    with Image.open(path) as lying:
        told = lying.getexif()
        lying.save(path, exif=told, icc_profile=b"profile" * 40, comment="Máy ảnh thử")

    drawn = picture(page_image(path, JPEG, 1, 300))

    assert drawn.size == (300, 400)
    assert not drawn.getexif()
    assert {"icc_profile", "exif", "xmp", "comment"} & set(drawn.info) == set()


def test_an_image_is_never_larger_than_it_is(tmp_path: Path) -> None:
    path = a_png(tmp_path / "small.png", (160, 120))

    drawn = page_image(path, PNG, 1, 1600)

    assert picture(drawn).size == (160, 120)
    assert drawn.pages == page_count(path, PNG) == 1


def test_of_a_photograph_with_two_images_the_first_is_shown(tmp_path: Path) -> None:
    path = a_jpeg_of_two_images(tmp_path / "two.jpg")

    drawn = page_image(path, JPEG, 1, 800)

    assert (picture(drawn).size, drawn.pages) == ((320, 240), 1)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [("RGBA", (255, 0, 0, 0), 255), ("LA", (0, 0), 255), ("I;16", 32_768, 128), ("1", 0, 0), ("L", 77, 77)],
)
def test_every_kind_of_png_looks_as_it_would_on_paper(tmp_path: Path, mode: str, colour: Any, seen: int) -> None:
    path = tmp_path / "kind.png"
    Image.new(mode, (40, 30), colour).save(path)

    drawn = picture(page_image(path, PNG, 1, 300))

    assert all(abs(value - seen) <= 2 for value in drawn.getpixel((5, 5)) or ())  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [0, 4, 10**30])
def test_a_page_that_is_not_there_is_not_found(tmp_path: Path, number: int) -> None:
    path = a_pdf(tmp_path / "three.pdf", pages=3)

    with pytest.raises(NotFound):
        page_image(path, PDF, number, 300)


@pytest.mark.parametrize(("make", "kind"), [(a_docx, "docx"), (an_xlsx, "xlsx")])
def test_office_files_have_no_preview(tmp_path: Path, make: Callable[[Path], Path], kind: str) -> None:
    path = make(tmp_path / f"file.{kind}")

    with pytest.raises(FileFault) as refusal:
        page_image(path, FILE_TYPES[kind].media_type, 1, 300)

    assert refusal.value.code == "file_no_preview"
    assert set(ARTISTS) == {PDF, JPEG, PNG}


HOSTILE: Mapping[str, tuple[str, Callable[[Path], Path]]] = {
    "cut image": (JPEG, lambda path: truncated(a_jpeg(path))),
    "cut drawing": (PNG, lambda path: truncated(a_png(path))),
    "PDF named image": (PNG, a_pdf),
    "image of 60 megapixels": (PNG, a_huge_png),
    "password": (PDF, a_pdf_with_a_password),
    "garbage": (PDF, garbage),
    "endless page tree": (PDF, an_endless_page_tree),
    "a billion squares": (PDF, a_page_of_a_billion_squares),
}


@pytest.mark.parametrize(("media_type", "make"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_drawn_is_refused_and_the_next_page_is_drawn(
    tmp_path: Path, media_type: str, make: Callable[[Path], Path]
) -> None:
    hostile, good = make(tmp_path / "hostile"), a_pdf(tmp_path / "good.pdf")
    previewer = Previewer()

    async def one_after_the_other() -> tuple[str, Preview]:
        with pytest.raises(FileFault) as refusal:
            await previewer.page(hostile, media_type, 1, 800)
        return refusal.value.code, await previewer.page(good, PDF, 1, 800)

    code, drawn = apart_from_the_browsers_loop(one_after_the_other)

    assert code == "file_preview_failed"
    assert picture(drawn).width == 800


def hangs(path: Path, media_type: str, number: int, width: int) -> Preview:
    while True:
        pass


def eats(path: Path, media_type: str, number: int, width: int) -> Preview:
    return Preview(bytes(2 * apart.MEMORY_BYTES), 1)


def outlives_its_processor_time(path: Path, media_type: str, number: int, width: int) -> Preview:
    """The bound is the one of `apart`, come near."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1, most))
    return hangs(path, media_type, number, width)


@pytest.mark.parametrize("drawing", [hangs, outlives_its_processor_time])
def test_drawing_ends_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawing: Callable[..., Preview]
) -> None:
    monkeypatch.setattr("processor.inspection.preview.page_image", drawing)
    monkeypatch.setattr("processor.inspection.apart.SECONDS", 3.0)
    path = a_pdf(tmp_path / "good.pdf")

    with pytest.raises(FileFault) as refusal:
        apart_from_the_browsers_loop(lambda: Previewer().page(path, PDF, 1, 300))

    assert refusal.value.code == "file_preview_failed"


def test_the_memory_for_drawing_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.inspection.preview.page_image", eats)
    path = a_pdf(tmp_path / "good.pdf")

    with pytest.raises(MemoryError):
        apart_from_the_browsers_loop(lambda: Previewer().page(path, PDF, 1, 300))


def test_a_reader_who_waits_for_a_place_loses_no_time_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, previewer, drawn = a_pdf(tmp_path / "good.pdf"), Previewer(together=1), list[Preview]()

    async def look() -> None:
        drawn.append(await previewer.page(path, PDF, 1, 300))

    async def without_any_time_until_there_is_a_place() -> None:
        async with anyio.create_task_group() as readers, previewer.limiter:
            monkeypatch.setattr("processor.inspection.apart.SECONDS", 0.0)
            readers.start_soon(look)
            while not previewer.limiter.statistics().tasks_waiting:
                await checkpoint()
            monkeypatch.undo()

    apart_from_the_browsers_loop(without_any_time_until_there_is_a_place)

    assert len(drawn) == 1
