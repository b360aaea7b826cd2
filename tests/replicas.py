"""Three machines of one office: each with a data folder of its own, one PostgreSQL, one bucket, the shipped nginx."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from processor.services.parts import Wired
from processor.settings import Settings
from processor.wiring import wire
from tests.object_storage import ObjectServer
from tests.postgres import Postgres
from tests.proxies import MachinesProxy
from tests.served import Served

MACHINES = 3


class Replicas:
    """`servers` are begun as an operator begins them: the first makes the server's key, the others get a copy of it."""

    def __init__(self, folder: Path, site: Path, postgres: Postgres, objects: ObjectServer, **more: str) -> None:
        self.database, self.bucket = postgres.fresh(), objects.fresh()
        self.objects, self.site, self.folder = objects, site, folder
        environment = {
            "HOTRO_DATABASE_URL": self.database,
            "HOTRO_DATABASE_CONNECTIONS": "8",
            "HOTRO_ATTACHMENTS_URL": self.bucket,
            "HOTRO_TRUSTED_PROXIES": "127.0.0.1",
            **objects.environment,
            **more,
        }
        self.servers = [Served(folder / f"may-{number}", site, **environment) for number in range(1, MACHINES + 1)]
        self.proxy = MachinesProxy(folder / "nginx", *(server.port for server in self.servers))

    def start(self) -> None:
        first, *others = self.servers
        first.start()
        for other in others:
            self.give_key(other.data)
            other.begin()
        for other in others:
            other.wait()
        self.proxy.start()

    def stop(self) -> None:
        self.proxy.stop()
        for server in self.servers:
            if not server.has_ended():
                server.stop()

    def give_key(self, data: Path) -> None:
        data.mkdir()
        shutil.copy2(self.servers[0].data / "server.key", data / "server.key")

    @contextmanager
    def opened(self) -> Iterator[Wired]:
        """The parts, as on a machine that serves nobody."""
        data = self.folder / "may-khong-phuc-vu"
        if not data.exists():
            self.give_key(data)
        more: dict[str, Any] = {"attachments_url": self.bucket, "database_connections": 8, **self.objects.settings}
        parts = wire(Settings(clamd_url="none", data=data, site=self.site, database_url=self.database, **more))
        yield parts
        parts.engine.dispose()

    def client(self) -> httpx2.Client:
        """Of nginx."""
        return httpx2.Client(base_url=self.proxy.url, verify=self.proxy.trust, timeout=60)

    def await_requests(self, server: Served) -> None:
        """Until nginx asks that one again, so that the next may go."""
        until = time.monotonic() + 60
        while posted(server) == 0:
            assert time.monotonic() < until, server.log.read_text()
            time.sleep(0.05)


def posted(server: Served) -> int:
    """How many POST requests it has answered since it began."""
    lines = httpx2.get(f"{server.url}/metrics", timeout=60).text.splitlines()
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if is_post(line))


def is_post(line: str) -> bool:
    return line.startswith("hotro_requests_total{") and 'method="POST"' in line


@contextmanager
def replicas(
    folder: Path, site: Path, postgres: Postgres, objects: ObjectServer, **environment: str
) -> Iterator[Replicas]:
    running = Replicas(folder, site, postgres, objects, **environment)
    try:
        running.start()
        yield running
    finally:
        running.stop()
