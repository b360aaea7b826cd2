from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from processor.domain.files import FileFault
from processor.inspection.image import inspect_jpeg, inspect_png
from tests.inspection.makers import a_huge_png, a_jpeg, a_jpeg_of_two_images, a_png, truncated


def test_a_photograph_with_exif_and_a_thumbnail_passes(tmp_path: Path) -> None:
    path = a_jpeg(tmp_path / "a.jpg")

    inspect_jpeg(path)

    assert path.read_bytes().count(b"\xff\xd9") == 2


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_one_scan_or_of_many_passes(tmp_path: Path, progressive: bool) -> None:
    path = a_jpeg(tmp_path / "a.jpg", progressive=progressive)

    inspect_jpeg(path)


def test_a_jpeg_followed_by_a_second_image_passes(tmp_path: Path) -> None:
    path = a_jpeg_of_two_images(tmp_path / "a.jpg")

    inspect_jpeg(path)


def test_bytes_after_the_end_are_accepted(tmp_path: Path) -> None:
    jpeg, png = a_jpeg(tmp_path / "a.jpg"), a_png(tmp_path / "a.png")
    for path in (jpeg, png):
        path.write_bytes(path.read_bytes() + b"SEFT" * 5000)

    inspect_jpeg(jpeg)
    inspect_png(png)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.99999])
def test_a_cut_jpeg_is_damaged(tmp_path: Path, share: float, progressive: bool) -> None:
    path = truncated(a_jpeg(tmp_path / "a.jpg", progressive=progressive), share)

    with pytest.raises(FileFault, match="file_damaged"):
        inspect_jpeg(path)


@pytest.mark.parametrize("lost", [1, 4, 8, 12, 13, 20_000])
def test_a_cut_png_is_damaged(tmp_path: Path, lost: int) -> None:
    path = a_png(tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:-lost])

    with pytest.raises(FileFault, match="file_damaged"):
        inspect_png(path)


def test_a_png_passes(tmp_path: Path) -> None:
    path = a_png(tmp_path / "a.png")

    inspect_png(path)


def test_fifty_million_pixels_are_the_most(tmp_path: Path) -> None:
    inspect_png(a_huge_png(tmp_path / "a.png", (10_000, 5_000)))

    path = a_huge_png(tmp_path / "b.png", (10_000, 5_001))

    with pytest.raises(FileFault, match="file_too_complex"):
        inspect_png(path)


@pytest.mark.parametrize("size", [(20_000, 5_000), (20_000, 10_000)])
def test_sizes_that_pillow_itself_warns_of_or_refuses_are_too_complex(tmp_path: Path, size: tuple[int, int]) -> None:
    path = a_huge_png(tmp_path / "a.png", size)

    with pytest.raises(FileFault, match="file_too_complex"):
        inspect_png(path)


def test_no_other_format_is_tried(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(path, "GIF")

    with pytest.raises(UnidentifiedImageError):
        inspect_png(path)
