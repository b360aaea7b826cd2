"""First paint on a slow line with a cold cache: 400 kbit/s, 400 ms there and back.

A real Chromium on a real `hotro serve`; each page in a browser of its own, several times; the median in milliseconds
and the bytes carried until the network is idle.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser import CHROMIUM, FLAGS
from tests.served import served

PAGES = (
    "/",
    "/kiem-tra-dieu-kien/",
    "/chinh-sach/tieu-chuan/",
    "/bieu-mau/ho-so-tieu-chuan/",
    "/nghi-quyet/",
    "/quy-trinh/",
    "/nop/ho-so-tieu-chuan",
)
ROUNDS = 5
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def first_paint(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds to the first contentful paint, bytes carried in all."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    carried: list[float] = []

    def finished(loaded: dict[str, Any]) -> None:
        carried.append(loaded["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    page.goto(url, timeout=60_000)
    page.wait_for_load_state("networkidle", timeout=60_000)
    painted = float(page.evaluate(PAINT))
    context.close()
    return painted, sum(carried)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(Path(folder) / "data", Path(folder) / "site") as server:
            print(f"{'page':32}{'first paint, ms':>18}{'bytes':>10}")
            for path in PAGES:
                rounds = [first_paint(browser, server.url + path) for _ in range(ROUNDS)]
                painted = statistics.median(paint for paint, _ in rounds)
                print(f"{path:32}{painted:>18.0f}{statistics.median(size for _, size in rounds):>10.0f}")
        browser.close()


if __name__ == "__main__":
    main()
