"""`kill -9` under load: what was acknowledged is there, with all its files."""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from datetime import date
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from bench.intake import BOUNDARY, PATH, bodies
from processor.domain.catalogue import Catalogue
from tests.served import Served

CLIENTS = 6


class Sender(threading.Thread):
    """Posts until told to stop, keeping every receipt outside the server's process."""

    def __init__(self, url: str, made: list[bytes]) -> None:
        super().__init__()
        self.url = url
        self.made = made
        self.receipts: list[dict[str, Any]] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        while not self.stopping.is_set():
            asked = urllib.request.Request(self.url + PATH, random.choice(self.made), headers)
            try:
                with urllib.request.urlopen(asked, timeout=10) as answer:
                    self.receipts.append(json.load(answer))
            except (OSError, HTTPException, ValueError):  # cut before or within the answer: not acknowledged
                time.sleep(0.02)


def one_round(server: Served, made: list[bytes], chance: random.Random) -> list[dict[str, Any]]:
    server.start()
    senders = [Sender(server.url, made) for _ in range(CLIENTS)]
    for sender in senders:
        sender.start()
    time.sleep(chance.uniform(0.3, 1.2))
    server.kill()
    for sender in senders:
        sender.stopping.set()
        sender.join()
    return [receipt for sender in senders for receipt in sender.receipts]


def status_of(server: Served, receipt: dict[str, Any]) -> dict[str, Any]:
    asked = urllib.request.Request(
        f"{server.url}/api/v1/dossiers/{receipt['reference']}",
        headers={"Authorization": f"Bearer {receipt['access_code']}"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.mark.parametrize("rounds", [10, pytest.param(50, marks=pytest.mark.long)])
def test_every_acknowledged_dossier_is_there_with_all_its_files(
    rounds: int, tmp_path: Path, built_site: Path, catalogue: Catalogue
) -> None:
    made = bodies(20, tmp_path)
    server = Served(tmp_path / "data", built_site)
    chance = random.Random(date.today().toordinal())

    receipts = []
    for number in range(rounds):
        server.workers = 1 + number % 2
        receipts += one_round(server, made, chance)
    verified = server.run("verify")
    server.start()
    found = [status_of(server, receipt) for receipt in receipts]
    server.stop()

    assert len(receipts) > rounds * 10
    assert verified.returncode == 0, verified.stderr
    assert [status["reference"] for status in found] == [receipt["reference"] for receipt in receipts]
    stored = {path.name for path in (tmp_path / "data" / "attachments").glob("[0-9]*/*")}
    assert all(file["id"] in stored for receipt in receipts for file in receipt["attachments"])
