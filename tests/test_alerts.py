"""deploy/prometheus and deploy/grafana: every figure named is one that a running Hotro tells, every rule fires when it
should and only then (promtool), and an operator reads what to do."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.settings import ROOT, Settings
from processor.web import metrics
from tests.submissions import DOSSIER, sent

PROMTOOL = "/usr/bin/promtool"
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
PANELS: list[dict[str, Any]] = json.loads((ROOT / "deploy" / "grafana" / "hotro.json").read_text())["panels"]
PAGE = (ROOT / "docs" / "ky-thuat" / "canh-bao.md").read_text()
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
]
MB, HOUR = 2**20, 3600
LATER = 60
"""Minutes that all is as the series say before the rules are asked."""

Series = Mapping[str, str]
QUIET: Series = {
    'up{job="hotro"}': "1",
    "hotro_disk_free_bytes": f"{9000 * MB}",
    "hotro_disk_reserve_bytes": f"{256 * MB}",
    'hotro_requests_total{method="GET",status="2xx"}': "0+600x200",
    'hotro_request_seconds_bucket{method="GET",le="1.0"}': "0+600x200",
    'hotro_request_seconds_bucket{method="GET",le="5.0"}': "0+600x200",
    'hotro_request_seconds_bucket{method="GET",le="+Inf"}': "0+600x200",
    "hotro_mail_oldest_seconds": "0",
    'hotro_mail{state="given_up"}': "0",
    'hotro_files{state="unscanned"}': "0",
    'hotro_files{state="blocked"}': "0",
    "hotro_scanner_expected": "1",
    "hotro_backup_taken_seconds": "0",
    "hotro_verified_seconds": "0",
    "hotro_verify_mismatches": "0",
    'hotro_dossiers_due{when="passed"}': "0",
    'hotro_dossiers_due{when="soon"}': "20",
}
"""An office where all is well, each minute; in promtool's time an hour has passed since the epoch."""

FIRING: list[tuple[str, Series]] = [
    ("HotroDown", {'up{job="hotro"}': "0"}),
    ("HotroDiskSoonLow", {"hotro_disk_free_bytes": f"{1000 * MB}"}),
    ("HotroDiskLow HotroDiskSoonLow", {"hotro_disk_free_bytes": f"{255 * MB}"}),
    ("HotroErrors", {'hotro_requests_total{method="POST",status="5xx"}': "0+10x200"}),
    (
        "HotroRefusing",
        {
            'hotro_requests_total{method="POST",status="5xx"}': "0+10x200",
            'hotro_refused_total{status="503",code="storage_low"}': "0+10x200",
        },
    ),
    ("HotroLimiting", {'hotro_refused_total{status="429",code="rate_limited"}': "0+60x200"}),
    ("HotroSlow", {'hotro_request_seconds_bucket{method="GET",le="1.0"}': "0+60x200"}),
    ("HotroMailWaits", {"hotro_mail_oldest_seconds": f"{5 * HOUR}"}),
    ("HotroFilesUnscanned", {'hotro_files{state="unscanned"}': "3"}),
    ("HotroLogMismatch", {"hotro_verify_mismatches": "1"}),
    ("HotroDossiersPassed", {'hotro_dossiers_due{when="passed"}': "1"}),
    ("HotroDossiersSoon", {'hotro_dossiers_due{when="soon"}': "21"}),
    # Nobody has set a scanner: files that wait are no fault.
    ("", {'hotro_files{state="unscanned"}': "3", "hotro_scanner_expected": "0"}),
    ("", {}),
]
AFTER_HOURS: list[tuple[str, int, Series]] = [
    ("", 25, {}),
    ("HotroBackupOld", 28, {}),
    ("HotroBackupOld", 8 * 24, {}),
    ("HotroBackupOld HotroNotVerified", 8 * 24 + 2, {}),
    ("HotroMailGivenUp", 26, {'hotro_mail{state="given_up"}': "0x24 1x1000"}),
    ("HotroFileBlocked", 26, {'hotro_files{state="blocked"}': "0x24 1x1000"}),
]


def tried(alerts: str, minutes: int, every: int, changed: Series) -> dict[str, Any]:
    """A test of promtool: exactly these alerts fire so many minutes after the epoch."""
    series = [
        {"series": name, "values": value if "x" in value else f"{value}x1000"}
        for name, value in ({**QUIET, **changed}).items()
    ]
    firing = {
        "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
        "eval_time": f"{minutes}m",
        "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts.split()],
    }
    name = f"{alerts or 'nothing'}: {dict(changed)}"
    return {"interval": f"{every}m", "input_series": series, "promql_expr_test": [firing], "name": name}


