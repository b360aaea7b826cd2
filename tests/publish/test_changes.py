"""“Đã thay đổi gì” is read from the history of forms/: by day, newest first, with the pages that changed along."""

import os
import shutil
import subprocess
import xml.etree.ElementTree as etree
from datetime import date
from pathlib import Path

import pytest

from processor.publish.changes import changes_at, feed_of
from processor.settings import ROOT
from processor.storage.catalogue.revisions import changed_days, head

BUDGET = "forms/policy/chung.yml"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """forms/ and docs/ as they are, committed on the first of October 2026, at 23:30 in Viet Nam."""
    for folder in ("forms", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    git(tmp_path, "init", "-q")
    commit(tmp_path, "2026-10-01T23:30:00+07:00")
    return tmp_path


def git(folder: Path, *arguments: str, **environment: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env={**os.environ, **environment})


def commit(folder: Path, moment: str) -> None:
    git(folder, "add", ".")
    who = ("-c", "user.name=x", "-c", "user.email=x@vi-du.example")
    git(folder, *who, "commit", "-qm", "change", GIT_COMMITTER_DATE=moment, GIT_AUTHOR_DATE=moment)


def edit(folder: Path, name: str, old: str, new: str, moment: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))
    commit(folder, moment)


def test_a_changed_figure_is_told_with_its_day_and_its_pages(history: Path) -> None:
    edit(history, BUDGET, "810000000", "820000000", "2026-10-05T09:00:00+07:00")

    newest, first = changes_at(history, head(history))

    assert newest.day == date(2026, 10, 5)
    assert newest.words == ("Nội dung “Kinh phí năm 2024”: 810.000.000\u00a0đồng → 820.000.000\u00a0đồng.",)
    assert ("/ke-hoach-2024/", "Kế hoạch năm 2024 của Sở Khoa học và Công nghệ") in newest.pages
    assert first.day == date(2026, 10, 1) and first.words[0].startswith("Trang bắt đầu với 8 biểu mẫu")


def test_a_day_tells_what_it_changed_in_all_and_not_each_try(history: Path) -> None:
    edit(history, BUDGET, "810000000", "830000000", "2026-10-05T09:00:00+07:00")
    edit(history, BUDGET, "830000000", "820000000", "2026-10-05T16:00:00+07:00")

    newest = changes_at(history, head(history))[0]

    assert [line for line in newest.words if "830" in line] == []
    assert len(changes_at(history, head(history))) == 2


def test_a_day_that_changed_only_comments_is_not_told(history: Path) -> None:
    edit(history, BUDGET, "# Điều chung", "# Các điều chung", "2026-10-05T09:00:00+07:00")

    told = changes_at(history, head(history))

    assert [found.day for found in told] == [date(2026, 10, 1)]
    assert len(changed_days(history)) == 2


def test_what_an_older_program_wrote_is_told_without_details(history: Path) -> None:
    edit(history, BUDGET, "order: 1\n", "", "2026-10-05T09:00:00+07:00")
    edit(history, BUDGET, "title: Nội dung chung\n", "title: Nội dung chung\norder: 1\n", "2026-10-06T09:00:00+07:00")

    newest = changes_at(history, head(history))[0]

    assert newest.words == ("Đổi cách ghi biểu mẫu và số liệu; xem kho phiên bản.",)


def test_without_a_history_nothing_is_told(tmp_path: Path) -> None:
    assert changes_at(tmp_path, head(tmp_path)) == ()


def test_the_feed_holds_an_item_a_day_with_an_address_that_the_page_has(history: Path) -> None:
    edit(history, BUDGET, "810000000", "820000000", "2026-10-05T09:00:00+07:00")

    feed = etree.fromstring(etree.tostring(feed_of(changes_at(history, head(history)), "https://vi-du.example")))

    items = feed.findall("channel/item")
    assert [item.findtext("pubDate") for item in items][0] == "Mon, 05 Oct 2026 00:00:00 +0700"
    assert items[0].findtext("link") == "https://vi-du.example/da-thay-doi-gi/#ngay-2026-10-05"
    assert "820.000.000" in (items[0].findtext("description") or "")


def test_the_built_site_has_feed_and_page(built_site: Path) -> None:
    feed = etree.parse(built_site / "thay-doi.xml")

    anchors = {(item.findtext("link") or "").partition("#")[2] for item in feed.findall("channel/item")}
    page = (built_site / "da-thay-doi-gi/index.html").read_text()
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []
