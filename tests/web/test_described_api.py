"""The API against its own description, by schemathesis on a real server: no crash, nothing that is not described."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_fields
from tests.served import Served, served
from tests.submissions import DOSSIER, papers

SCHEMATHESIS = str(Path(sys.executable).parent / "schemathesis")
SECONDS, LONG = 8, 90
# Which answers are right is told by a form, not by the description; that a right one is kept has tests of its own.
EXCLUDED = "positive_data_acceptance"
# Without the access code a dossier is as unknown as one that was never sent: 404, not 401.
CONFIG = """
[[operations]]
include-path = "/api/v1/dossiers/{{reference}}"
headers = {{ Authorization = "Bearer {access_code}" }}
checks.ignored_auth.enabled = false
checks.missing_required_header.enabled = false

[[operations]]
include-path = "/api/v1/dossiers/{{reference}}/supplements"
headers = {{ Authorization = "Bearer {access_code}" }}
checks.ignored_auth.enabled = false
checks.missing_required_header.enabled = false

# What is wrong is what it answers with: 200 and a list of faults.
[[operations]]
include-path = "/api/v1/forms/{{form_id}}/validate"
checks.negative_data_rejection.enabled = false

[[operations]]
include-path = "/api/v1/events"
headers = {{ Authorization = "Bearer {token}" }}

[[operations]]
include-path = "/api/v1/reports/{{name}}"
headers = {{ Authorization = "Bearer {token}" }}

[[operations]]
include-path = "/api/v1/desk/dossiers/{{reference}}"
headers = {{ Authorization = "Bearer {token}" }}

[parameters]
"path.reference" = "{reference}"
"path.token" = "{receipt}"
"""


@pytest.fixture
def server(
    database_url: str, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> Iterator[tuple[Served, dict[str, str]]]:
    """With an invented dossier and a program of an officer."""
    with served(tmp_path / "data", built_site, HOTRO_DATABASE_URL=database_url) as running:
        running.run("staff", "add", "lan", "--role", "reader", "--password-stdin", text="mat-khau-vi-du-dai\n")
        given = running.run("staff", "token", "lan", "--label", "Chương trình ví dụ").stdout.split()
        form = catalogue.form(DOSSIER)
        url = f"{running.url}/api/v1/forms/{DOSSIER}/dossiers"
        answer = httpx2.post(url, data=example_fields(form, date.today()), files=papers(form, tmp_path))
        receipt = answer.raise_for_status().json()
        known = {name: receipt[name] for name in ("reference", "access_code")}
        known["receipt"] = receipt["receipt_url"].rsplit("/", 1)[1]
        yield running, known | {"token": next(word for word in given if word.startswith("hotro_"))}


@pytest.mark.parametrize("seconds", [SECONDS, pytest.param(LONG, marks=pytest.mark.long)])
def test_whatever_comes_is_answered_as_the_description_says(
    seconds: int, server: tuple[Served, dict[str, str]], tmp_path: Path
) -> None:
    running, known = server
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(**known), encoding="utf-8")
    command = [SCHEMATHESIS, "run", f"{running.url}/openapi.json", "--seed", "43", "--max-time", str(seconds)]
    command += ["--exclude-checks", EXCLUDED, "--warnings", "off", "--generation-database", "none"]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=seconds + 120, check=False)

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr
    assert "Tested: 12" in run.stdout
    log = running.log.read_text()
    assert "internal_error" not in log and "Found invalid character" not in log
