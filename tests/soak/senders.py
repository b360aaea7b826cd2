"""Those who send and those who look, at a steady pace, with a ledger of receipts outside the server's processes."""

import json
import random
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from bench.bodies import BOUNDARY, PATH

Receipt = dict[str, Any]
# What a stormy server may answer; anything else that is no success is counted as a fault.
EXPECTED = {502, 503, 504, 507}
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
LOOKED_AT = (
    "/",
    "/healthz",
    "/api/v1/forms",
    "/chinh-sach/tieu-chuan/",
    "/bieu-mau/ho-so-tieu-chuan/",
    "/nop/ho-so-tieu-chuan",
)


class Ledger:
    """What the server acknowledged, and what else it answered: `answers` counts statuses, 0 for a cut line."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.answers: Counter[int] = Counter()

    @property
    def faults(self) -> dict[int, int]:
        return {status: n for status, n in self.answers.items() if status >= 400 and status not in EXPECTED}


class Walker(threading.Thread):
    """Does one thing after another, `pause` seconds apart, until told to stop."""

    def __init__(self, ledger: Ledger, act: Callable[[Ledger], int], pause: float) -> None:
        super().__init__(daemon=True)
        self.ledger = ledger
        self.act = act
        self.pause = pause
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(self.pause):
            try:
                status = self.act(self.ledger)
            except urllib.error.HTTPError as refusal:
                status = refusal.code
            except (OSError, HTTPException, ValueError):
                status = 0
            self.ledger.answers[status] += 1


def sending(url: str, made: list[bytes]) -> Callable[[Ledger], int]:
    def send(ledger: Ledger) -> int:
        asked = urllib.request.Request(url + PATH, random.choice(made), HEADERS)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            ledger.receipts.append(json.load(answer))
            return int(answer.status)

    return send


def looking(url: str) -> Callable[[Ledger], int]:
    """A page, or one's own dossier."""

    def look(ledger: Ledger) -> int:
        asked = urllib.request.Request(url + random.choice(LOOKED_AT))
        if ledger.receipts and random.random() < 0.5:
            asked = status_request(url, random.choice(ledger.receipts))
        with urllib.request.urlopen(asked, timeout=30) as answer:
            answer.read()
            return int(answer.status)

    return look


def status_request(url: str, receipt: Receipt) -> urllib.request.Request:
    address = f"{url}/api/v1/dossiers/{receipt['reference']}"
    return urllib.request.Request(address, headers={"Authorization": f"Bearer {receipt['access_code']}"})
