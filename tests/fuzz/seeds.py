"""Sound input for each target, made by the tools that make it in life; damage is the fuzzer's work."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from processor.domain.package import DOCUMENTS, MANIFEST
from tests.inspection import makers
from tests.packages import a_stranger, resealed, zip_of

MAKERS: dict[str, tuple[Callable[[Path], Path], ...]] = {
    "pdf": (makers.a_pdf, makers.a_pdf_with_a_password, makers.a_pdf_with_an_owner_password),
    "jpeg": (lambda path: makers.a_jpeg(path, (24, 16)), makers.a_jpeg_of_two_images),
    "png": (lambda path: makers.a_png(path, (24, 16)),),
    "docx": (makers.a_docx, makers.an_overlapping_zip, makers.an_office_file_with_a_password),
    "xlsx": (makers.an_xlsx, makers.a_macro_workbook),
}
PART = b'--ranh-gioi\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
END = b"--ranh-gioi--\r\n"


def of_kind(kind: str) -> Callable[[], list[bytes]]:
    def made() -> list[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            return [make(Path(folder, f"tep.{kind}")).read_bytes() for make in MAKERS[kind]]

    return made


def forms() -> list[bytes]:
    """The first byte says into how small pieces the body is cut."""
    text = PART % (b"org_name", b"", "HTX Đại Sơn".encode())
    file = PART % (b"certificate_copy", b'; filename="giay.pdf"', b"%PDF-1.7 " + b"x" * 300)
    unnamed = PART % (b"other", b'; filename=""', b"")
    return [
        b"\x00" + text + END,
        b"\x07" + text + file + unnamed + END,
        b"\x50" + file * 3 + END,
        b"\x20" + (text + file)[:-20],
        b"\x10preamble\r\n" + text + END + b"epilogue",
    ]


def names() -> list[bytes]:
    plain = ["Giấy chứng nhận.pdf", "C:\\Hồ sơ\\TCCS 01.xlsx"]
    hostile = ["../../etc/passwd", "a\u202efdp.exe", "x" * 300 + ".docx", "..."]
    return [name.encode() for name in (*plain, *hostile)]


def headers() -> list[bytes]:
    return [b"filename Z2lheS5wZGY=,item Y2VydGlmaWNhdGU=", b"filename,item Z2k", b"filename =,,item  ", b""]


def packages() -> list[bytes]:
    """Every document a package has, empty, under a seal that fits; and the same without one."""
    bare = {MANIFEST: b'{"reference": "HT-2026-000001"}', **dict.fromkeys(DOCUMENTS, b"{}"), "files/1.pdf": b"%PDF"}
    return [zip_of(resealed(bare, a_stranger())), zip_of(bare)]
