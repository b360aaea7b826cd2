"""The page of an official text under docs/van-ban/: where it comes from, what is missing in it, then its words.

Facts cite its addresses (`at: van-ban/ke-hoach-2024#muc-ii-3`).
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import yaml

from processor.domain.official_text import Block, Kind, OfficialText, gaps, read_official_text
from processor.domain.vietnamese import day, fold
from processor.storage.catalogue.text_sources import read_paragraphs

TOP_ANCHOR = "van-ban"
FOLDER = "van-ban"


def import_text(source: Path, docs: Path, today: date) -> tuple[Path, OfficialText]:
    """Write the page of a file under docs/van-ban/. Raises UnreadableText, NoProvision; then nothing is written."""
    text = read_official_text(read_paragraphs(source))
    target = docs / FOLDER / f"{slug(source.stem)}.md"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(text, source.name, digest, today), encoding="utf-8")
    return target, text


@dataclass(frozen=True)
class Imported:
    """A page that stands under docs/van-ban/, by its front matter; `imported_on` is a day in ISO form."""

    slug: str
    title: str
    source_file: str
    source_sha256: str
    imported_on: str


def imported_texts(docs: Path) -> list[Imported]:
    pages = sorted(page for page in (docs / FOLDER).glob("*.md") if page.stem != "index")
    return [imported_text(page) for page in pages]


def imported_text(page: Path) -> Imported:
    said = yaml.safe_load(page.read_text(encoding="utf-8").split("---")[1])
    return Imported(page.stem, *(str(said[name]) for name in ("title", "source_file", "source_sha256", "imported_on")))


def slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(stem)).strip("-") or "van-ban-moi"


def page(text: OfficialText, source: str, sha256: str, imported_on: date) -> str:
    """The whole file under docs/: front matter, title, where it comes from, what is missing, then the words."""
    parts = [
        f"# {escaped(text.title)} {{#{TOP_ANCHOR}}}",
        f"Chép tự động từ tệp “{escaped(source)}” ngày {day(imported_on)}, mã SHA-256 `{sha256}`. "
        "Câu chữ giữ nguyên, chỗ trống trong bản gốc để trống.\n{: data-search-exclude }",
    ]
    if missing := gaps(text):
        parts += ["Những chỗ thiếu thấy được trong bản gốc:", "\n".join(f"- {escaped(gap)}" for gap in missing)]
    return front_matter(text.title, source, sha256, imported_on) + "\n" + "\n\n".join([*parts, to_markdown(text)])


def front_matter(title: str, source: str, sha256: str, imported_on: date) -> str:
    description = f"Nguyên văn, chép tự động từ tệp “{source}”; mỗi chương, điều, khoản, mục có địa chỉ riêng."
    said = {"title": title, "description": description, "search": {"boost": 0.4}}
    origin = {"source_file": source, "source_sha256": sha256, "imported_on": imported_on.isoformat()}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in (said | origin).items()]
    return "\n".join(["---", *lines, "---", ""])


def to_markdown(text: OfficialText) -> str:
    """Every paragraph in its order; nothing is added but headings and addresses."""
    parts = []
    for listing, blocks in groupby(text.blocks, lambda block: block.kind is Kind.ITEM):
        lines = list(map(markdown_of, blocks))
        parts += ["\n".join(lines)] if listing else lines
    return "\n\n".join(parts) + "\n"


def markdown_of(block: Block) -> str:
    if block.kind is Kind.ITEM:
        return f"- {at_line_start(escaped(block.text[2:]))}"
    if block.level:
        return f"{'#' * block.level} {escaped(block.text)} {{#{block.anchor}}}"
    return at_line_start(escaped(block.text)) + (f"\n{{: #{block.anchor} }}" if block.anchor else "")


def escaped(text: str) -> str:
    """Signs that Markdown or the blocks of the site would take for their own stay signs."""
    marked = re.sub(r"[\\`*_{\[#|]", r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;")
    return marked.replace("((", r"\(\(")


def at_line_start(text: str) -> str:
    """A number, a dash or a fence at the start of a line is no list, quote, block or definition."""
    text = re.sub(r"^(\d+)([.)])(?= |$)", r"\1\\\2", text)
    text = re.sub(r"^(?:[-+>]|!!!)", r"\\\g<0>", text)
    return re.sub(r"^(?=:|\?\?\?|///|~~~)(.)", lambda match: f"&#{ord(match[1])};", text)
