"""An official text, given as paragraphs, becomes one page with an address for each provision.

chuong-i, chuong-i-muc-1, dieu-5, dieu-5-khoan-2, dieu-5-khoan-2-diem-a      laws, resolutions, decisions
muc-ii, muc-ii-2, muc-ii-2-1, muc-ii-2-1-diem-a                              plans
phu-luc-i-muc-1, quy-dinh-dieu-1                                             an annex, a text issued with this one

Điểm đ is `diem-dd`, as it is typed, so that it differs from `diem-d`. The second provision at one address ends in
`-lan-2`: a bare `-2` would read as the second number inside it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import takewhile

from processor.domain.errors import HotroError
from processor.domain.vietnamese import fold, listed

# fmt: off
TYPES = (
    "HIẾN PHÁP", "BỘ LUẬT", "LUẬT", "PHÁP LỆNH", "LỆNH", "NGHỊ QUYẾT", "NGHỊ ĐỊNH", "QUYẾT ĐỊNH", "CHỈ THỊ",
    "THÔNG TƯ LIÊN TỊCH", "THÔNG TƯ", "THÔNG BÁO", "QUY CHẾ", "QUY ĐỊNH", "QUY TRÌNH", "ĐIỀU LỆ", "HƯỚNG DẪN",
    "CHƯƠNG TRÌNH", "KẾ HOẠCH", "PHƯƠNG ÁN", "ĐỀ ÁN", "DỰ ÁN", "BÁO CÁO", "BIÊN BẢN", "TỜ TRÌNH", "CÔNG ĐIỆN",
    "CÔNG VĂN", "KẾT LUẬN",
)
# fmt: on
NAMED_TYPES = ("LUẬT", "BỘ LUẬT", "PHÁP LỆNH")
ABOUT = re.compile(r"V/v:? *(?P<abstract>.+)")
NUMBER_LINE = re.compile(r"\b[Ss]ố ?: ?(?P<number>[\d.…_ ]*(?:/\S+)?)")
DAY_LINE = re.compile(
    r"(?:^|\s)(?P<place>[^\d,/:]{2,40}), ?ngày(?P<day>[\d.…_ ]*)tháng(?P<month>[\d.…_ ]*)năm(?P<year>[\d.…_ ]*)$"
)
DAY_PARTS = {"day": "ngày", "month": "tháng", "year": "năm"}
INVISIBLE = ("Cc", "Cf")
HEADING_SIGNS = 120
CELLS = " | "


class NoProvision(HotroError):
    """The paragraphs hold nothing that could have an address."""


class Kind(IntEnum):
    """In the order of nesting: a provision ends those of its own kind and of the kinds below it."""

    ANNEX = 0
    CHAPTER = 1
    SECTION = 2
    ARTICLE = 3
    ROMAN = 4
    NUMBER = 5
    CLAUSE = 6
    POINT = 7
    ITEM = 8
    TEXT = 9


@dataclass(frozen=True)
class Block:
    """One paragraph. `level` is that of its heading, 0 for a paragraph; only provisions have an anchor and a name."""

    kind: Kind
    text: str
    number: str = ""
    name: str = ""
    anchor: str = ""
    level: int = 0
    holder: "Block | None" = None


@dataclass(frozen=True)
class OfficialText:
    type: str
    abstract: str
    number_line: str
    day_line: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        if not self.type:
            return self.abstract or self.blocks[0].text
        return f"{self.type.capitalize()} {in_sentence(self.type, self.abstract)}".strip()


ROMAN = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
NUMERALS = [tens + ones for tens in ("", "X", "XX", "XXX") for ones in ONES]
PATTERNS = {
    Kind.ANNEX: re.compile(rf"P(?:HỤ LỤC|hụ lục)(?: (?P<number>{ROMAN}\b|\d+[A-ZĐ]?))?(?P<title>.*)"),
    Kind.CHAPTER: re.compile(rf"C(?:HƯƠNG|hương) (?P<number>{ROMAN}\b|\d+)(?P<title>.*)"),
    Kind.SECTION: re.compile(rf"M(?:ỤC|ục) (?P<number>{ROMAN}\b|\d+)(?P<title>.*)"),
    Kind.ARTICLE: re.compile(r"Đ(?:IỀU|iều) (?P<number>\d{1,3}[a-zđ]?)(?: ?[.:](?!\d)| *$)"),
    Kind.ROMAN: re.compile(rf"(?P<number>{ROMAN})(?:[./]| ?[-–]) (?=.)"),
    Kind.NUMBER: re.compile(r"(?P<number>[1-9]\d?[a-zđ]?(?=\. )|[1-9]\d?(?:\.[1-9]\d?)+)\.? (?=.)"),
    Kind.POINT: re.compile(r"(?P<number>[a-zđ]\d?)\) ?(?=.)"),
    Kind.ITEM: re.compile(r"[-–•] (?P<number>)(?=.)"),
}
BARE = re.compile(rf"(?:chương|mục|phụ lục)(?: (?:{ROMAN}|\d+[A-ZĐ]?))?[.:]?", re.IGNORECASE)
WORDS = ("", "Chương", "Mục", "Điều", "mục", "mục", "khoản", "điểm")  # by kind
# Điều are counted through all chapters, 2.1 belongs to the mục or Điều that also holds 2.
HELD_ABOVE = {Kind.ARTICLE: Kind.CHAPTER, Kind.CLAUSE: Kind.NUMBER}


def read_official_text(paragraphs: Sequence[str]) -> OfficialText:
    blocks = tuple(blocks_of([text for text in map(normalised, paragraphs) if text]))
    if not any(block.anchor for block in blocks):
        raise NoProvision("Văn bản không có chương, điều, mục hay khoản nào nhận ra được. Kiểm tra lại tệp đã chọn.")
    head = [block.text.strip("*_ ") for block in takewhile(lambda block: not block.anchor, blocks)]
    kind, abstract = type_and_abstract(head)
    return OfficialText(kind, abstract, first(NUMBER_LINE, head), first(DAY_LINE, head), blocks)


def normalised(text: str) -> str:
    """Composed letters, single blanks, no invisible signs; the words stay."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    seen = "".join(
        sign for sign in spaced if unicodedata.category(sign) not in INVISIBLE and sign not in "\ufffe\uffff"
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())


