"""Pages as pictures, so that nobody at the desk opens a stranger's file: drawn in a child, one page a call.

PDFium comes built without JavaScript and XFA. It draws what was typed into a form's fields, because an officer has to
read it; no action of the file is run.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pypdfium2
from anyio import CapacityLimiter
from PIL import ExifTags, Image, ImageOps

from processor.domain.errors import NotFound, Refused
from processor.domain.files import FILE_TYPES, FileFault
from processor.inspection.apart import Overrun, run_apart
from processor.inspection.image import PIXELS, image_size

PREVIEW_TYPE = "image/webp"
WIDEST, TALLEST = 1600, 16_383
"""In pixels. WebP has no room for more height; both together stay below 40 megapixels."""
QUALITY, EFFORT = 85, 1
SIDEWAYS = (5, 6, 7, 8)
"""The EXIF directions of an image that lies on its side."""


@dataclass(frozen=True)
class Preview:
    """One page as a WebP without metadata; `pages` is how many the file has."""

    image: bytes
    pages: int


class Previewer:
    """At most `together` processes at a time, beside those of the inspection: senders do not wait for readers."""

    def __init__(self, together: int = 2) -> None:
        self.limiter = CapacityLimiter(together)

    async def page(self, path: Path, media_type: str, number: int, width: int) -> Preview:
        """Page `number`, from 1, at most `width` pixels wide. Raises FileFault, NotFound."""
        with overrun_refused():
            return await run_apart(self.limiter, page_image, path, media_type, number, width)

    async def pages(self, path: Path, media_type: str) -> int:
        """Raises FileFault."""
        with overrun_refused():
            return await run_apart(self.limiter, page_count, path, media_type)


@contextmanager
def overrun_refused() -> Iterator[None]:
    try:
        yield
    except Overrun as error:
        raise FileFault("file_preview_failed") from error


def page_image(path: Path, media_type: str, number: int, width: int) -> Preview:
    """Runs in the child. Raises FileFault for what cannot be drawn, NotFound for a page that is not there."""
    with stumbling_refused():
        return artist_of(media_type).draw(path, number, min(width, WIDEST))


def page_count(path: Path, media_type: str) -> int:
    """Runs in the child. Raises FileFault."""
    with stumbling_refused():
        return artist_of(media_type).count(path)


@contextmanager
def stumbling_refused() -> Iterator[None]:
    """A parser that stumbles in a way nobody foresaw is a refusal too."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise FileFault("file_preview_failed") from error


def draw_pdf(path: Path, number: int, width: int) -> Preview:
    with path.open("rb") as file, pypdfium2.PdfDocument(file) as pdf:
        pages = len(pdf)
        check_number(number, pages)
        pdf.init_forms()
        page = pdf[number - 1]
        page_width, page_height = page.get_size()
        # PDFium rounds up; half a pixel less, and it rounds to the pixel that was asked.
        scale = min((width - 0.5) / page_width, (TALLEST - 0.5) / page_height)
        bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True)
        return Preview(as_webp(bitmap.to_pil()), pages)


def count_pdf(path: Path) -> int:
    with path.open("rb") as file, pypdfium2.PdfDocument(file) as pdf:
        pages = len(pdf)
    if not pages:
        raise FileFault("file_preview_failed")
    return pages


def draw_image(image_format: str, path: Path, number: int, width: int) -> Preview:
    """Never larger than it is."""
    pages = count_image(image_format, path)
    check_number(number, pages)
    with Image.open(path, formats=(image_format,)) as image:
        on_its_side = image.getexif().get(ExifTags.Base.Orientation) in SIDEWAYS
        across, down = reversed(image.size) if on_its_side else image.size
        scale = min(1, width / across, TALLEST / down)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        # A JPEG is decoded at a half, a quarter or an eighth of its size where that is enough.
        image.draft("RGB", size)
        small = on_white(image).resize(size, reducing_gap=2.0)
    return Preview(as_webp(ImageOps.exif_transpose(small)), pages)


def count_image(image_format: str, path: Path) -> int:
    width, height = image_size(path, image_format)
    if width * height > PIXELS:
        raise FileFault("file_preview_failed")
    return 1


def on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Pillow cuts 16 bits down to 8 by clipping, which turns a grey scan white.
        return image.point(lambda grey: grey / 256).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def check_number(number: int, pages: int) -> None:
    if not 1 <= number <= pages:
        raise NotFound("not_found")


def as_webp(image: Image.Image) -> bytes:
    """The pixels alone: Pillow would pass on the colour profile of the file."""
    image.info.clear()
    content = io.BytesIO()
    image.convert("RGB").save(content, "WEBP", quality=QUALITY, method=EFFORT)
    return content.getvalue()


@dataclass(frozen=True)
class Artist:
    """`draw` takes path, page number and width; `count` tells how many pages there are."""

    draw: Callable[[Path, int, int], Preview]
    count: Callable[[Path], int]


ARTISTS = {
    FILE_TYPES["pdf"].media_type: Artist(draw_pdf, count_pdf),
    FILE_TYPES["jpeg"].media_type: Artist(partial(draw_image, "JPEG"), partial(count_image, "JPEG")),
    FILE_TYPES["png"].media_type: Artist(partial(draw_image, "PNG"), partial(count_image, "PNG")),
}


def artist_of(media_type: str) -> Artist:
    if media_type not in ARTISTS:
        raise FileFault("file_no_preview")
    return ARTISTS[media_type]
