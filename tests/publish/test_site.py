"""The built site, page by page: links, headings, labels, search, and a policy that fits it."""

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from processor.domain.catalogue import Catalogue
from processor.settings import ROOT
from tests.publish.pages import attribute, ids, pages, parsed, references, source_pages, words

PUBLIC = "http://127.0.0.1:8000/"  # site_url
SERVED = re.compile(r"^(nop/[a-z-]+|tra-cuu|kiem-tra-dieu-kien/ket-qua)$")  # answered by the processor, not by a file
SHOWN = re.compile(
    r"^(tra-cuu/ma-moi|xac-minh\.html|cong-khai/(so-lieu|tra-loi)|ke-hoach/\d{4}|tuyen-truyen)$"
)  # pages of the processor to which a page of the site leads
LUNR = Path("assets/javascripts/lunr/min/lunr.vi.min.js")
NO_SCRIPT_TYPES = {"application/json", "application/ld+json", "text/template"}
UNLABELLED_TYPES = {"hidden", "submit"}
EVERY_PAGE = pytest.mark.parametrize("name", [*source_pages(), "404.html"])


@EVERY_PAGE
def test_every_link_anchor_and_image_leads_somewhere(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    broken = [url for tag, url in references(page) if not resolves(built_site, name, tag, url)]

    assert broken == []


def resolves(site: Path, name: str, tag: Tag, url: str) -> bool:
    """A local address names a file of the site, or is answered by the processor; its anchor is in that page."""
    parts = urlsplit(url.removeprefix(PUBLIC.rstrip("/")) if url.startswith(PUBLIC) else url)
    if parts.scheme or parts.netloc:
        return tag.name in ("a", "link")
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), parts.path)).lstrip("/")
    if not parts.path:
        path = name
    if tag.name == "form":
        return bool(SERVED.match(path)) or tag.get("name") == "search"
    if tag.name == "a" and SHOWN.match(path):
        return True
    target = site / path / "index.html" if (site / path).is_dir() else site / path
    return target.is_file() and (not parts.fragment or parts.fragment in anchors(target))


def anchors(target: Path) -> set[str]:
    return set(ids(parsed(target))) if target.suffix == ".html" else set()


def test_the_link_checker_sees_what_is_broken(built_site: Path) -> None:
    text = (
        '<a href="khong-co/"></a><a href="#khong-co"></a><img src="/khong-co.png"><a href="nghi-quyet/#khong-co"></a>'
    )
    page = BeautifulSoup(text, "html.parser")

    found = [resolves(built_site, "index.html", tag, url) for tag, url in references(page)]

    assert found == [False, False, False, False]


@EVERY_PAGE
def test_every_id_is_used_once(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    found = ids(page)

    assert sorted(found) == sorted(set(found))


@EVERY_PAGE
def test_every_page_has_one_title_and_skips_no_heading_level(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in zip(levels, levels[1:], strict=False))


def test_no_two_pages_have_the_same_title(built_site: Path) -> None:
    built = pages(built_site)

    titles = [words(page.title) for page in built.values() if page.title]

    assert len(titles) == len(built)
    assert sorted(titles) == sorted(set(titles))


@EVERY_PAGE
def test_nothing_is_loaded_from_elsewhere(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    loaded = [url for tag, url in references(page) if tag.name != "a" and attribute(tag, "rel") not in LINKS_ONLY]

    assert [
        url for url in loaded if not url.startswith(PUBLIC) and (urlsplit(url).scheme or urlsplit(url).netloc)
    ] == []


LINKS_ONLY = {"canonical", "prev", "next"}


@EVERY_PAGE
def test_no_style_and_no_event_handler_stands_in_a_tag(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    inline = [(tag.name, key) for tag in page.find_all() for key in tag.attrs if key == "style" or key.startswith("on")]

    assert inline == []
    assert page.find_all("style") == []


@EVERY_PAGE
def test_every_control_has_a_label(built_site: Path, name: str) -> None:
    page = pages(built_site)[name]

    bare = [str(control) for control in page.find_all(["input", "select", "textarea"]) if not labelled(page, control)]

    assert bare == []


def labelled(page: BeautifulSoup, control: Tag) -> bool:
    if attribute(control, "type") in UNLABELLED_TYPES or attribute(control, "aria-label"):
        return True
    if "md-toggle" in attribute(control, "class"):  # a switch of the theme, never shown
        return True
    label = control.find_parent("label") or page.find("label", attrs={"for": attribute(control, "id")})
    return label is not None and bool(words(label))


def test_the_search_loads_our_vietnamese(built_site: Path) -> None:
    ours = ROOT / "processor/publish/theme" / LUNR

    workers = [path.read_text() for path in (built_site / "assets/javascripts/workers").glob("search.*.js")]

    assert (built_site / LUNR).read_bytes() == ours.read_bytes()
    assert len(workers) == 1
    assert all(part in workers[0] for part in ("../lunr", "/min/lunr.${"))


def test_the_search_knows_the_checklist_and_not_the_forms(built_site: Path, catalogue: Catalogue) -> None:
    indexed = json.loads((built_site / "search/search_index.json").read_text())["docs"]

    text = " ".join(f"{entry['title']} {entry['text']}" for entry in indexed)

    items = [item for form in catalogue.forms.values() for item in form.items]
    assert [item.title for item in items if item.title not in text] == []
    assert [words for words in form_words(catalogue) if words in text] == []


def form_words(catalogue: Catalogue) -> Iterator[str]:
    """Words that only a form says."""
    yield from ("Thêm dòng", "Ghi trên biên nhận, bắt đầu bằng HT", "Trùng mã số thuế thì bỏ trống")
    for form in catalogue.forms.values():
        yield from (purpose.label for field in form.single_fields for purpose in getattr(field, "purposes", ()))


def test_the_policy_allows_every_inline_script_and_no_other(built_site: Path) -> None:
    policy = (built_site / "csp.txt").read_text()

    allowed = set(re.findall(r"'sha256-([^']+)'", policy))

    assert allowed == {digest(code) for page in pages(built_site).values() for code in inline_scripts(page)}
    assert allowed
    assert "unsafe" not in policy


def inline_scripts(page: BeautifulSoup) -> Iterator[str]:
    for script in page.find_all("script"):
        if not script.has_attr("src") and attribute(script, "type") not in NO_SCRIPT_TYPES and script.string:
            yield str(script.string)


def digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
