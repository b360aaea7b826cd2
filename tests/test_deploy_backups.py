"""What is shipped for backups names commands that exist, and keeps erased data as long as is said, not longer."""

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from processor.commands import app
from processor.settings import ROOT, Settings

UNITS = ROOT / "deploy" / "systemd"
PAGE = (ROOT / "docs" / "ky-thuat" / "sao-luu.md").read_text()


def unit(name: str) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(UNITS / name)
    return read


def command(*names: str) -> Any:
    found: Any = typer.main.get_command(app)
    for name in names:
        found = found.commands[name]
    return found


def test_the_timer_runs_a_command_that_exists() -> None:
    program, *arguments = unit("hotro-backup.service")["Service"]["ExecStart"].split()

    parsed = command(*arguments[:2]).make_context("run", arguments[2:])

    assert Path(program).name == "hotro"
    assert parsed.params["folder"] == Path("/mnt/sao-luu/hotro")


@pytest.mark.parametrize("name", ["hotro-backup.timer", "hotro-files.timer", "hotro-litestream.service"])
def test_every_unit_is_named_on_the_page_about_backups(name: str) -> None:
    assert (UNITS / name).exists() and Path(name).stem in PAGE


def test_litestream_keeps_what_was_erased_no_longer_than_backups_do() -> None:
    shipped = yaml.safe_load((ROOT / "deploy" / "litestream.yml").read_text())

    hours = int(shipped["snapshot"]["retention"].removesuffix("h"))

    assert hours == 24 * Settings.model_fields["backup_keep_days"].default


@pytest.mark.parametrize("line", re.findall(r"^\.venv/bin/hotro (.+)$", PAGE, re.MULTILINE))
def test_every_command_on_the_page_is_one_that_the_program_takes(line: str) -> None:
    words = line.split()
    names = words[:2] if words[0] == "backup" else words[:1]

    assert command(*names).make_context("x", words[len(names) :])
