"""What whoever runs it asks a real server of several processes."""

import re

import httpx2

from tests.served import Served


def posts(live: Served) -> float:
    told = httpx2.get(f"{live.url}/metrics").text
    found = re.search(r'hotro_requests_total\{method="POST",status="4xx"\} ([0-9.]+)', told)
    return float(found[1]) if found else 0.0


def test_the_figures_are_those_of_all_processes(live: Served) -> None:
    before = posts(live)

    for _ in range(40):
        with httpx2.Client() as another_connection:
            another_connection.post(f"{live.url}/api/v1/forms/dang-ky-nhu-cau/dossiers", data={"a": "b"})

    assert posts(live) == before + 40
