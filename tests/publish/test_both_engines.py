"""Material for MkDocs and Zensical make the same forms and checklists of the same sources."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from processor.settings import ROOT
from tests.publish.pages import attribute, attributes, pages, prose, source_pages, words

CONTROLS = ["form", "fieldset", "legend", "input", "select", "optgroup", "option", "textarea", "button", "label"]
SEARCH_ONLY = "data-search-exclude"  # Zensical reads it and takes it away
LEFT_OVER = re.compile(r"\[\[|(?<!:)///|\(\(|\{\{")  # an address may hold :///


@pytest.fixture(scope="session")
def zensical_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that Zensical built, and all it said."""
    if importlib.util.find_spec("zensical") is None:
        pytest.fail("Zensical is missing: .venv/bin/python -m pip install --require-hashes -r requirements/test.txt")
    project = copied_sources(tmp_path_factory.mktemp("zensical"))
    command = [sys.executable, "-m", "zensical", "build", "--clean"]
    environment = {**os.environ, "HOTRO_FORMS": str(project / "forms")}
    made = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return project / "site", made.stdout + made.stderr


def copied_sources(project: Path) -> Path:
    shutil.copy(ROOT / "mkdocs.yml", project)
    for name in ("docs", "forms", "processor"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    history = ["git", "-C", str(ROOT), "rev-parse", "--absolute-git-dir"]
    told = subprocess.run(history, capture_output=True, text=True, check=False).stdout.strip()
    if told:  # the pages tell the history of forms/
        (project / ".git").write_text(f"gitdir: {told}\n")
    return project


@pytest.fixture(scope="session")
def zensical_site(zensical_build: tuple[Path, str]) -> Path:
    return zensical_build[0]


def test_zensical_finds_nothing_to_report(zensical_build: tuple[Path, str]) -> None:
    _, said = zensical_build

    lines = [line.lower() for line in said.splitlines()]

    assert "no issues found" in lines
    assert [line for line in lines if "warning" in line or "error" in line] == []


def test_both_engines_make_the_same_pages(built_site: Path, zensical_site: Path) -> None:
    material, zensical = pages(built_site), pages(zensical_site)

    made = material.keys() & zensical.keys()

    assert set(source_pages()) <= made


@pytest.mark.parametrize("name", source_pages())
def test_both_engines_make_the_same_controls_words_and_checklist(
    built_site: Path, zensical_site: Path, name: str
) -> None:
    material, zensical = pages(built_site)[name], pages(zensical_site)[name]

    assert controls(zensical) == controls(material)
    assert block_words(zensical) == block_words(material)
    assert checklist(zensical) == checklist(material)


def test_the_comparison_has_something_to_compare(zensical_site: Path) -> None:
    built = pages(zensical_site)

    shown = {name for name, page in built.items() if controls(page)}

    assert {"bieu-mau/dang-ky-nhu-cau/index.html", "bieu-mau/ho-so-tieu-chuan/index.html"} <= shown
    assert checklist(built["chinh-sach/tieu-chuan/index.html"])


@pytest.mark.parametrize("engine", ["built_site", "zensical_site"])
def test_no_markup_is_left_in_the_text_of_a_page(engine: str, request: pytest.FixtureRequest) -> None:
    built = pages(request.getfixturevalue(engine))

    left = [(name, LEFT_OVER.findall(prose(page))) for name, page in built.items() if LEFT_OVER.search(prose(page))]

    assert left == []


def controls(page: BeautifulSoup) -> list[tuple[str, dict[str, str], str]]:
    """Everything in the forms that is filled in or pressed, with every attribute, in page order."""
    found = [*page.select("form.hotro-form"), *page.select(", ".join(f".hotro-form {name}" for name in CONTROLS))]
    return [(tag.name, without(attributes(tag)), words(tag)) for tag in found]


def without(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name != SEARCH_ONLY}


def block_words(page: BeautifulSoup) -> list[tuple[str, str]]:
    return [(attribute(block, "class"), words(block)) for block in page.select(".hotro-block, .hotro-fact")]


def checklist(page: BeautifulSoup) -> list[tuple[str, str, str]]:
    items = page.select(".task-list-item")
    return [
        (attribute(item, "id"), attribute(box, "id"), words(label))
        for item in items
        for label in item.select("label.task-list-control")
        for box in label.select("input")
    ]
