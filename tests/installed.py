"""deploy/install.sh at work, into a folder that stands for /, with a stand-in for systemctl that runs units."""

import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from processor.settings import ROOT
from tests.served import free_port
from tests.systemctl import noted, stop_everything
from tests.units import Unit, unit

LIBRARIES = str(Path(sys.executable).parent.parent)
# What the operator of a test has to choose: one machine sends more in a minute than an office in a day.
CHOSEN = "HOTRO_ABUSE_LIMITS=off\nHOTRO_CLAMD_URL=none\n"


@dataclass
class Installed:
    """`source` is the checkout that is installed from; `more` are options of every run."""

    root: Path
    site: Path
    source: Path = ROOT
    ports: Sequence[int] = field(default_factory=lambda: [free_port()])
    more: Sequence[str] = ()

    def run(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """To its end."""
        running = self.begin(*options, **environment)
        told, wrong = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, told, wrong)

    def begin(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        """`sh` as on Debian; nothing of this environment that a server would not have."""
        command = ["/bin/sh", str(self.source / "deploy" / "install.sh"), "--root", str(self.root)]
        ports = " ".join(map(str, self.ports))
        told = ["--libraries", LIBRARIES, "--site", str(self.site), "--ports", ports, *self.more, *options]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        return subprocess.Popen(
            [*command, *told],
            env=clean | environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, *options: str) -> subprocess.CompletedProcess[str]:
        """The run that also starts the units."""
        return self.run(*options, SYSTEMCTL=str(self.systemctl()))

    def systemctl(self) -> Path:
        program = self.root.parent / f"{self.root.name}-systemctl"
        program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m tests.systemctl {self.root} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    def stop(self) -> None:
        stop_everything(self.root)

    @property
    def web(self) -> Unit:
        return unit(self.root, f"hotro@{self.ports[0]}.service")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def current(self) -> str:
        return str((self.root / "srv/hotro/current").readlink())

    @property
    def env(self) -> Path:
        return self.root / "etc/hotro/env"

    @property
    def data(self) -> Path:
        return self.root / "var/lib/hotro"

    def ready(self) -> bool:
        return bool(httpx2.get(f"{self.url}/readyz").json()["ready"])

    def process(self, name: str) -> int:
        return int(noted(self.root, name).read_text())
