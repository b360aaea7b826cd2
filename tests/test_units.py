"""deploy/systemd: systemd takes every unit, none is more exposed than is said, each stops after the program does."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer.main

from processor.commands import ANSWERING, app
from processor.settings import ROOT, Settings
from tests.units import ANALYZE, Unit, unit

SHIPPED = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name.replace("@.", "@8001.") for path in SHIPPED.glob("*.service"))
TIMERS = sorted(path.name for path in SHIPPED.glob("*.timer"))
WORKER_STOPS = 10
PROGRAMS = ("srv/hotro/current/.venv/bin/hotro", "usr/bin/rsync", "usr/bin/litestream")
PAGES = [(ROOT / "docs" / "ky-thuat" / name).read_text() for name in ("may-chu.md", "sao-luu.md", "nhat-ky.md")]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units where install.sh puts them, beside Debian's own, and the programs that they start."""
    root = tmp_path_factory.mktemp("units")
    folder = root / "etc/systemd/system"
    folder.mkdir(parents=True)
    for path in (*SHIPPED.glob("*.service"), *SHIPPED.glob("*.timer")):
        (folder / path.name.replace("@.", "@8001.")).write_text(path.read_text())
        (folder / path.name).write_text(path.read_text())
    for name in ("hotro-", "hotro", "hotro@"):
        (folder / f"{name}.service.d").mkdir()
        (folder / f"{name}.service.d/chat-che.conf").write_text(
            (SHIPPED / "hotro-.service.d/chat-che.conf").read_text()
        )
    for program in PROGRAMS:
        place = root / program
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    (root / "usr/lib/systemd").mkdir(parents=True)
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    return root


def analyze(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ANALYZE, *words[:1], f"--root={tree}", *words[1:]], capture_output=True, text=True, check=False
    )


def test_systemd_takes_every_unit_and_finds_its_program(tree: Path) -> None:
    told = analyze(tree, "verify", "--man=no", *SERVICES, *TIMERS)

    assert (told.returncode, told.stderr) == (0, "")


def test_a_wrong_unit_would_be_told(tree: Path) -> None:
    (tree / "etc/systemd/system/sai.service").write_text("[Service]\nExecStart=/khong/co\nProtectSytem=strict\n")

    told = analyze(tree, "verify", "--man=no", "sai.service")

    assert told.returncode != 0 and "ProtectSytem" in told.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_exposed_more_than_little(name: str, tree: Path) -> None:
    """2.0 of 10: "OK". What is left is the network, which a web server needs."""
    told = analyze(tree, "security", "--offline=true", "--threshold=20", name)

    assert told.returncode == 0, told.stdout
    assert re.search(r"Overall exposure level for \S+: [01]\.\d OK", told.stdout)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_and_runs_as_hotro(name: str, tree: Path) -> None:
    told = unit(tree, name)

    assert told.one("User") == "hotro" and told.one("UMask") == "0077"
    assert told.one("ProtectSystem") == "strict" and told.one("NoNewPrivileges") == "yes"
    assert {path.removeprefix("-") for path in told.all("ReadWritePaths")} <= {"/var/lib/hotro", "/mnt/sao-luu"}
    assert told.one("StandardOutput") == "journal"
    assert "ptrace" not in told.system_calls and "mount" not in told.system_calls and "openat" in told.system_calls


def arguments_of(told: Unit) -> Sequence[str]:
    return told.command[1:]


@pytest.mark.parametrize(
    "name", [one for one in SERVICES if one.split(".")[0] not in ("hotro-files", "hotro-litestream")]
)
def test_every_service_runs_a_command_that_the_program_takes(name: str, tree: Path) -> None:
    found: Any = typer.main.get_command(app)
    words = list(arguments_of(unit(tree, name)))

    while hasattr(found, "commands"):
        found = found.commands[words.pop(0)]

    assert found.make_context("x", words)


@pytest.mark.parametrize("name", ["hotro.service", "hotro@8001.service"])
def test_a_stop_waits_longer_than_the_program_does(name: str, tree: Path) -> None:
    told = unit(tree, name)

    program = Settings.model_fields["stop_seconds"].default + ANSWERING + WORKER_STOPS

    assert int(told.one("TimeoutStopSec")) > program
    assert told.one("KillMode") == "mixed" and told.one("Restart") == "always"


@pytest.mark.parametrize("name", ["hotro.service", "hotro@8001.service", "hotro-worker.service"])
def test_memory_is_bounded_and_a_child_that_lacks_it_takes_nobody_along(name: str, tree: Path) -> None:
    told = unit(tree, name)

    assert told.one("MemoryMax").endswith(("M", "G")) and told.one("OOMPolicy") == "continue"


@pytest.mark.parametrize("timer", TIMERS)
def test_every_timer_has_its_service(timer: str) -> None:
    assert (SHIPPED / timer).with_suffix(".service").exists()


@pytest.mark.parametrize("name", SERVICES + TIMERS)
def test_every_unit_is_named_on_an_operators_page(name: str) -> None:
    assert any(name.rpartition(".")[0].replace("@8001", "@") in page for page in PAGES)
