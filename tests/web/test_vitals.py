"""What /metrics tells whoever watches: counts, ages and codes, nothing of anybody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner

from processor.commands import app
from processor.domain.catalogue import Catalogue
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.tables.core import queue
from tests.application import MovedClock
from tests.running import running
from tests.submissions import DOSSIER, sent


def figure(client: TestClient, name: str) -> float:
    """Of one line of the figures; 0 where there is none yet."""
    told = client.get("/metrics").text
    found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_the_age_of_the_letter_that_has_waited_longest_is_told(
    client: TestClient, catalogue: Catalogue, tmp_path: Path, moved_clock: MovedClock
) -> None:
    none = figure(client, "hotro_mail_oldest_seconds")
    sent(client, catalogue.form(DOSSIER), tmp_path)
    moved_clock.move(hours=2)
    sent(client, catalogue.form(DOSSIER), tmp_path)

    age = figure(client, "hotro_mail_oldest_seconds")

    assert none == 0 and 7200 <= age < 7500


def test_the_reserve_is_told_beside_what_is_free(client: TestClient) -> None:
    assert figure(client, "hotro_disk_reserve_bytes") == 256 * 1024 * 1024
    assert figure(client, "hotro_disk_free_bytes") > 0


@pytest.mark.parametrize(("days", "when"), [(-1, "passed"), (0, "soon")])
def test_dossiers_whose_day_has_passed_or_comes_soon_are_counted(
    days: int, when: str, client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    with writing(wired.engine) as connection:
        connection.execute(queue.update().values(due_on=wired.today() + timedelta(days=days)))

    counted = {name: figure(client, f'hotro_dossiers_due{{when="{name}"}}') for name in ("passed", "soon")}

    assert counted == {"passed": 0, "soon": 0} | {when: 1}


def test_who_is_asked_to_come_again_is_counted_by_code(client: TestClient, built_site: Path, tmp_path: Path) -> None:
    name = 'hotro_refused_total{code="storage_low",status="503"}'
    before = figure(client, name)

    with running(built_site, tmp_path / "full", disk_reserve=10**9) as (_, full):
        refused = full.get("/readyz")

    assert refused.status_code == 503
    assert figure(client, name) == before + 1


def test_a_method_that_a_stranger_makes_up_is_no_line_of_its_own(client: TestClient) -> None:
    client.request("NGUYEN-VAN-MAU", "/")

    told = client.get("/metrics").text

    assert "NGUYEN" not in told and 'hotro_requests_total{method="other",status="4xx"}' in told


def test_the_last_look_through_everything_and_what_it_found_is_told(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)
    never = figure(client, "hotro_verified_seconds")
    with writing(wired.engine) as connection:
        connection.execute(text("UPDATE dossiers SET form_version = '0'"))

    told = CliRunner().invoke(app, ["verify"], env={"HOTRO_DATA": str(wired.settings.data)})

    assert told.exit_code == 1
    assert never == 0 and figure(client, "hotro_verified_seconds") > 1_700_000_000
    assert figure(client, "hotro_verify_mismatches") == 1
