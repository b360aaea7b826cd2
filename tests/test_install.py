"""deploy/install.sh for real: what it places, what it leaves alone, and that what it starts takes in a dossier."""

import fcntl
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from pymdownx.slugs import slugify

from deploy import environment
from processor.domain.catalogue import Catalogue
from processor.settings import ROOT, Settings
from tests.installed import CHOSEN, Installed
from tests.submissions import DOSSIER, sent

TECHNICAL = ROOT / "docs" / "ky-thuat"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[Installed]:
    """Installed; then the operator chose; then installed again, and started."""
    made = Installed(tmp_path_factory.mktemp("office") / "root", built_site)
    first = made.run("--no-start", "--url", "https://hotro.example")
    assert first.returncode == 0, first.stderr
    made.env.write_text(made.env.read_text() + CHOSEN)
    nginx = made.root / "etc/nginx/hotro/hotro.conf"
    nginx.write_text(nginx.read_text().replace("hotro.example", "donvi.example"))
    again = made.start()
    yield made
    made.stop()
    assert again.returncode == 0, again.stdout + again.stderr


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_look_beforehand_changes_nothing(tmp_path: Path, built_site: Path) -> None:
    told = Installed(tmp_path / "root", built_site).run("--check")

    assert told.returncode == 0 and "sẽ tạo thư mục /var/lib/hotro" in told.stdout
    assert not (tmp_path / "root").exists()


def test_the_installed_server_shows_its_page_and_takes_in_a_dossier(
    office: Installed, catalogue: Catalogue, tmp_path: Path
) -> None:
    """Started as its unit says, with the system calls and rights that the unit leaves it."""
    with httpx2.Client(base_url=office.url, timeout=60) as client:
        page = client.get("/")
        receipt = sent(client, catalogue.form(DOSSIER), tmp_path)  # type: ignore[arg-type]
        paper = client.get(f"{urlsplit(receipt['receipt_url']).path}.pdf")

    status = Path(f"/proc/{office.process(office.web.name)}/status").read_text()
    assert page.status_code == 200 and "43/2022/NQ-HĐND" in page.text
    assert receipt["reference"].startswith("HT-") and paper.content.startswith(b"%PDF")
    assert re.search(r"^Seccomp:\s2$", status, re.MULTILINE) and re.search(r"^NoNewPrivs:\s1$", status, re.MULTILINE)


def test_data_and_settings_are_read_by_nobody_else(office: Installed) -> None:
    assert mode(office.data) == 0o700
    assert mode(office.env) == 0o640 and mode(office.env.parent) == 0o750
    assert mode(office.data / "hotro.db") & 0o077 == 0
    assert all(mode(path) & 0o022 == 0 for path in (office.root / "srv/hotro/current/processor").rglob("*"))


def test_installing_again_changes_nothing(office: Installed) -> None:
    told = office.run("--check")

    assert told.returncode == 0
    assert told.stdout.splitlines()[-1] == "Không có gì phải đổi."


def test_what_the_operator_changed_stays(office: Installed) -> None:
    nginx = office.root / "etc/nginx/hotro/hotro.conf"

    assert "donvi.example" in nginx.read_text() and not nginx.with_name("hotro.conf.part").exists()
    assert office.env.read_text().endswith(CHOSEN)
    assert "HOTRO_PUBLIC_URL=https://hotro.example\n" in office.env.read_text()


def test_two_installations_do_not_run_at_once(office: Installed) -> None:
    with (office.root / "srv/hotro/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = office.run("--no-start")

    assert told.returncode == 1 and told.stderr == "Dừng: một lần cài khác đang chạy\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--urll"], "không có tùy chọn --urll"),
        (["--url", "hotro.example"], "--url viết https://"),
        (["--url"], "--url cần một giá trị"),
        (["--python", "/khong/co"], "cần Python từ 3.11"),
        (["--wheels", "/khong/co"], "không có thư mục /khong/co"),
        (["--ports", "tám"], "--ports viết các số cổng"),
        (["--back"], "không có bản trước nào"),
    ],
)
def test_a_wrong_option_is_one_line(options: list[str], words: str, tmp_path: Path) -> None:
    told = subprocess.run(
        ["/bin/sh", ROOT / "deploy/install.sh", "--root", tmp_path / "root", *options],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1 and words in told.stderr.splitlines()[-1]
    assert not (tmp_path / "root").exists()


def test_the_settings_file_names_every_setting_once_with_its_meaning() -> None:
    page = environment.page()

    named = re.findall(r"^#?(HOTRO_\w+)=", page, re.MULTILINE)

    assert sorted(named) == sorted(f"HOTRO_{name.upper()}" for name in Settings.model_fields)
    assert all(f"# {field.description}" in page for field in Settings.model_fields.values())


def test_a_new_server_runs_with_the_settings_file_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in environment.page().splitlines():
        if not line.startswith("#") and line:
            monkeypatch.setenv(*line.split("=", 1))

    told = Settings()

    assert (str(told.data), told.trusted_proxies, told.worker, told.log) == (
        "/var/lib/hotro",
        "127.0.0.1",
        False,
        "json",
    )


@pytest.mark.parametrize("part", sorted(set(environment.PARTS.values())))
def test_the_pages_that_the_settings_file_names_are_there(part: str) -> None:
    page, _, anchor = part.partition("#")

    assert f"{{#{anchor}}}" in (TECHNICAL / page).read_text() or anchor in headings(TECHNICAL / page)


def headings(page: Path) -> set[str]:
    """As the site writes their addresses."""
    write = slugify(case="lower", normalize="NFD")
    return {write(title, "-") for title in re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)}
