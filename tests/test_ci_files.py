"""The ready CI files run what staff run by hand, on the whole history, and attach the built site."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from processor.settings import ROOT

CI = {path.stem: path for path in (ROOT / "deploy/ci").glob("*.yml")}
COMMANDS = ["make install", ".venv/bin/hotro check", ".venv/bin/hotro build", "make sbom", "make audit"]


def scripts(name: str) -> list[str]:
    told: Any = yaml.safe_load(CI[name].read_text())
    if name == "github":
        return [step["run"] for step in told["jobs"]["check"]["steps"] if "run" in step]
    return list(told["hotro"]["script"])


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_each_runs_the_commands_of_the_readme_in_their_order(name: str) -> None:
    lines = scripts(name)

    run = [line.partition(" #")[0] for line in lines]
    assert [line for line in run if line in COMMANDS] == COMMANDS
    assert any("hotro check --against" in line for line in lines)


def test_both_take_the_whole_history_and_keep_the_built_site_and_the_list_of_parts() -> None:
    github, gitlab = (yaml.safe_load(CI[name].read_text()) for name in ("github", "gitlab"))

    steps = github["jobs"]["check"]["steps"]
    kept = [step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", "")]
    assert steps[0]["with"]["fetch-depth"] == 0 and kept == ["site", "build/sbom.json"]
    assert gitlab["hotro"]["variables"]["GIT_DEPTH"] == "0"
    assert {"site/", "build/sbom.json"} <= set(gitlab["hotro"]["artifacts"]["paths"])


def test_weaknesses_are_asked_for_every_week_and_the_days_to_mend_them_are_written() -> None:
    github, gitlab = (yaml.safe_load(CI[name].read_text()) for name in ("github", "gitlab"))
    policy = (ROOT / "SECURITY.md").read_text()

    # YAML 1.1 reads the key `on` as a truth value.
    assert re.fullmatch(r"\d+ \d+ \* \* 1", github[True]["schedule"][0]["cron"])
    assert {"if": '$CI_PIPELINE_SOURCE == "schedule"'} in gitlab["hotro"]["rules"]
    assert all(days in policy for days in ("within 7 days", "within 30", "within 90"))


def test_the_scripts_of_a_proposal_run_on_this_checkout(tmp_path: Path) -> None:
    """Those of GitLab, as its runner would run them, with the revision that the proposal starts from."""
    (line,) = [line for line in scripts("gitlab") if "--against" in line]
    environment = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD", "PATH": "/usr/bin:/bin"}
    script = tmp_path / "script.sh"
    script.write_text(f"set -e\ncd {ROOT}\n{line.replace('thay-doi.txt', str(tmp_path / 'thay-doi.txt'))}")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)

    run = subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "HEAD" in (tmp_path / "thay-doi.txt").read_text()


def test_the_hook_checks_every_commit_and_code_wholly() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]

    assert [(hook["entry"], hook.get("always_run", False)) for hook in hooks] == [
        (".venv/bin/hotro check", True),
        ("make check", False),
    ]
