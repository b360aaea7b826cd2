"""The paragraphs of an official text in a DOCX, PDF or TXT file, in the order of reading.

What would lose words without a sign is refused: a scanned page, tracked changes, footnotes, unknown automatic numbers.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import docx
import pypdfium2
import pypdfium2.raw as pdfium
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from processor.domain.errors import HotroError
from processor.domain.official_text import CELLS, TYPES, normalised, opening
from processor.storage.catalogue.word_numbering import Numbering, UnknownNumbering

PAGE_NUMBER = re.compile(r"[-–]? ?\d{1,3} ?[-–]?")
ALWAYS_FIRST = ("+ ", "Số:", "Căn cứ ", "Nơi nhận:")
SENTENCE_ENDS = (".", ";", ":", "!", "?")
STARRED = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
BOLD_PART = re.compile(r"\*\*[^*]+\*\*")
PDF_PASSWORD = 4
PDF_TEXT = 1
SCAN_SIGNS = 200

OLE = b"\xd0\xcf\x11\xe0"
LAYOUT_COLUMNS = 2
LOST_IN_WORD = {
    (
        "w:ins",
        "w:del",
        "w:moveFrom",
        "w:moveTo",
    ): "còn sửa đổi chưa chấp nhận. Trong Word, chấp nhận hoặc bỏ hết rồi lưu.",
    ("w:footnoteReference", "w:endnoteReference"): "có chú thích cuối trang. Chuyển chú thích vào bài rồi lưu lại.",
}
SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
WORDS = (qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
# The fallback of a text box says its words a second time.
NOT_WORDS = (qn("w:pPr"), qn("w:rPr"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")


class UnreadableText(HotroError):
    """The file cannot be taken over whole; the sentence says what to do about it."""


def read_paragraphs(path: Path) -> list[str]:
    reader = READERS.get(path.suffix.lower())
    if not reader:
        raise UnreadableText(f"Tệp “{path.name}” không phải .docx, .pdf hay .txt. Lưu lại thành một trong ba loại đó.")
    try:
        paragraphs = reader(path.name, path.read_bytes())
    except OSError as error:
        raise UnreadableText(f"Không mở được tệp “{path.name}”. Kiểm tra đường dẫn và quyền đọc.") from error
    if not paragraphs:
        raise UnreadableText(f"Tệp “{path.name}” không có chữ nào. Chọn tệp khác.")
    return paragraphs


def joined(lines: Sequence[str], ends_before: Callable[[int], bool] = lambda index: False) -> list[str]:
    """Broken lines come together; a provision, a dash and the type of the text begin a paragraph of their own."""
    paragraphs: list[str] = []
    for index, line in enumerate(lines):
        last = lines[index - 1] if index else ""
        if not index or last in TYPES or opens(line) or ends_before(index):
            paragraphs.append(line)
        else:
            paragraphs[-1] += ("" if re.search(r"\w[-/]$", last) else " ") + line
    return paragraphs


def opens(line: str) -> bool:
    return opening(line) is not None or line.startswith(ALWAYS_FIRST) or line in TYPES


def lines_of(text: str) -> list[str]:
    return [line for line in map(normalised, text.splitlines()) if line]


def read_txt(name: str, content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableText(f"Tệp “{name}” không ở bảng mã UTF-8. Lưu lại với bảng mã UTF-8.") from error
    if "\0" in text:
        raise UnreadableText(f"Tệp “{name}” không phải tệp chữ. Lưu lại thành .txt với bảng mã UTF-8.")
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [paragraph for part in parts for paragraph in paragraphs_of_part(part)]


def paragraphs_of_part(part: str) -> list[str]:
    """Stars around words are how a plain text shows bold and slanted ones; the lines of a bold part stand alone."""
    lines = lines_of(STARRED.sub(r"\2", part))
    return joined(lines, lambda index: bool(BOLD_PART.fullmatch(part.strip())))


class Line(NamedTuple):
    text: str
    left: float
    right: float
    page_width: float

    def width_of(self, word: str) -> float:
        return len(word) * (self.right - self.left) / len(self.text)


def read_pdf(name: str, content: bytes) -> list[str]:
    try:
        with pypdfium2.PdfDocument(content) as document:
            lines = [line for number, page in enumerate(document, 1) for line in read_page(name, page, number)]
    except pypdfium2.PdfiumError as error:
        if error.err_code == PDF_PASSWORD:
            raise UnreadableText(f"Tệp “{name}” có mật khẩu. Lưu lại bản không có mật khẩu.") from error
        raise UnreadableText(f"Tệp “{name}” hỏng hoặc không phải PDF. Tải lại hoặc xuất lại tệp.") from error
    margins: defaultdict[float, float] = defaultdict(float)
    for line in lines:
        margins[line.page_width] = max(margins[line.page_width], line.right)
    return joined(
        [line.text for line in lines],
        lambda index: ends_paragraph(lines[index - 1], lines[index], margins[lines[index - 1].page_width]),
    )


def ends_paragraph(line: Line, following: Line, margin: float) -> bool:
    """By what can be seen: capitals that begin or end, the end of a sentence, room left for the next word."""
    if line.text.isupper() != following.text.isupper():
        return True
    room = following.width_of(following.text.split()[0] + " ")
    return not following.text[0].islower() and (line.text.endswith(SENTENCE_ENDS) or line.right + room < margin)


def read_page(name: str, page: Any, number: int) -> list[Line]:
    """Without the page number above or below."""
    lines = list(lines_on(page))
    for end in (0, -1):
        if lines and PAGE_NUMBER.fullmatch(lines[end].text):
            lines.pop(end)
    if is_scan(page, sum(len(line.text) for line in lines)):
        raise UnreadableText(
            f"Tệp “{name}” không có lớp chữ ở trang {number}, có thể là bản quét. "
            "Dùng tệp .docx gốc, hoặc nhận dạng chữ rồi soát lại."
        )
    return lines


def lines_on(page: Any) -> Iterator[Line]:
    """Sign by sign, for their places. PDFium writes a hyphen at the end of a line, and the break, as U+0002."""
    found, width = page.get_textpage(), page.get_width()
    signs, edges = "", []
    for index in range(found.count_chars() + 1):
        sign = chr(pdfium.FPDFText_GetUnicode(found, index)) if index < found.count_chars() else "\n"
        signs += "-" if sign == "\2" else sign
        if not sign.isspace():
            left, _, right, _ = found.get_charbox(index)
            edges += [left, right]
        if sign in "\2\n":
            if text := normalised(signs.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")):
                yield Line(text, min(edges), max(edges), width)
            signs, edges = "", []


def is_scan(page: Any, signs: int) -> bool:
    """A picture of the page, even with the few words that a digital signature prints over it."""
    if signs >= SCAN_SIGNS:
        return False
    pictures = [found.get_bounds() for found in page.get_objects() if found.type != PDF_TEXT]
    half = page.get_width() * page.get_height() / 2
    return any(not signs or (right - left) * (top - bottom) > half for left, bottom, right, top in pictures)


def read_docx(name: str, content: bytes) -> list[str]:
    if content.startswith(OLE):
        raise UnreadableText(
            f"Tệp “{name}” có mật khẩu hoặc là .doc cũ. Mở bằng Word rồi lưu thành .docx không có mật khẩu."
        )
    try:
        document = docx.Document(BytesIO(content))
    except (BadZipFile, EOFError, KeyError, ValueError, SyntaxError, OpcError, zlib.error) as error:
        raise UnreadableText(f"Tệp “{name}” hỏng hoặc không phải DOCX. Mở bằng Word rồi lưu lại.") from error
    body: Any = document.element.body
    for tags, advice in LOST_IN_WORD.items():
        if next(body.iter(*map(qn, tags)), None) is not None:
            raise UnreadableText(f"Tệp “{name}” {advice}")
    try:
        return list(read_part(body, Numbering(document)))
    except UnknownNumbering as error:
        raise UnreadableText(f"Tệp “{name}” có số tự động không đọc được. Đổi số tự động thành số gõ tay.") from error


def read_part(part: Any, numbering: Numbering) -> Iterator[str]:
    """Paragraphs and tables in their order, also those within content controls."""
    for element in part:
        if element.tag == qn("w:p"):
            number, words = numbering.next(element), words_of(element).strip()
            yield from paragraphs_of(f"{number} {words}" if words else "")
        elif element.tag == qn("w:tbl"):
            yield from read_table(element, numbering)
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent")):
            yield from read_part(element, numbering)


def paragraphs_of(text: str) -> list[str]:
    """A line break within a paragraph of Word is typed, so it counts unless the sentence goes on."""
    lines = lines_of(text)
    return joined(lines, lambda index: not lines[index][0].islower())


def words_of(element: Any) -> str:
    if element.tag in SIGNS:
        return SIGNS[element.tag]
    if element.tag in WORDS:
        return element.text or ""
    words = "".join(words_of(child) for child in element if child.tag not in NOT_WORDS)
    return f"\n{words}\n" if element.tag == qn("w:p") else words


def read_table(table: Any, numbering: Numbering) -> Iterator[str]:
    """Two columns are the layout of a head or a signature, read cell by cell; more are data, one paragraph a row."""
    rows = [
        [list(read_part(cell, numbering)) for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
        for row in table.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr")
    ]
    layout = all(sum(map(bool, row)) <= LAYOUT_COLUMNS for row in rows)
    for row in rows:
        if layout:
            yield from (paragraph for cell in row for paragraph in cell)
        elif any(row):
            yield normalised(CELLS.join(" ".join(cell) for cell in row))


READERS: dict[str, Callable[[str, bytes], list[str]]] = {".docx": read_docx, ".pdf": read_pdf, ".txt": read_txt}
