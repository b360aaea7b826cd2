"""deploy/Containerfile and deploy/compose.yml: what they copy, run and set is there, pinned, the suite's own."""

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from processor.settings import ROOT, Settings

DEPLOY = ROOT / "deploy"
COMPOSE = "/usr/bin/docker-compose"
FILE = DEPLOY / "compose.yml"
SAMPLE = (DEPLOY / "compose.env.mau").read_text()
FILLED = re.sub(r"^((?:MAT_KHAU|KHOA_MAY)\w+)=$", r"\1=vidu0123456789", SAMPLE, flags=re.MULTILINE)
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "ARG", "ENV", "USER", "WORKDIR", "VOLUME"),
    *("EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
}


def instructions() -> list[tuple[str, str]]:
    """Each of the Containerfile with what follows it, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2]) for line in lines]


def of(kind: str) -> list[str]:
    return [rest for found, rest in instructions() if found == kind]


def test_the_containerfile_has_known_instructions_and_one_pinned_image() -> None:
    kinds = [kind for kind, _ in instructions()]

    assert set(kinds) <= INSTRUCTIONS and kinds[0] == "FROM"
    assert of("FROM") == ["docker.io/library/debian:12.11-slim"]


def test_every_path_that_is_copied_exists_and_the_installation_finds_all_its_parts() -> None:
    sources = [word for rest in of("COPY") for word in rest.split()[:-1]]
    (parts,) = re.findall(r"^parts='(.*)'$", (DEPLOY / "install.sh").read_text(), re.MULTILINE)
    ignored = (ROOT / ".containerignore").read_text().split()

    assert [path for path in sources if not (ROOT / path).exists()] == []
    assert set(sources) == set(parts.split())
    assert not set(sources) & set(ignored)


def test_it_runs_debians_packages_and_the_installation_and_nothing_else() -> None:
    packages, installation = of("RUN")
    told = subprocess.run(
        ["/bin/sh", DEPLOY / "install.sh", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert packages.startswith("apt-get update && ") and "apt-get install" in packages
    program, *options = shlex.split(installation)
    assert program.endswith("/deploy/install.sh")
    assert all(f"  {option} " in told for option in options if option.startswith("--"))


def test_what_the_image_sets_and_starts_is_where_the_installation_puts_it() -> None:
    (environment,) = of("ENV")
    pairs = dict(word.split("=", 1) for word in environment.split())
    (entry,), (command,) = of("ENTRYPOINT"), of("CMD")
    unit = (DEPLOY / "systemd/hotro.service").read_text()

    assert {name.removeprefix("HOTRO_").lower() for name in pairs if name != "LANG"} <= set(Settings.model_fields)
    assert f"ExecStart={json.loads(entry)[0]} serve" in unit and json.loads(command)[0] == "serve"
    assert of("USER") == ["hotro"] and of("VOLUME") == [pairs["HOTRO_DATA"]]


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As Debian's docker-compose reads it: checked against its schema, variables filled in."""
    told = compose(tmp_path_factory.mktemp("compose"), FILLED)
    assert told.returncode == 0, told.stderr
    read: dict[str, Any] = yaml.safe_load(told.stdout)
    return read


def compose(folder: Path, filled: str) -> subprocess.CompletedProcess[str]:
    (folder / "env").write_text(filled)
    command = [COMPOSE, "-f", str(FILE), "--env-file", str(folder / "env"), "--profile", "kho", "config"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_has_to_be_chosen_is_asked_for_in_vietnamese(tmp_path: Path) -> None:
    told = compose(tmp_path, SAMPLE)

    assert told.returncode == 1 and "viết mật khẩu của PostgreSQL" in told.stderr


def test_every_variable_of_the_compose_file_is_in_its_sample_and_no_other() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", FILE.read_text()))

    assert used == set(re.findall(r"^(\w+)=", SAMPLE, re.MULTILINE))


def test_every_image_is_pinned_by_its_version(composed: dict[str, Any]) -> None:
    images = [service["image"] for service in composed["services"].values()]

    assert len(images) >= 6
    assert [
        image for image in images if not re.fullmatch(r"[\w.-]+\.?[\w.-]*/[\w./-]+:\d+\.\d+(\.\d+)?[\w.-]*", image)
    ] == []


@pytest.mark.parametrize("name", ["web", "worker"])
def test_the_services_of_hotro_get_settings_that_it_has_and_takes(
    name: str, composed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = composed["services"][name]["environment"]
    assert {variable.removeprefix("HOTRO_").lower() for variable in environment} <= set(Settings.model_fields)

    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    told = Settings()

    assert told.database == "postgresql://hotro:vidu0123456789@postgres/hotro"
    assert told.public_url == "https://hotro.example" and not told.worker
    assert told.scanner and told.scanner.host in composed["services"]
    assert told.attachments.startswith("file:") and told.mail_server is None
    assert told.trusted_proxies == composed["services"]["nginx"]["networks"]["trong"]["ipv4_address"]


def test_the_services_of_hotro_may_change_nothing_but_their_data(composed: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        service = composed["services"][name]

        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in composed["services"]["web"] and "ports" not in composed["services"]["postgres"]
    assert composed["networks"]["trong"]["internal"]


def test_nginx_gets_the_example_with_the_name_and_the_place_of_hotro(composed: dict[str, Any]) -> None:
    script = composed["services"]["nginx"]["command"][-1].replace("$$", "$").partition(" > ")[0]
    here = script.replace("/etc/nginx/hotro", str(DEPLOY / "nginx"))

    told = subprocess.run(
        ["/bin/sh", "-c", here], env={"TEN_MAY": "don.vi", "PATH": "/usr/bin:/bin"}, capture_output=True
    )

    written = told.stdout.decode()
    assert "server web:8000;" in written and "server_name don.vi;" in written
    assert "hotro.example" not in written and "server 127.0.0.1:8000;" not in written


def test_every_file_that_is_mounted_is_shipped_but_the_certificate() -> None:
    mounted = re.findall(r"^ +- (\./[^:]+):", FILE.read_text(), re.MULTILINE)

    assert [path for path in mounted if not (DEPLOY / path).exists()] == ["./chung-chi"]


def test_the_scanner_in_a_container_has_the_bounds_of_the_one_beside() -> None:
    def bounds(name: str) -> list[str]:
        lines = (DEPLOY / name).read_text().splitlines()
        return [line for line in lines if re.match(r"(Stream|Max|Alert)", line)]

    assert len(bounds("clamd.conf")) == 9
    assert bounds("clamd.compose.conf") == bounds("clamd.conf")
