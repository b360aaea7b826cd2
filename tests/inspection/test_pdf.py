from pathlib import Path

import pikepdf
import pytest

from processor.domain.files import FileFault
from processor.inspection.pdf import inspect_pdf
from tests.inspection.makers import (
    a_pdf,
    a_pdf_bomb,
    a_pdf_with_a_password,
    a_pdf_with_an_owner_password,
    truncated,
)


def refused(path: Path) -> str:
    with pytest.raises(FileFault) as refusal:
        inspect_pdf(path)
    return refusal.value.code


@pytest.mark.parametrize("linearize", [False, True])
def test_a_whole_pdf_passes(tmp_path: Path, linearize: bool) -> None:
    path = a_pdf(tmp_path / "a.pdf", pages=3, linearize=linearize)

    inspect_pdf(path)


def test_a_pdf_of_a_wanted_size_is_about_that_size(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", size_bytes=100_000)

    inspect_pdf(path)

    assert abs(path.stat().st_size - 100_000) < 2000


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n", b" "])
def test_a_mark_or_blanks_before_the_header_do_no_harm(tmp_path: Path, before: bytes) -> None:
    path = a_pdf(tmp_path / "a.pdf")
    path.write_bytes(before + path.read_bytes() + b"\r\n\0\0")

    inspect_pdf(path)


def test_a_user_password_is_refused(tmp_path: Path) -> None:
    path = a_pdf_with_a_password(tmp_path / "a.pdf")

    assert refused(path) == "file_password"


def test_an_owner_password_alone_is_accepted(tmp_path: Path) -> None:
    path = a_pdf_with_an_owner_password(tmp_path / "a.pdf")

    inspect_pdf(path)


@pytest.mark.parametrize("linearize", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.995])
def test_a_pdf_cut_anywhere_is_damaged(tmp_path: Path, share: float, linearize: bool) -> None:
    path = truncated(a_pdf(tmp_path / "a.pdf", size_bytes=30_000, pages=4, linearize=linearize), share)

    assert refused(path) == "file_damaged"


def test_a_cut_that_repair_would_hide_is_damaged(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", pages=5)
    path.write_bytes(path.read_bytes().partition(b"xref\n0 ")[0])

    with pikepdf.open(path) as repaired:
        assert len(repaired.pages) == 5
    assert refused(path) == "file_damaged"


def test_a_cut_inside_an_appended_revision_is_damaged(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes() + b"12 0 obj\n<</Type/Sig/Contents<30")

    assert refused(path) == "file_damaged"


def test_a_page_lost_in_a_hole_is_missed(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", pages=3)
    content = path.read_bytes()
    at = content.rindex(b"/Type /Page ")
    path.write_bytes(content[: at - 60] + bytes(80) + content[at + 20 :])

    assert refused(path) == "file_damaged"


def test_a_pdf_without_pages_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pikepdf.new().save(path)

    assert refused(path) == "file_damaged"


def test_an_object_stream_that_inflates_without_end_is_refused(tmp_path: Path) -> None:
    inspect_pdf(a_pdf_bomb(tmp_path / "small.pdf", megabytes=1))

    path = a_pdf_bomb(tmp_path / "bomb.pdf", megabytes=80)

    assert refused(path) == "file_damaged"