def wrong(folder: Path, every: int, *cases: dict[str, Any]) -> str:
    """What promtool says of the cases that do not hold; all in one run, for each takes a while to begin."""
    told = {"rule_files": [str(RULES)], "evaluation_interval": f"{every}m", "tests": cases}
    (folder / "test.yml").write_text(yaml.safe_dump(told))
    ran = subprocess.run([PROMTOOL, "test", "rules", folder / "test.yml"], capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def test_an_alert_fires_when_it_should_and_no_other_does(tmp_path: Path) -> None:
    assert wrong(tmp_path, 1, *(tried(alerts, LATER, 1, changed) for alerts, changed in FIRING)) == ""


def test_an_alert_about_something_long_ago_fires_on_time(tmp_path: Path) -> None:
    assert (
        wrong(tmp_path, 60, *(tried(alerts, hours * 60, 60, changed) for alerts, hours, changed in AFTER_HOURS)) == ""
    )


def test_promtool_would_say_so_of_an_alert_that_does_not_fire(tmp_path: Path) -> None:
    assert "HotroDown" in wrong(tmp_path, 1, tried("HotroDown", LATER, 1, {}))


def test_every_alert_has_a_case_in_which_it_fires() -> None:
    cases = [alerts for alerts, _ in FIRING] + [alerts for alerts, _, _ in AFTER_HOURS]

    assert {rule["alert"] for rule in ALERTS} == set(" ".join(cases).split())


def test_the_example_of_a_configuration_is_one_that_prometheus_takes() -> None:
    ran = subprocess.run(
        [PROMTOOL, "check", "config", RULES.with_name("prometheus.yml")], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_in_vietnamese_what_is_wrong_and_what_to_do_and_has_its_part_of_the_page(
    rule: dict[str, Any],
) -> None:
    told = rule["annotations"]

    assert rule["labels"]["severity"] in ("critical", "warning")
    assert all(re.search("[à-ỹđ]", told[part]) for part in ("summary", "action"))
    assert f"## {rule['alert']} {{#{rule['alert'].lower()}}}" in PAGE


def test_the_page_tells_of_no_alert_that_is_gone() -> None:
    told = re.findall(r"^#+ (Hotro[A-Z]\w+)", PAGE, re.MULTILINE)

    assert told == [rule["alert"] for rule in ALERTS]


def test_a_backup_is_late_for_prometheus_when_it_is_for_hotro() -> None:
    (rule,) = [rule for rule in ALERTS if rule["alert"] == "HotroBackupOld"]

    assert f"> {Settings.model_fields['backup_warn_hours'].default} * 3600" in rule["expr"]


def questions() -> list[str]:
    return [rule["expr"] for rule in ALERTS] + [target["expr"] for panel in PANELS for target in panel["targets"]]


def named_figures(questions: list[str]) -> Iterator[tuple[str, str]]:
    """Each figure with what is between its braces."""
    for question in questions:
        yield from re.findall(r"\b(hotro_\w+)(?:\{(.*?)\})?", question)


def test_every_figure_asked_for_is_one_that_a_running_program_tells(
    client: TestClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    client.get("/")
    told = client.get("/metrics").text

    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", told, re.MULTILINE))
    ends = {"counter": [""], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    names = {f"{name}{end}" for name, kind in kinds.items() for end in ends.get(kind, [])}
    asked = set(named_figures(questions()))

    assert len(asked) > 20
    assert {name for name, _ in asked} <= names
    # What is counted from its first time on is not there yet.
    exact = {
        (name, chosen) for name, chosen in asked if '="' in chosen and "refused" not in name and "5xx" not in chosen
    }
    assert [one for one in exact if not re.search(rf"^{one[0]}{{.*{one[1]}.*}} ", told, re.MULTILINE)] == []


def test_every_figure_of_a_question_is_labelled_as_the_program_labels_it() -> None:
    labels = {
        f"{one._name}{end}": set(one._labelnames)
        for one in vars(metrics).values()
        if hasattr(one, "_labelnames")
        for end in ("", "_total", "_bucket")
    }

    for name, chosen in named_figures(questions()):
        assert set(re.findall(r"(\w+)=", chosen)) <= labels[name], name


def test_every_panel_has_a_title_in_vietnamese_and_a_place_of_its_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS]

    assert len(set(places)) == len(PANELS) == len({panel["id"] for panel in PANELS})
    assert all(re.search("[à-ỹđ]|^Thư$", panel["title"]) for panel in PANELS)
