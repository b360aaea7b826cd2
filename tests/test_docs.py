"""The documentation says what the program has: settings, packages, decisions, commands. Its headings are in order."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic.fields import FieldInfo

from processor.commands import app
from processor.settings import ROOT, Settings

DOCS = ROOT / "docs"
TECHNICAL = DOCS / "ky-thuat"
DECISIONS = TECHNICAL / "quyet-dinh"
PAGES = sorted(DOCS.rglob("*.md"))
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
PACKAGES = sorted(init.parent.relative_to(ROOT) for init in (ROOT / "processor").rglob("__init__.py"))


def relative(path: Path) -> str:
    return str(path.relative_to(DOCS))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_table_with_its_default_and_its_help(name: str) -> None:
    table = (TECHNICAL / "cai-dat.md").read_text()

    assert setting_row(name, Settings.model_fields[name]) in table.splitlines()


def test_the_table_names_no_setting_that_is_gone() -> None:
    table = (TECHNICAL / "cai-dat.md").read_text()

    named = set(re.findall(r"HOTRO_[A-Z0-9_]*[A-Z]", table))

    assert named <= {f"HOTRO_{name.upper()}" for name in Settings.model_fields}


def setting_row(name: str, field: FieldInfo) -> str:
    return f"| `HOTRO_{name.upper()}` | {default_words(field.default)} | {field.description} |"


def default_words(default: Any) -> str:
    if default in (None, ""):
        return "để trống"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        default = default.relative_to(ROOT)
    return f"`{default}`"


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_every_package_is_named_on_the_architecture_page(package: Path) -> None:
    page = (TECHNICAL / "kien-truc.md").read_text()

    assert f"`{package}/`" in page


def test_every_path_named_on_the_architecture_page_exists() -> None:
    page = (TECHNICAL / "kien-truc.md").read_text()

    named = re.findall(r"`((?:processor|forms|docs|tests|deploy|bench)/[^`\s]*)`", page)

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_every_decision_is_listed_and_has_its_three_parts(record: Path) -> None:
    index = (DECISIONS / "index.md").read_text()

    assert f"]({record.name})" in index
    assert [title for level, title in headings(record) if level == 2] == ["Bối cảnh", "Quyết định", "Hệ quả"]


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()

    unnamed = [name for name in command_names(typer.main.get_command(app)) if f"`hotro {name}" not in readme]

    assert unnamed == []


def command_names(command: Any, prefix: str = "") -> Iterator[str]:
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from command_names(inner, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_every_test_that_a_promise_names_is_there() -> None:
    promises = re.split(r"^\d\. ", (ROOT / "SECURITY.md").read_text(), flags=re.MULTILINE)[1:]

    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", promise) for promise in promises]

    assert len(promises) == 7 and all(named)
    assert [test for tests in named for test in tests if f"def {test[1]}(" not in (ROOT / test[0]).read_text()] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_page_has_one_title_and_skips_no_heading_level(page: Path) -> None:
    levels = [level for level, _ in headings(page)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in zip(levels, levels[1:], strict=False))


def headings(page: Path) -> list[tuple[int, str]]:
    """Level and text of each heading, those in fenced code left out."""
    prose = re.sub(r"^ *(```+|~~~+).*?^ *\1`*~* *$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [(len(signs), title) for signs, title in re.findall(r"^(#{1,6}) +(.+?)(?: *\{.*\})?$", prose, re.MULTILINE)]
