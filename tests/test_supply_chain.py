"""What the program is made of: pinned with hashes, listed, of known licences, and looked up for known weaknesses."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import licences
from processor.settings import ROOT
from tests.isolated import isolated

LISTS = sorted((ROOT / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>[0-9][^ ;\\]*)( ; [^\\]+)?$")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")
# Of packages: a file that names one sends whoever builds to it, wherever the office keeps its packages.
REGISTRY = re.compile(
    rb"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems|conda|anaconda|artifactory|nexus)[\w.-]*/"
    rb"|--(?:extra-)?index-url[ =]|--find-links[ =]|\"resolved\":"
)
BIN = str(Path(sys.executable).parent)


def blocks(file: Path) -> Iterator[list[str]]:
    """Each requirement with its hashes, as written."""
    text = re.sub(r"^ *#.*\n?", "", file.read_text(), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = line.split(" --hash=")
        yield [requirement.strip(), *(f"--hash={told.strip()}" for told in hashes)]


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.name)
def test_every_library_has_one_exact_version_and_its_hashes(file: Path) -> None:
    pinned = list(blocks(file))

    assert len(pinned) > 0
    assert [block[0] for block in pinned if not REQUIREMENT.match(block[0])] == []
    assert [block[0] for block in pinned if len(block) == 1 or not all(map(HASH.match, block[1:]))] == []


def test_what_runs_and_what_is_tested_are_the_same_versions() -> None:
    base, test = (
        {block[0]: block[1:] for block in blocks(ROOT / "requirements" / name)} for name in ("base.txt", "test.txt")
    )

    assert {name: hashes for name, hashes in base.items() if test.get(name) != hashes} == {}


def test_every_library_that_the_program_imports_is_pinned() -> None:
    owners = importlib.metadata.packages_distributions()
    pinned = {plain(block[0].partition("=")[0].partition("[")[0]) for block in blocks(ROOT / "requirements/base.txt")}

    assert {name for name in imported() if not {plain(owner) for owner in owners[name]} & pinned} == set()


def plain(name: str) -> str:
    """As PEP 503 has two spellings of one name alike."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Top names that come neither from Python nor from the program itself."""
    found: set[str] = set()
    for path in (ROOT / "processor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"processor"}


def test_no_file_names_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    tracked = [ROOT / name for name in listed.decode().split("\0") if name]

    named = [str(file) for file in tracked if file.is_file() and REGISTRY.search(file.read_bytes())]

    assert named == []


def test_every_package_of_node_has_its_hash() -> None:
    packages = json.loads((ROOT / "tests/openid/package-lock.json").read_text())["packages"]

    assert [name for name, told in packages.items() if name and not told.get("integrity")] == []


def test_the_page_of_licences_is_what_is_installed() -> None:
    assert licences.PAGE.read_text() == licences.page(), "write it anew: make licences"


def test_no_licence_at_run_time_is_unknown_closed_or_takes_the_program_over() -> None:
    found = list(licences.licences())

    assert len(found) == len(licences.run_time_packages())
    assert [one for one in found if licences.refused(one[2])] == []


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("MIT", False),
        ("Apache-2.0 OR GPL-3.0-only", False),
        ("MIT AND PSF-2.0", False),
        ("Apache Software License; BSD License", False),
        ("UNKNOWN", True),
        ("", True),
        ("Proprietary", True),
        ("GPL-2.0", True),
        ("MIT AND GPL-2.0", True),
    ],
)
def test_a_licence_is_refused_unless_it_is_known_to_do(licence: str, refused: bool) -> None:
    assert licences.refused(licence) is refused


def recipe(target: str) -> list[str]:
    """The last command that `make target` would run, as a list."""
    told = subprocess.run(
        ["make", "-n", "--no-print-directory", target],
        cwd=ROOT,
        env=os.environ | {"MAKEFLAGS": "", "MAKELEVEL": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return told.strip().splitlines()[-1].replace(".venv/bin", BIN).split()


def test_the_audit_fails_where_no_advisory_database_can_be_reached(tmp_path: Path) -> None:
    """Nor does it pass over a library that the database does not know: of those it would only warn."""
    command = recipe("audit")

    ended = isolated(tmp_path / "notes", command, ROOT, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))

    assert ended.returncode != 0
    assert "No known vulnerabilities" not in ended.told
    assert "--strict" in command


def test_the_list_of_parts_names_every_library_with_its_hashes(tmp_path: Path) -> None:
    made = tmp_path / "sbom.json"
    command = [str(made) if part == "build/sbom.json" else part for part in recipe("sbom")]

    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    told = json.loads(made.read_text())
    parts = {f"{one['name']}=={one['version']}": one for one in told["components"]}
    pinned = [re.sub(r"\[.*?\]| ;.*", "", block[0]) for block in blocks(ROOT / "requirements/base.txt")]
    assert told["metadata"]["component"]["name"] == "hotro"
    assert sorted(parts) == sorted(pinned)
    assert [name for name, one in parts.items() if not one["externalReferences"][0]["hashes"]] == []
