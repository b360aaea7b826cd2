"""The wizard judged in the browser tells the server its verdict, and nothing else of what was answered."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from tests.served import Served, served

pytestmark = pytest.mark.browser

ANSWERS = {"organisation_kind": "cooperative", "commune_code": "07525", "support_type": "traceability"}


def counted(server: Served) -> list[Any]:
    """Once it is written, which is a few seconds later."""
    asked = "SELECT form_version, place, detail, other, outreach, count FROM tallies WHERE kind = 'wizard'"
    for _ in range(150):
        with sqlite3.connect(f"file:{server.data / 'hotro.db'}?mode=ro", uri=True) as connection:
            if found := connection.execute(asked).fetchall():
                return found
        time.sleep(0.1)
    return []


@pytest.fixture
def uncounted(tmp_path: Path, built_site: Path) -> Iterator[Served]:
    """A server of its own: others count too."""
    with served(tmp_path / "data", built_site) as server:
        yield server


def test_a_verdict_reached_in_the_browser_is_counted_once(chromium: Any, uncounted: Served) -> None:
    page = chromium.new_page()
    told: list[dict[str, list[str]]] = []
    page.on("request", lambda one: told.append(parse_qs(one.post_data or "")) if one.method == "POST" else None)
    page.goto(f"{uncounted.url}/kiem-tra-dieu-kien/?{urlencode(ANSWERS)}")
    page.get_by_role("button", name="Xem kết quả").click()
    page.wait_for_function("!document.getElementById('ket-qua').hidden")

    found = counted(uncounted)
    page.close()

    assert told == [{"ket_qua": ["yes"], "noi_dung": ["traceability"]}]
    assert found == [("", "traceability", "yes", "", "", 1)]
