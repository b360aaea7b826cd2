"""Disks that are soon full, or only to be read: real ones, in memory."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import Postgres

MB = 1024 * 1024


class Disk:
    """A mounted one. `fill` leaves so many bytes, `clear` gives them back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.ballast = place / "ballast"

    @property
    def free(self) -> int:
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize

    def fill(self, left: int = 0) -> None:
        with self.ballast.open("ab", buffering=0) as file:
            while (room := self.free - left) > 0:
                file.write(b"x" * min(room, MB))

    def clear(self) -> None:
        self.ballast.unlink()

    def remount(self, mode: str) -> None:
        """`ro` or `rw`."""
        subprocess.run(["mount", "-o", f"remount,{mode}", self.place], check=True)


@contextmanager
def mounted(place: Path, megabytes: int) -> Iterator[Disk]:
    """Needs root, as on the machines that run these tests."""
    place.mkdir()
    if os.geteuid() != 0:
        pytest.fail("this test mounts a tmpfs: run the tests as root, or in a container")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place], check=True)
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """One megabyte."""
    with mounted(tmp_path / "tiny", 1) as disk:
        yield disk.place


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """Four megabytes: a database fits, and a few files."""
    with mounted(tmp_path / "small", 4) as disk:
        yield disk


@contextmanager
def full_tablespace(postgres: Postgres) -> Iterator[tuple[Disk, str]]:
    """A migrated database of its own on a small disk; the server's own files lie elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="hotro-tablespace-"))
    folder.chmod(0o755)
    with mounted(folder / "disk", 32) as disk:
        if postgres.user is not None:
            os.chown(disk.place, postgres.user, postgres.group or 0)
        postgres.ask(
            f"CREATE TABLESPACE small LOCATION '{disk.place}'",
            "CREATE DATABASE on_small TEMPLATE template_hotro TABLESPACE small",
        )
        yield disk, postgres.url("on_small")
        postgres.ask("DROP DATABASE on_small WITH (FORCE)", "DROP TABLESPACE small")
    shutil.rmtree(folder)
