"""Files for tests, made by the tools that make them in life; the broken ones are those files, then broken."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pikepdf
import xlsxwriter
from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LINE = b"BT /F1 14 Tf 72 760 Td (TCCS 01:2026) Tj ET q 200 0 0 200 72 500 cm /Scan Do Q"
BILLION_LAUGHS = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<x>&b;</x>'


def a_pdf(
    path: Path,
    size_bytes: int | None = None,
    *,
    pages: int = 1,
    seed: int = 0,
    linearize: bool = False,
    encryption: pikepdf.Encryption | None = None,
) -> Path:
    """`size_bytes` is met within 2 kB, by a grey image that does not compress; another seed, other bytes."""
    pdf = pikepdf.new()
    scan = random.Random(seed).randbytes(max(16, (size_bytes or 0) - 1000))
    image = pdf.make_stream(
        scan,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=len(scan),
        Height=1,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    resources = {"/Font": {"/F1": font}, "/XObject": {"/Scan": image}}
    for _ in range(pages):
        page = pdf.add_blank_page()
        page.Resources = pikepdf.Dictionary(resources)
        page.Contents = pdf.make_stream(LINE)
    pdf.save(path, linearize=linearize, encryption=encryption or False)
    return path


def a_pdf_with_a_password(path: Path) -> Path:
    return a_pdf(path, encryption=pikepdf.Encryption(user="mo", owner="chu"))


def a_pdf_with_an_owner_password(path: Path) -> Path:
    return a_pdf(path, encryption=pikepdf.Encryption(user="", owner="chu"))


def a_pdf_bomb(path: Path, megabytes: int = 300) -> Path:
    """Its catalogue lies in an object stream that inflates to `megabytes`."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
    ]
    starts = [sum(len(earlier) + 1 for earlier in objects[:n]) for n in range(len(objects))]
    table = b" ".join(b"%d %d" % (n, start) for n, start in enumerate(starts, 1)) + b"\n"
    packed = zlib.compress(table + b" ".join(objects) + b" " * (megabytes << 20), 9)
    stream = b"4 0 obj <</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    content = b"%PDF-1.5\n" + stream % (len(table), len(packed), packed)
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, 9, 0), (1, len(content), 0)]
    index = b"".join(struct.pack(">BIH", *row) for row in rows)
    xref = b"5 0 obj <</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    path.write_bytes(content + xref % (len(index), index) + b"startxref\n%d\n%%%%EOF\n" % len(content))
    return path


def a_jpeg(path: Path, size: tuple[int, int] = (320, 240), *, seed: int = 0, progressive: bool = False) -> Path:
    """A photograph with EXIF: the camera's name, the direction, a small JPEG inside."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x927C] = "Máy ảnh thử", 6, thumbnail()
    noise(size, seed).save(path, "JPEG", quality=90, exif=exif, progressive=progressive)
    return path


def a_jpeg_of_two_images(path: Path) -> Path:
    """As telephones make them: the second image follows the end of the first."""
    noise((320, 240), 1).save(path, "MPO", save_all=True, append_images=[noise((64, 48), 2)])
    return path


def a_png(path: Path, size: tuple[int, int] = (160, 120), *, seed: int = 0) -> Path:
    noise(size, seed).save(path, "PNG")
    return path


def a_huge_png(path: Path, size: tuple[int, int] = (10_000, 6_000)) -> Path:
    """Many pixels in few bytes."""
    Image.new("1", size).save(path, "PNG", optimize=False)
    return path


def noise(size: tuple[int, int], seed: int) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def thumbnail() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (16, 16)).save(content, "JPEG")
    return content.getvalue()


def a_docx(path: Path, size_bytes: int | None = None, *, seed: int = 0) -> Path:
    document = docx.Document()
    document.add_heading("Bản công bố tiêu chuẩn cơ sở", 1)
    document.add_paragraph("TCCS 01:2026/ĐẠI SƠN, áp dụng cho vải thiều sấy khô.")
    if size_bytes:
        side = max(8, int((max(0, size_bytes - 38_000) / 3) ** 0.5))
        picture = io.BytesIO()
        noise((side, side), seed).save(picture, "PNG")
        document.add_picture(picture)
    document.save(str(path))
    return path


def an_xlsx(path: Path, *, macro: Path | None = None) -> Path:
    """With `macro`, the bytes of that file become its VBA part."""
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("Chi phí")
    for row in range(50):
        sheet.write_row(row, 0, [f"Khoản {row}", row * 1_000_000])
    if macro:
        workbook.add_vba_project(str(macro))
    workbook.close()
    return path


def a_macro_workbook(path: Path) -> Path:
    project = path.with_name("vbaProject.bin")
    project.write_bytes(OLE + bytes(504))
    return an_xlsx(path, macro=project)


def an_office_file_with_a_password(path: Path) -> Path:
    """The container Office writes for a document with a password, as far as its directory."""
    streams = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    path.write_bytes(OLE + bytes(504) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams))
    return path


def an_old_word_file(path: Path) -> Path:
    path.write_bytes(OLE + bytes(504) + "WordDocument".encode("utf-16-le").ljust(512, b"\0"))
    return path


def rezipped(
    path: Path,
    add: Mapping[str, bytes] | None = None,
    without: str | None = None,
    change: Callable[[str, bytes], bytes] = lambda _, content: content,
) -> Path:
    """The same Office file with parts added, left out or changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist() if name != without}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | dict(add or {})).items():
            archive.writestr(name, content)
    return path


def a_lying_zip_bomb(path: Path, megabytes: int = 10, said: int = 100) -> Path:
    """A DOCX with one part of zeros whose headers, checksum included, own up to `said` bytes only."""
    rezipped(a_docx(path), add={"word/media/big.bin": bytes(megabytes << 20)})
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("word/media/big.bin")
    true_words = struct.pack("<III", part.CRC, part.compress_size, part.file_size)
    false_words = struct.pack("<III", zlib.crc32(bytes(said)), part.compress_size, said)
    path.write_bytes(path.read_bytes().replace(true_words, false_words))
    return path


def an_overlapping_zip(path: Path) -> Path:
    """Two names in the directory for one and the same compressed part."""
    twin_names = ("word/media/one.bin", "word/media/two.bin")
    rezipped(a_docx(path), add=dict.fromkeys(twin_names, bytes(5000)))
    with zipfile.ZipFile(path) as archive:
        one, two = (archive.getinfo(name).header_offset for name in twin_names)
    content = path.read_bytes()
    at = content.rindex(twin_names[1].encode()) - 4
    path.write_bytes(content[:at] + content[at:].replace(struct.pack("<I", two), struct.pack("<I", one), 1))
    return path


def truncated(path: Path, share: float = 0.5) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path
