"""A whole machine to install on: this one's Debian under a layer of its own, gone afterwards. Root in it is root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from processor.settings import ROOT

LAYERS = """
mount --make-rprivate / && mount -t tmpfs layer {place} && cd {place} && mkdir upper work machine &&
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work machine &&
mount --rbind /proc machine/proc && mount --rbind /dev machine/dev && mount -t tmpfs run machine/run &&
mount -t tmpfs tmp machine/tmp && mount -t tmpfs srv machine/srv && echo made && exec sleep infinity
"""
# What ProtectSystem=strict, ReadWritePaths= and PrivateTmp= of the units come to.
STRICT = """
mount --bind /var/lib/hotro /var/lib/hotro && mount -t tmpfs tmp /tmp && mount -o remount,bind,ro /srv &&
mount -o remount,bind,ro / && cd {checkout} && exec {python} -m tests.confined / {unit}
"""


class Machine:
    """`holder` keeps its mounts; `place` is where they are, seen from there."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", LAYERS.format(place=place)], stdout=subprocess.PIPE, text=True
        )
        if not self.holder.stdout or self.holder.stdout.readline() != "made\n":
            pytest.fail("no overlay could be mounted: run the tests as root, on a machine with overlayfs")

    def command(self, *words: str) -> list[str]:
        inside = f"{self.place}/machine"
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", "--", "chroot", inside, *words]

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """By root's shell in it."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        return subprocess.run(
            self.command("/bin/sh", "-c", script),
            env=kept | clean | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, unit: str, log: Path) -> subprocess.Popen[bytes]:
        """As systemd would: the user, the rights, the folders and the system calls that the unit leaves."""
        script = STRICT.format(checkout=ROOT, python=ROOT / ".venv/bin/python", unit=unit)
        with log.open("wb") as told:
            return subprocess.Popen(self.command("unshare", "--mount", "sh", "-c", script), stdout=told, stderr=told)

    def end(self) -> None:
        self.holder.kill()
        self.holder.communicate()


@contextmanager
def a_machine(place: Path) -> Iterator[Machine]:
    place.mkdir()
    made = Machine(place)
    try:
        yield made
    finally:
        made.end()