def opening(text: str) -> tuple[Kind, str] | None:
    """What a paragraph opens, by its first signs alone: a provision or a line with a dash."""
    if CELLS in text:  # a row of a table
        return None
    for kind, pattern in PATTERNS.items():
        if (match := pattern.match(text)) and is_title(match.groupdict().get("title", "")):
            return kind, match["number"] or ""
    return None


def is_title(rest: str) -> bool:
    """“Chương II của Nghị định này” is the middle of a sentence whose line was broken there."""
    return not rest or rest.isupper() or bool(re.match(r"[.:](?!\d)| [-–] ", rest))


def type_and_abstract(head: Sequence[str]) -> tuple[str, str]:
    for index, text in enumerate(head):
        for kind in TYPES:
            if text == kind or (text.startswith(f"{kind} ") and not text[len(kind) :].split()[0].isupper()):
                return kind, abstract_of([text[len(kind) :].strip(), *head[index + 1 :]])
    about = next(filter(None, map(ABOUT.search, head)), None)
    return ("CÔNG VĂN", f"về việc {about['abstract']}") if about else ("", "")


def abstract_of(lines: Sequence[str]) -> str:
    """The first line with letters and the lines after it that go on in small letters."""
    lettered = [line for line in lines if any(map(str.isalpha, line))]
    return " ".join(lettered[:1] + list(takewhile(lambda line: line[0].islower(), lettered[1:])))


def in_sentence(kind: str, abstract: str) -> str:
    """“Triển khai …” goes on in small letters; capitals throughout stay, as nothing tells which were names."""
    word = abstract.partition(" ")[0]
    goes_on = kind not in NAMED_TYPES and (len(word) == 1 or word[1:].islower())
    return abstract[:1].lower() + abstract[1:] if goes_on else abstract


