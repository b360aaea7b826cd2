"""Built pages, parsed once, for tests of either engine."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment, Tag

from processor.settings import ROOT


@lru_cache(maxsize=64)
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


class Pages(Mapping[str, BeautifulSoup]):
    """Every page by its path inside the site, parsed when it is asked for."""

    def __init__(self, site: Path) -> None:
        self.paths = {str(path.relative_to(site)): path for path in sorted(site.rglob("*.html"))}

    def __getitem__(self, name: str) -> BeautifulSoup:
        return parsed(self.paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def pages(site: Path) -> Pages:
    return Pages(site)


def source_pages() -> list[str]:
    """The page of every Markdown source, by its path inside the site."""
    return sorted(built_name(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md"))


def built_name(source: Path) -> str:
    return str(source.with_suffix(".html") if source.stem == "index" else source.with_suffix("") / "index.html")


def attribute(tag: Tag, name: str) -> str:
    """One attribute as written, empty when it is missing."""
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def attributes(tag: Tag) -> dict[str, str]:
    return {name: attribute(tag, name) for name in tag.attrs}


def ids(page: BeautifulSoup) -> list[str]:
    return [attribute(tag, "id") for tag in page.find_all(id=True)]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def prose(page: BeautifulSoup) -> str:
    """All text that is read as text: neither scripts nor code."""
    return "\n".join(text_parts(page))


def text_parts(page: BeautifulSoup) -> Iterator[str]:
    for text in page.find_all(string=True):
        hidden = any(parent.name in ("script", "style", "code", "pre", "template") for parent in text.parents)
        if not hidden and not isinstance(text, Comment):
            yield str(text)


def references(page: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Whatever the page loads or leads to, with percent signs read."""
    for tag in page.find_all(["a", "link", "img", "script", "source", "iframe", "form"]):
        for name in ("href", "src", "action"):
            if tag.has_attr(name):
                yield tag, unquote(attribute(tag, name))
