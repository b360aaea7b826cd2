"""“Đã thay đổi gì”: what each day's revisions did to facts and forms, newest first; the same as a feed (RSS 2.0)."""

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

from processor.domain.catalogue import Catalogue
from processor.domain.differences import differences
from processor.domain.errors import BrokenDefinition
from processor.domain.vietnamese import VIETNAM, day
from processor.publish.prose import pages_naming
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.catalogue.revisions import ChangedDay, changed_days, forms_at, head

PAGE, FEED = "da-thay-doi-gi", "thay-doi.xml"
LONGEST = 20
TITLE = re.compile(r"^title: *[\"']?(.*?)[\"']?$", re.MULTILINE)


@dataclass(frozen=True)
class DayOfChanges:
    """`pages` are the pages that show what changed, as (address, title)."""

    day: date
    words: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        return f"ngay-{self.day:%Y-%m-%d}"


def changes() -> list[DayOfChanges]:
    """Of the newest days, at most LONGEST."""
    return list(changes_at(ROOT, head(ROOT)))


@lru_cache(maxsize=2)
def changes_at(root: Path, revision: str) -> tuple[DayOfChanges, ...]:
    return tuple(filter(None, (changes_of(root, found) for found in changed_days(root)[:LONGEST])))


def changes_of(root: Path, changed: ChangedDay) -> DayOfChanges | None:
    """None for a day that changed no fact and no form."""
    after = catalogue_at(root, changed.after, changed.day)
    if changed.before is None and after:
        words = f"Trang bắt đầu với {len(after.forms)} biểu mẫu và {len(after.facts)} nội dung"
        return DayOfChanges(changed.day, (f"{words} về chính sách và pháp luật chung.",), ())
    before = catalogue_at(root, changed.before, changed.day) if changed.before else None
    if before is None or after is None:
        return DayOfChanges(changed.day, ("Đổi cách ghi biểu mẫu và số liệu; xem kho phiên bản.",), ())
    found = differences(before, after, changed.day)
    pages = pages_naming(root / "docs", {one.name for one in found})
    return DayOfChanges(changed.day, tuple(one.words for one in found), addresses(root, pages)) if found else None


def catalogue_at(root: Path, revision: str, today: date) -> Catalogue | None:
    """None when this program cannot read what was written for an older one."""
    try:
        with forms_at(root, revision) as forms:
            return load_catalogue(forms, today)
    except BrokenDefinition:
        return None


def addresses(root: Path, pages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((address(page), title(root / page)) for page in pages)


def address(page: str) -> str:
    path = page.removeprefix("docs/").removesuffix(".md").removesuffix("index")
    return f"/{path}/".replace("//", "/")


def title(page: Path) -> str:
    found = TITLE.search(page.read_text(encoding="utf-8"))
    return found[1] if found else page.stem


def write_feed(site: Path, public_url: str) -> None:
    feed = etree.ElementTree(feed_of(changes(), public_url))
    etree.indent(feed)
    feed.write(site / FEED, encoding="utf-8", xml_declaration=True)


def feed_of(days: Sequence[DayOfChanges], public_url: str) -> etree.Element:
    rss = etree.Element("rss", {"version": "2.0"})
    channel = etree.SubElement(rss, "channel")
    about = {
        "title": "Đã thay đổi gì: chính sách theo Nghị quyết số 43/2022/NQ-HĐND",
        "link": f"{public_url}/{PAGE}/",
        "description": "Thay đổi của số liệu chính sách và biểu mẫu trên trang.",
        "language": "vi",
    }
    for name, words in about.items():
        etree.SubElement(channel, name).text = words
    for changed in days:
        channel.append(item_of(changed, public_url))
    return rss


def item_of(changed: DayOfChanges, public_url: str) -> etree.Element:
    item = etree.Element("item")
    link = f"{public_url}/{PAGE}/#{changed.anchor}"
    moment = datetime.combine(changed.day, time(), VIETNAM)
    for name, words in (("title", f"Thay đổi ngày {day(changed.day)}"), ("link", link), ("guid", link)):
        etree.SubElement(item, name).text = words
    etree.SubElement(item, "pubDate").text = format_datetime(moment)
    etree.SubElement(item, "description").text = "\n".join(changed.words)
    return item
