"""`python -m tests.soak.run`: half an hour of load, first calm, then under storms, then calm again.

Fails when a receipt is lost, a row has no file, an answer is none of those a stormy server may give, the server does
not come back within a minute, or memory or descriptors grow while it is calm. Needs root: the data lie on a tmpfs.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.bodies import bodies
from processor.publish.build import build_site
from processor.settings import ROOT
from tests.postgres import running_postgres
from tests.proxies import Proxy
from tests.served import Served
from tests.soak.gauges import Gauge, gauge, growth
from tests.soak.senders import Ledger, Walker, looking, sending, status_request
from tests.soak.storms import Storm, descriptors_for, full_disk, killed, many_slow_sockets, restarted_database

SENDERS, READERS = 6, 4
FILE_BYTES = 4_000
DISK = "6g"
MOST_GROWTH = 1.15
BACK_SECONDS = 60


@contextmanager
def own_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class Soak:
    def __init__(self, server: Served, url: str, made: list[bytes]) -> None:
        self.server = server
        self.url = url
        self.ledger = Ledger()
        self.troubles: list[str] = []
        self.walkers = [Walker(self.ledger, sending(url, made), 0.2) for _ in range(SENDERS)]
        self.walkers += [Walker(self.ledger, looking(url), 0.1) for _ in range(READERS)]

    def begin(self) -> None:
        for walker in self.walkers:
            walker.start()

    def end(self) -> None:
        for walker in self.walkers:
            walker.stopping.set()
        for walker in self.walkers:
            walker.join()

    def calm(self, seconds: float) -> list[Gauge]:
        """Load alone; what the processes held every five seconds."""
        assert self.server.process
        until, seen = time.monotonic() + seconds, []
        while time.monotonic() < until:
            time.sleep(5)
            seen.append(gauge(self.server.process.pid))
        return seen

    def stormy(self, seconds: float, storms: list[tuple[str, Storm]]) -> None:
        until = time.monotonic() + seconds
        for number, (name, storm) in enumerate(itertools.cycle(storms), 1):
            if time.monotonic() > until:
                return
            storm()
            self.come_back(f"{number} {name}")
            time.sleep(10)

    def come_back(self, name: str) -> None:
        began = time.monotonic()
        while time.monotonic() - began < BACK_SECONDS:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    print(f"{name}: back after {time.monotonic() - began:.1f} s, {len(self.ledger.receipts)} receipts")
                    return
            except OSError:
                time.sleep(0.5)
        self.troubles.append(f"{name}: not back within {BACK_SECONDS} s")

    def settle(self) -> None:
        """Every receipt is looked up, everything is verified, nothing lies about."""
        verified = self.server.run("verify")
        if verified.returncode != 0:
            self.troubles.append(f"verify: {verified.stdout}{verified.stderr}")
        lost = [receipt["reference"] for receipt in self.ledger.receipts if not self.is_kept(receipt)]
        self.troubles += [f"lost: {reference}" for reference in lost]
        if self.ledger.faults:
            self.troubles.append(f"answers that no storm explains: {self.ledger.faults}")
            self.troubles += self.failures()

    def failures(self) -> list[str]:
        """What the server said of its own, the first few."""
        with self.server.log.open() as lines:
            return list(
                itertools.islice((line.strip() for line in lines if '"level":"error"' in line.replace(" ", "")), 5)
            )

    def is_kept(self, receipt: dict[str, object]) -> bool:
        try:
            with urllib.request.urlopen(status_request(self.url, receipt), timeout=30) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    def compare(self, when: str, seen: list[Gauge]) -> None:
        memory, descriptors = growth(seen)
        print(
            f"{when}: {seen[-1].memory >> 20} MB ({memory:.2f}), {seen[-1].descriptors} descriptors ({descriptors:.2f})"
        )
        if max(memory, descriptors) > MOST_GROWTH:
            self.troubles.append(f"{when}: memory grew to {memory:.2f}, descriptors to {descriptors:.2f}")


def soak(minutes: float, database: str) -> list[str]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotro-soak-")))
        build_site(ROOT, folder / "site")
        disk = stack.enter_context(own_disk(folder / "disk"))
        # What begins only under load would look like growth.
        settings, storms = {"HOTRO_WRITER_APART_FROM": "1"}, []
        if database == "postgresql":
            postgres = stack.enter_context(running_postgres())
            settings["HOTRO_DATABASE_URL"] = postgres.fresh()
            storms.append(("database restarted", restarted_database(postgres)))
        server = Served(disk / "data", folder / "site", **settings)
        server.workers = 2
        server.log = folder / "server.log"
        server.start()
        stack.callback(server.stop)
        proxy = Proxy(folder / "proxy", [server.port])
        proxy.start()
        stack.callback(proxy.stop)
        storms += [
            ("killed", killed(server)),
            ("slow sockets", many_slow_sockets(proxy.port)),
            ("full disk", full_disk(disk)),
        ]
        going = Soak(server, proxy.url, bodies(20, folder, FILE_BYTES))
        going.begin()
        going.compare("calm before", going.calm(minutes * 60 * 0.4))
        going.stormy(minutes * 60 * 0.45, storms)
        going.compare("calm after", going.calm(minutes * 60 * 0.15))
        going.end()
        going.settle()
        print(f"{len(going.ledger.receipts)} receipts; answers {dict(going.ledger.answers)}")
    return going.troubles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    descriptors_for(4000)
    troubles = soak(asked.minutes, asked.database)
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    sys.exit(bool(troubles))


if __name__ == "__main__":
    main()
