"""JPEG and PNG: the header read by Pillow, the end found by walking segments and chunks. No pixel is decoded."""

import mmap
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from processor.domain.files import FileFault

PIXELS = 50_000_000
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# In a scan 0xFF is followed by 0, by a restart (D0-D7) or by more 0xFF; anything else begins a segment.
SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
END_OF_IMAGE = 0xD9


def inspect_jpeg(path: Path) -> set[str]:
    return inspect_image(path, "JPEG", jpeg_has_end)


def inspect_png(path: Path) -> set[str]:
    return inspect_image(path, "PNG", png_has_end)


def inspect_image(path: Path, image_format: str, has_end: Callable[[mmap.mmap], bool]) -> set[str]:
    """No hazard: comments and tails are served as bytes that no browser runs."""
    width, height = image_size(path, image_format)
    if width * height > PIXELS:
        raise FileFault("file_too_complex")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if not has_end(content):
            raise FileFault("file_damaged")
    return set()


def image_size(path: Path, image_format: str) -> tuple[int, int]:
    try:
        with Image.open(path, formats=(image_format,)) as image:
            return image.size
    except BOMBS as error:
        raise FileFault("file_too_complex") from error


def jpeg_has_end(content: mmap.mmap) -> bool:
    """Segments are stepped over by their length, so the end of a thumbnail inside one does not count."""
    at = 2
    while found := SEGMENT.search(content, at):
        if content[found.end() - 1] == END_OF_IMAGE:
            return True
        at = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
    return False


def png_has_end(content: mmap.mmap) -> bool:
    at = 8
    while at + 12 <= len(content):
        kind = content[at + 4 : at + 8]
        at += 12 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND":
            return at <= len(content)
    return False
