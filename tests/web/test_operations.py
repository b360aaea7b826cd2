"""What whoever runs it asks a real server, of one process or several."""

import re
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from processor.services.parts import Wired
from processor.storage.schema import newest
from tests.old_schemas import put_at
from tests.running import told
from tests.served import Served, served


def posts(server: Served) -> float:
    figures = httpx2.get(f"{server.url}/metrics").text
    found = re.search(r'hotro_requests_total\{method="POST",status="4xx"\} ([0-9.]+)', figures)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("workers", [1, 2])
def test_the_figures_are_those_of_all_processes(workers: int, tmp_path: Path, built_site: Path) -> None:
    with served(tmp_path / "data", built_site, workers) as server:
        for _ in range(40):
            with httpx2.Client() as another_connection:
                another_connection.post(f"{server.url}/api/v1/forms/dang-ky-nhu-cau/dossiers", data={"a": "b"})

        assert posts(server) == 40


def test_a_server_is_ready_while_a_newer_one_only_adds_to_the_database_and_not_once_it_takes_away(
    wired: Wired, client: TestClient
) -> None:
    number = newest().partition(".")[0]

    put_at(wired.engine, f"{number}.99")
    added = client.get("/readyz")
    put_at(wired.engine, "9999")
    taken_away = client.get("/readyz")

    assert added.json()["ready"] is True
    assert told(taken_away) == (503, "unavailable")
