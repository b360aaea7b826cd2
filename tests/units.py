"""The units of an installed tree, read as systemd reads them: the file, then its drop-ins."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ANALYZE = "/usr/bin/systemd-analyze"


@dataclass(frozen=True)
class Unit:
    """`root` is what stands for /; `lines` are those of [Service], in their order."""

    root: Path
    name: str
    lines: Sequence[tuple[str, str]]

    def all(self, key: str) -> list[str]:
        return [value for found, value in self.lines if found == key]

    def one(self, key: str) -> str:
        """The last stands."""
        return self.all(key)[-1]

    @property
    def command(self) -> list[str]:
        """With the program where it lies in the tree."""
        program, *arguments = self.one("ExecStart").split()
        instance = self.name.partition("@")[2].removesuffix(".service")
        return [f"{self.root}{program}", *(one.replace("%i", instance) for one in arguments)]

    @property
    def folder(self) -> Path:
        return Path(f"{self.root}{self.one('WorkingDirectory')}")

    @property
    def environment(self) -> dict[str, str]:
        """Of its file; the data lies in the tree."""
        written = Path(f"{self.root}{self.one('EnvironmentFile')}").read_text().splitlines()
        pairs = dict(line.split("=", 1) for line in written if line and not line.startswith("#"))
        return pairs | {"HOTRO_DATA": f"{self.root}{pairs['HOTRO_DATA']}"}

    @property
    def system_calls(self) -> set[str]:
        """What SystemCallFilter lets through: the first line allows, one that begins with ~ takes away."""
        allowed = set(calls_of("@default"))
        for written in self.all("SystemCallFilter"):
            named = set().union(*(calls_of(word) for word in written.removeprefix("~").split()))
            allowed = allowed - named if written.startswith("~") else allowed | named
        return allowed


def unit(root: Path, name: str) -> Unit:
    """Of an installed tree. `name` may be an instance, hotro@8001.service."""
    folder = root / "etc" / "systemd" / "system"
    template = re.sub("@.*[.]", "@.", name)
    prefix = f"{name.partition('-')[0]}-.service" if "-" in name else template
    drops = sorted((folder / f"{prefix}.d").glob("*.conf"))
    return Unit(root, name, [line for path in (folder / template, *drops) for line in service_lines(path)])


def service_lines(path: Path) -> list[tuple[str, str]]:
    _, _, after = path.read_text().partition("[Service]\n")
    inside, _, _ = after.partition("\n[")
    return [
        (key, value) for key, _, value in (line.partition("=") for line in inside.splitlines() if uncommented(line))
    ]


def uncommented(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


@cache
def calls_of(word: str) -> frozenset[str]:
    """Of a group with the groups in it, as this machine's systemd names them; one call is itself."""
    if not word.startswith("@"):
        return frozenset({word})
    told = subprocess.run([ANALYZE, "syscall-filter", word], capture_output=True, text=True, check=True).stdout
    inside = [line.strip() for line in told.splitlines()[1:] if line.startswith("    ") and "#" not in line]
    return frozenset().union(*(calls_of(one) for one in inside))
