"""What a page may not type: amounts, rates, deadlines and lists of papers come from forms/ through blocks.

The technical pages are exempt: what they count is no policy. So are official texts, which are quoted whole.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from processor.domain.catalogue import Catalogue
from processor.domain.errors import DefinitionFault
from processor.domain.policy import Fact
from processor.domain.vietnamese import day

AMOUNT = re.compile(r"[0-9][0-9.,]*(?:\s|\u00a0)*(?:nghìn|triệu|tỷ)?(?:\s|\u00a0)*đồng\b")
RATE = re.compile(r"[0-9]+(?:,[0-9]+)?\s?%")
NAMED = re.compile(r"\(\(([a-z][a-z0-9_]*(?:\.[a-z_]+)?)\)\)")
AGENCY_NAMES = ("name", "contact", "department", "controller", "privacy_contact")
EXEMPT = {"ky-thuat", "van-ban"}


def prose_faults(docs: Path, snippets: Path, catalogue: Catalogue) -> list[DefinitionFault]:
    """One fault a line, in the order of files and lines, each naming the block to use instead."""
    pages = sorted(page for page in docs.rglob("*.md") if EXEMPT.isdisjoint(page.relative_to(docs).parts))
    days = {day(value): fact for fact in catalogue.facts.values() for value in days_of(fact)}
    known = {*catalogue.facts, *(f"agency.{name}" for name in AGENCY_NAMES)}
    papers = {item.title: form.id for form in catalogue.forms.values() for item in form.items}
    return [
        DefinitionFault(str(page.relative_to(docs.parent)), number, message)
        for page in [*pages, *sorted(snippets.glob("*.md"))]
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        for message in (*line_faults(line, days, papers), *name_faults(line, known))
    ]


def pages_naming(docs: Path, names: set[str]) -> list[str]:
    """The pages whose blocks or double brackets name one of these facts, forms or support types."""
    wanted = re.compile(rf"(?:\(\(|\| )(?:{'|'.join(map(re.escape, sorted(names)))})(?:\)\)|\s*$)", re.MULTILINE)
    told = [page for page in sorted(docs.rglob("*.md")) if "ky-thuat" not in page.relative_to(docs).parts]
    pages = [page for page in told if wanted.search(page.read_text(encoding="utf-8"))]
    return [str(page.relative_to(docs.parent)) for page in pages] if names else []


def name_faults(line: str, known: Collection[str]) -> Iterator[str]:
    """Double brackets, outside code, that name nothing."""
    for name in NAMED.findall(re.sub(r"`[^`]*`", "", line)):
        if name not in known:
            yield f"Không có điều “{name}” trong forms/policy/. Sửa tên trong dấu ((…))."


def days_of(fact: Fact) -> Iterator[date]:
    """The days that a fact of unit `date` has ever said."""
    for dated in fact.values:
        if isinstance(dated.value, date):
            yield dated.value


def line_faults(line: str, days: dict[str, Fact], papers: dict[str, str]) -> Iterator[str]:
    for found in (AMOUNT.search(line), RATE.search(line)):
        if found:
            yield f"Số “{found[0]}” gõ thẳng vào trang. Dùng ((mã của điều)) hoặc khối “/// muc-ho-tro”."
    for words, fact in days.items():
        if words in line:
            yield f"Hạn “{words}” gõ thẳng vào trang. Dùng (({fact.id}))."
    title = line.lstrip("-*0123456789. ").rstrip(" .;,")
    if title in papers:
        yield f"Giấy tờ “{title}” gõ thẳng vào trang. Dùng khối “/// thanh-phan-ho-so | {papers[title]}”."
