"""What the operators' pages say is so: events of the log, commands, files and options are there."""

import re
import subprocess
from typing import Any

import pytest
import typer.main

from processor.commands import app
from processor.settings import ROOT

TECHNICAL = ROOT / "docs" / "ky-thuat"
NAMES = ("may-chu.md", "nang-cap.md", "nhat-ky.md", "canh-bao.md", "sao-luu.md")
PAGES = {name: (TECHNICAL / name).read_text() for name in NAMES}
SOURCES = "".join(path.read_text() for path in (ROOT / "processor").rglob("*.py"))
INSTALL = ROOT / "deploy" / "install.sh"


def test_every_event_that_the_page_explains_is_one_that_the_program_logs() -> None:
    told = set(re.findall(r"^\| `([a-z]+_[a-z_]+)`", PAGES["nhat-ky.md"], re.MULTILINE))

    logged = set(re.findall(r'LOG\.\w+\(\s*"([a-z_]+)"', SOURCES))

    assert len(told) > 8 and told <= logged


def test_every_error_of_the_log_is_explained() -> None:
    errors = set(re.findall(r'LOG\.error\(\s*"([a-z_]+)"', SOURCES))

    assert errors and [event for event in errors if f"| `{event}` |" not in PAGES["nhat-ky.md"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_a_page_names_is_one_of_the_program(name: str) -> None:
    named = re.findall(r"`hotro ((?:[a-z-]+)(?: [a-z-]+)?)", PAGES[name])

    assert [words for words in named if not known(words.split())] == []


def known(words: list[str]) -> bool:
    found: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(found, "commands"):
            return True
        if word not in found.commands:
            return False
        found = found.commands[word]
    return True


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_file_that_a_page_names_is_there(name: str) -> None:
    named = re.findall(r"\b(?:deploy|requirements)/[\w./@-]*\w", PAGES[name])

    made_there = (ROOT / ".gitignore").read_text()
    assert [path for path in named if not (ROOT / path).exists() and f"/{path}" not in made_there] == []


def test_every_option_of_the_installation_that_a_page_names_is_explained_by_it() -> None:
    told = subprocess.run(["/bin/sh", INSTALL, "--help"], capture_output=True, text=True, check=True).stdout

    named = {option for page in PAGES.values() for option in re.findall(r"install\.sh[^\n`]*", page)}
    options = {option for words in named for option in re.findall(r"--[a-z-]+", words)}

    assert options >= {"--check", "--url", "--ports", "--back", "--copy"}
    assert [option for option in options if f"  {option} " not in told] == []


def test_the_table_of_sizes_says_of_every_figure_where_it_comes_from() -> None:
    _, _, table = PAGES["may-chu.md"].partition("## Cỡ máy")
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]

    assert len(rows) >= 6
    for _, figure, source in rows:
        measured = "bench/" in source
        assert measured or "giả định" in source or "mặc định" in source or "chép" in source, source
        assert figure
