"""Facts cite provisions of the official texts under docs/van-ban/, and definitions name pages: each must be there."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from processor.domain.errors import DefinitionFault

CITED = re.compile(r"\bat: *[\"']?(?P<page>van-ban/[a-z0-9-]+)(?:#(?P<anchor>[a-z0-9-]+))?")
PAGE = re.compile(r"^ *page: *(?P<page>[a-z0-9/.-]+)$")
ANCHOR = re.compile(r"\{:? ?#([a-z0-9-]+) ?\}")


def citation_faults(docs: Path, forms: Path) -> list[DefinitionFault]:
    return [
        DefinitionFault(f"forms/{path.relative_to(forms)}", number, message)
        for path in sorted([*(forms / "policy").glob("*.yml"), forms / "workflow.yml"])
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for message in line_faults(docs, line)
    ]


def line_faults(docs: Path, line: str) -> Iterator[str]:
    found = PAGE.match(line)
    if found and found["page"] != "null" and not any((docs / name).exists() for name in sources_of(found["page"])):
        yield f"Không có trang docs/{found['page']}.md. Viết tên tệp dưới docs/, không có đuôi .md."
    for cited in CITED.finditer(line):
        page = docs / f"{cited['page']}.md"
        if not page.exists():
            yield f"Không có docs/{cited['page']}.md. Đưa văn bản vào bằng: hotro import-text TỆP."
        elif cited["anchor"] and cited["anchor"] not in anchors_of(page, page.stat().st_mtime_ns):
            yield f"docs/{cited['page']}.md không có mục “{cited['anchor']}”. Mở trang đó và chép đúng địa chỉ của mục."


def sources_of(page: str) -> tuple[str, str]:
    return f"{page}.md", f"{page}/index.md"


@lru_cache(maxsize=64)
def anchors_of(page: Path, changed: int) -> frozenset[str]:
    return frozenset(ANCHOR.findall(page.read_text(encoding="utf-8")))
