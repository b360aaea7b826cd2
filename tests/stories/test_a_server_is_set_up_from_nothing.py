"""What the container file runs, on a whole Debian, as root: every library from its index by hash, the site built, and
the server started as its unit says, by the user that the installation made."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.health import wait
from processor.domain.catalogue import Catalogue
from processor.settings import ROOT
from tests.machine import Machine, a_machine
from tests.served import free_port
from tests.submissions import DOSSIER, sent
from tests.test_container import of

pytestmark = pytest.mark.long
ADDRESS = "https://hotro.example"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """After every COPY and the last RUN of the Containerfile."""
    with a_machine(tmp_path_factory.mktemp("machine") / "place") as made:
        for copied in of("COPY"):
            made.run(copying(*copied.split()))
        installed = made.run(of("RUN")[-1], PUBLIC_URL=ADDRESS)
        assert installed.returncode == 0, installed.stdout + installed.stderr
        yield made


def copying(*words: str) -> str:
    """One folder becomes the target, files go into it."""
    *sources, target = words
    how = f"cp -r -T {sources[0]} {target}" if len(sources) == 1 else f"cp -t {target} {' '.join(sources)}"
    return f"mkdir -p {target} && cd {ROOT} && {how}"


def test_who_owns_what_and_who_may_read_it(machine: Machine) -> None:
    told = machine.run("stat -c '%n %U:%G %a' /var/lib/hotro /etc/hotro /etc/hotro/env /srv/hotro && id hotro").stdout

    assert told.splitlines()[:4] == [
        "/var/lib/hotro hotro:hotro 700",
        "/etc/hotro root:hotro 750",
        "/etc/hotro/env root:hotro 640",
        "/srv/hotro root:root 755",
    ]
    assert "(hotro)" in told
    assert machine.run("find /srv/hotro -user hotro -o -perm /022 ! -type l").stdout == ""


def test_the_site_is_built_for_the_address_that_was_told(machine: Machine) -> None:
    told = machine.run("cat /srv/hotro/current/site/sitemap.xml")

    assert f"<loc>{ADDRESS}/" in told.stdout and "127.0.0.1" not in told.stdout


def test_installing_again_tries_the_program_as_its_own_user_and_then_changes_nothing(machine: Machine) -> None:
    """No systemd runs here; all the rest is done."""
    again = machine.run("/usr/src/hotro/deploy/install.sh")
    told = machine.run("/usr/src/hotro/deploy/install.sh --check")

    assert again.returncode == 0, again.stdout + again.stderr
    assert "đang thử bản" in again.stdout and "systemd không chạy ở đây" in again.stdout
    assert told.stdout.splitlines()[-1] == "Không có gì phải đổi."
    assert machine.run("stat -c %U /var/lib/hotro/hotro.db").stdout == "hotro\n"


def test_the_server_starts_as_its_unit_says_and_takes_in_a_dossier(
    machine: Machine, catalogue: Catalogue, tmp_path: Path
) -> None:
    port = free_port()
    migrated = machine.run("hotro migrate")

    running = machine.start(f"hotro@{port}.service", tmp_path / "log")
    try:
        why = wait(port, 120)
        assert why == "", why + (tmp_path / "log").read_text()
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            receipt = sent(client, catalogue.form(DOSSIER), tmp_path)  # type: ignore[arg-type]
        user = Path(f"/proc/{running.pid}/status").read_text()
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)

    verified = machine.run("hotro verify")
    assert migrated.returncode == 0, migrated.stderr
    assert receipt["reference"].startswith("HT-") and "Uid:\t0\t" not in user
    assert "1 hồ sơ" in verified.stdout, verified.stderr
    assert machine.run("find /var/lib/hotro ! -user hotro").stdout == ""


def test_the_doctor_finds_nothing_wrong(machine: Machine) -> None:
    told = machine.run("hotro doctor")

    assert told.returncode == 0 and "SAI" not in told.stdout, told.stdout + told.stderr