def first(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    return next((match[0].strip() for match in map(pattern.search, lines) if match), "")


def blocks_of(texts: Sequence[str]) -> Iterator[Block]:
    lines = with_titles(texts)
    quoted, outline = quotations(lines), Outline()
    for index, text in enumerate(lines):
        found = None if index in quoted else opening(text)
        if not found and index not in quoted and outline.used and text in TYPES:
            found = Kind.ANNEX, text.capitalize()
        kind, number = found or (Kind.TEXT, "")
        yield Block(kind, text) if kind >= Kind.ITEM else outline.add(kind, number, text)


def with_titles(texts: Sequence[str]) -> list[str]:
    """`Chương I` and the lines in capitals below it are one heading."""
    lines: list[str] = []
    titled = False
    for text in texts:
        if titled and text.isupper() and not opening(text):
            lines[-1] += f" {text}"
        else:
            lines.append(text)
            titled = bool(BARE.fullmatch(text))
    return lines


def quotations(lines: Sequence[str]) -> set[int]:
    """The paragraphs within “…” that go over several: provisions of another text, not of this one."""
    inside: set[int] = set()
    run: list[int] = []
    depth = 0
    for index, line in enumerate(lines):
        if depth or line.startswith("“"):
            run.append(index)
        depth = max(0, depth + line.count("“") - line.count("”"))
        if not depth:
            inside.update(run)
            run = []
    return inside


class Outline:
    """The provisions that are open at this point of the text, and the addresses given so far."""

    def __init__(self) -> None:
        self.open: list[Block] = []
        self.used: Counter[str] = Counter()

    def add(self, kind: Kind, number: str, text: str) -> Block:
        if kind is Kind.NUMBER and (above := self.holder(Kind.NUMBER)) and above.kind is Kind.ARTICLE:
            kind = Kind.CLAUSE
        self.close(kind, number)
        holder = self.holder(kind)
        level = 0 if kind >= Kind.CLAUSE or is_long(text) else self.level() + 1
        anchor = self.unique(anchor_of(kind, number, holder))
        self.open.append(Block(kind, text, number, name_of(kind, number, holder), anchor, level, holder))
        return self.open[-1]

    def close(self, kind: Kind, number: str) -> None:
        while (
            self.open
            and self.open[-1].kind >= kind
            and not (self.open[-1].kind is kind and number.startswith(f"{self.open[-1].number}."))
        ):
            self.open.pop()

    def holder(self, kind: Kind) -> Block | None:
        return next((block for block in reversed(self.open) if block.kind < HELD_ABOVE.get(kind, kind)), None)

    def level(self) -> int:
        """Of the lowest heading that is open; the title of the page has 1."""
        return min(5, max((block.level for block in self.open), default=1) or 1)

    def unique(self, anchor: str) -> str:
        self.used[anchor] += 1
        return anchor if self.used[anchor] == 1 else self.unique(f"{anchor}-lan-{self.used[anchor]}")


def is_long(text: str) -> bool:
    return len(text) > HEADING_SIGNS or (text.endswith(".") and bool(re.search(r"[^\W\d_]{2}[.;?!] ", text)))


def anchor_of(kind: Kind, number: str, holder: Block | None) -> str:
    if kind is Kind.ANNEX:
        return fold(name_of(kind, number, None)).replace(" ", "-")
    within = kind is Kind.NUMBER and holder and holder.kind is not Kind.ANNEX
    word = "" if within else fold(WORDS[kind])
    typed = number.lower().replace("đ", "dd").replace(".", "-")
    return "-".join(filter(None, [holder.anchor if holder else "", word, typed]))


def name_of(kind: Kind, number: str, holder: Block | None) -> str:
    """As it is cited: mục II.2.1, khoản 2 Điều 5, Mục 1 Chương I."""
    if kind is Kind.ANNEX:
        return number if number[1:].islower() else f"Phụ lục {number}".strip()
    if kind is Kind.NUMBER and holder and holder.kind is Kind.ROMAN:
        return holder.name.replace(holder.number, f"{holder.number}.{number}", 1)
    return " ".join([WORDS[kind], number, *([holder.name] if holder else [])])


def gaps(text: OfficialText) -> list[str]:
    """What is visibly missing, one sentence each: the blank number, the blank day, holes in the numbering."""
    return [*number_gaps(text.number_line), *day_gaps(text.day_line), *holes(text.blocks)]


def number_gaps(line: str) -> Iterator[str]:
    match = NUMBER_LINE.search(line)
    if not match:
        yield "Không thấy số của văn bản."
    elif not re.search(r"\d", match["number"].partition("/")[0]):
        yield f"Số của văn bản để trống: “{line}”."


def day_gaps(line: str) -> Iterator[str]:
    match = DAY_LINE.search(line)
    if not match:
        yield "Không thấy ngày của văn bản."
    elif blank := [word for part, word in DAY_PARTS.items() if not re.search(r"\d", match[part])]:
        yield f"Chỗ ghi {listed(blank, 'và')} của văn bản để trống: “{line}”."


def holes(blocks: Sequence[Block]) -> Iterator[str]:
    reached: dict[tuple[str, Kind, str], int] = {}
    for block in blocks:
        if Kind.CHAPTER <= block.kind <= Kind.CLAUSE:
            before, dot, last = block.number.rpartition(".")
            sequence = (block.holder.anchor if block.holder else "", block.kind, before)
            for missing in range(reached.get(sequence, 0) + 1, ordinal(last)):
                number = before + dot + (NUMERALS[missing] if last[0] in "IVX" else str(missing))
                yield f"Không có {name_of(block.kind, number, block.holder)}."
            reached[sequence] = ordinal(last)


def ordinal(number: str) -> int:
    return NUMERALS.index(number) if number[0] in "IVX" else int(re.sub(r"\D", "", number))
