"""Three machines on one PostgreSQL and one bucket against one of them, behind nginx; all share the same cores."""

import os
import statistics
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.bodies import BOUNDARY, PATH, bodies
from bench.load import Turn, alternate, ratio, request, told
from bench.programs import TICKS, Program, fields, ours
from bench.rows import Row
from tests.object_storage import object_storage
from tests.postgres import running_postgres
from tests.proxies import Proxy, running

CLIENTS = 32
MACHINES = 3
BOUND = (
    "CPU là của Hotro, nginx, PostgreSQL và kho cộng lại cho một hồ sơ; tất cả cùng chia {cores} nhân với người gửi, "
    "nên trần là {most:.0f}/s dù bao nhiêu bản; thêm máy mới thêm nhân"
)


@dataclass(frozen=True)
class Behind(Program):
    """nginx, and what works behind it: the servers, and the processes that these two share; `port` is nginx's."""

    servers: Sequence[Program] = ()
    shared: Sequence[int] = ()

    def processor_seconds(self) -> float:
        """Of all of them together."""
        served = sum(server.processor_seconds() for server in self.servers)
        return served + seconds_with_children({self.process.pid, *self.shared})


def seconds_with_children(parents: Collection[int]) -> float:
    found = {int(place.parent.name): fields(place) for place in Path("/proc").glob("[0-9]*/stat")}
    wanted = (stat for pid, stat in found.items() if stat and (pid in parents or int(stat[1]) in parents))
    return sum(sum(map(int, stat[11:15])) for stat in wanted) / TICKS


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
        beside = [postgres.pid, objects.process.pid]
        turns = {name: turn(stack, folder / name, some, beside, made) for name, some in behind.items()}
        run = alternate(turns, seconds, rounds)
    cores = os.cpu_count() or 1
    used = statistics.median(round["three"].processor for round in run)
    bound = BOUND.format(cores=cores, most=cores * 1000 / used)
    note = f"có kiểm tra tệp, tệp ở kho S3 (rclone); ba bản: {told(run, 'three')}; một bản: {told(run, 'one')}; {bound}"
    yield Row("3 bản chạy trên PostgreSQL / 1, 300 KB, 32 người gửi cùng lúc", ratio(run, "three", "one"), note=note)


def turn(
    stack: ExitStack, folder: Path, servers: Sequence[Program], beside: Sequence[int], made: Sequence[bytes]
) -> Turn:
    proxy = stack.enter_context(running(Proxy(folder, [server.port for server in servers])))
    program = Behind(proxy.port, proxy.process, servers, beside)
    return Turn(program, [request(proxy.port, PATH, BOUNDARY, body) for body in made], CLIENTS)
