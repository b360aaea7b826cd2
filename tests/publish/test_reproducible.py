"""The same sources give the same site to the byte: elsewhere, later, in another zone, and without a network."""

import hashlib
import re
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from processor.publish.building_day import EpochUnreadable, building_day, epoch_of
from processor.settings import ROOT
from tests.isolated import isolated

NO_SOURCE = shutil.ignore_patterns(".venv", "node_modules", "__pycache__", ".*_cache", ".artifacts")
BUILD = """
import pathlib, sys
from processor.publish.build import build_site
build_site(pathlib.Path.cwd(), pathlib.Path(sys.argv[1]))
"""
LATER = ["faketime", "-f", "+40d"]


def test_built_again_elsewhere_and_later_every_file_is_the_same(tmp_path: Path, built_site: Path) -> None:
    sources = Path(shutil.copytree(ROOT, tmp_path / "nơi khác", ignore=NO_SOURCE, symlinks=True))
    again = tmp_path / "site"
    elsewhere = {
        "SOURCE_DATE_EPOCH": epoch_of(day_of(built_site)),
        "PYTHONPATH": str(sources),
        "PYTHONHASHSEED": "43",
        "TZ": "Pacific/Auckland",
    }

    ended = isolated(tmp_path / "notes", [*LATER, sys.executable, "-P", "-c", BUILD, str(again)], sources, **elsewhere)

    assert ended.returncode == 0, ended.told
    assert digests(again) == digests(built_site)
    assert ended.foreign == []


def day_of(site: Path) -> date:
    found = re.search(r"<lastmod>(.*?)</lastmod>", (site / "sitemap.xml").read_text())
    assert found
    return date.fromisoformat(found[1])


def digests(site: Path) -> dict[str, str]:
    files = [path for path in sorted(site.rglob("*")) if path.is_file()]
    assert {".pdf", ".xml", ".gz", ".html", ".json"} <= {path.suffix for path in files}
    return {str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("epoch", "day"),
    [
        ("1764547199", date(2025, 12, 1)),  # 23:59:59 UTC on 30 November is morning in Viet Nam
        ("1764521999", date(2025, 11, 30)),
        ("1764522000", date(2025, 12, 1)),
    ],
)
def test_the_day_of_a_build_is_that_of_viet_nam(epoch: str, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    assert building_day() == day


def test_the_moment_told_to_mkdocs_falls_on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch_of(date(2026, 2, 28)))

    assert building_day() == date(2026, 2, 28)


@pytest.mark.parametrize("epoch", ["hôm nay", "1e9", "9" * 30])
def test_an_unreadable_moment_is_told(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    with pytest.raises(EpochUnreadable, match="SOURCE_DATE_EPOCH"):
        building_day()
