"""Three machines on one PostgreSQL and one bucket against one of them, behind nginx; all share the same cores."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.bodies import BOUNDARY, PATH, bodies
from bench.load import Turn, alternate, ratio, request, told
from bench.programs import Program, ours
from bench.rows import Row
from tests.object_storage import object_storage
from tests.postgres import running_postgres
from tests.proxies import Proxy, running

CLIENTS = 32
MACHINES = 3
CORES = "mọi máy, nginx, PostgreSQL và kho cùng chia các nhân của máy đo, nên ba bản không thể nhanh hơn nhiều"


@dataclass(frozen=True)
class Behind(Program):
    """nginx, and the servers behind it; `port` is nginx's."""

    servers: Sequence[Program] = ()

    def processor_seconds(self) -> float:
        """Of the servers alone: what the others use is the same for one and for three."""
        return sum(server.processor_seconds() for server in self.servers)


def three_and_one(folder: Path, seconds: float, rounds: int) -> Iterator[Row]:
    made = bodies(60, folder)
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        objects = stack.enter_context(object_storage())
        shared = {
            "HOTRO_DATABASE_URL": postgres.fresh(),
            "HOTRO_ATTACHMENTS_URL": objects.fresh(),
            "HOTRO_SECRET_KEY": "chung" * 8,
            **objects.environment,
        }
        servers = [stack.enter_context(ours(folder, f"may-{n}", environment=shared)) for n in range(MACHINES)]
        behind = {"three": servers, "one": servers[:1]}
        turns = {name: turn(stack, folder / name, some, made) for name, some in behind.items()}
        run = alternate(turns, seconds, rounds)
    note = f"có kiểm tra tệp, tệp ở kho S3 (rclone); ba bản: {told(run, 'three')}; một bản: {told(run, 'one')}; {CORES}"
    yield Row("3 bản chạy trên PostgreSQL / 1, 300 KB, 32 người gửi cùng lúc", ratio(run, "three", "one"), note=note)


def turn(stack: ExitStack, folder: Path, servers: Sequence[Program], made: Sequence[bytes]) -> Turn:
    proxy = stack.enter_context(running(Proxy(folder, [server.port for server in servers])))
    program = Behind(proxy.port, proxy.process, servers)
    return Turn(program, [request(proxy.port, PATH, BOUNDARY, body) for body in made], CLIENTS)
