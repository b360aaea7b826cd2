"""What whoever runs it asks a real server, of one process or several."""

import re
from pathlib import Path

import httpx2
import pytest

from tests.served import Served, served


def posts(server: Served) -> float:
    told = httpx2.get(f"{server.url}/metrics").text
    found = re.search(r'hotro_requests_total\{method="POST",status="4xx"\} ([0-9.]+)', told)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("workers", [1, 2])
def test_the_figures_are_those_of_all_processes(workers: int, tmp_path: Path, built_site: Path) -> None:
    with served(tmp_path / "data", built_site, workers) as server:
        for _ in range(40):
            with httpx2.Client() as another_connection:
                another_connection.post(f"{server.url}/api/v1/forms/dang-ky-nhu-cau/dossiers", data={"a": "b"})

        assert posts(server) == 40
