"""The `hotro` command. Every failure is one Vietnamese line and a non-zero exit."""

import contextlib
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import Annotated

import typer
import uvicorn
from rich.progress import Progress

from processor import (
    at_rest,
    attachments,
    backups,
    budgets,
    deadlines,
    dossiers,
    editing,
    erasing,
    examining,
    keys,
    migrating,
    reporting,
    restoring,
    scans,
    staff,
    webhooks,
)
from processor.console import ERR, OUT, Stopped, set_up_log, settings, wired
from processor.domain.access.officer import ROLES
from processor.domain.errors import BrokenDefinition, HotroError, Unavailable
from processor.publish.freshness import is_stale
from processor.services.access.agreement import agreed
from processor.services.demo.demo import fill
from processor.services.parts import Wired
from processor.services.proof.last_look import LastLook, remember_look
from processor.services.proof.verification import verify as verify_all
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.engine import writing
from processor.storage.files.attachments import StoreDown
from processor.troubles import of_store
from processor.web.connection import Connection
from processor.web.head import HEAD_BYTES
from processor.web.server import run as run_servers
from processor.web.site import SiteMissing
from processor.worker import Stop, work

app = typer.Typer(help="Hồ sơ hỗ trợ theo Nghị quyết số 43/2022/NQ-HĐND.", no_args_is_help=True, add_completion=False)
app.add_typer(editing.app)
app.add_typer(examining.app)
app.add_typer(scans.app)
app.add_typer(deadlines.app)
app.add_typer(reporting.app)
app.add_typer(restoring.app)
app.add_typer(migrating.app)
app.add_typer(staff.app, name="staff")
app.add_typer(keys.app, name="keys")
app.add_typer(at_rest.app, name="at-rest")
app.add_typer(attachments.app, name="attachments")
app.add_typer(dossiers.app, name="dossier")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(backups.app, name="backup")
app.add_typer(erasing.app)
app.add_typer(budgets.budget, name="budget")
app.add_typer(budgets.calendar, name="calendar")
ANSWERING = 3
"""Seconds at the stop for answers to bodies that came whole at the last moment."""
STARTING = 60
"""Seconds for a worker process to answer. With uvicorn's 5 a busy machine starts the same process for ever."""
WORKERS = min(os.cpu_count() or 1, 2)


def run() -> None:
    """Run the command; known failures end in one line, not a traceback."""
    try:
        app()
    except BrokenDefinition as broken:
        for fault in broken.faults:
            ERR.print(str(fault), markup=False, highlight=False)
        ERR.print(f"Có {len(broken.faults)} chỗ cần sửa.", markup=False)
        sys.exit(1)
    except StoreDown as down:
        ERR.print(str(of_store(down)), markup=False)
        sys.exit(1)
    except (HotroError, SiteMissing) as stopped:
        ERR.print(str(stopped) or type(stopped).__name__, markup=False)
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Địa chỉ nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Cổng.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Số tiến trình; mỗi tiến trình dùng một nhân.")] = WORKERS,
) -> None:
    """Chạy trang và phần nhận hồ sơ trong một chương trình; dựng trang nếu thiếu hoặc cũ."""
    chosen = settings()
    agreed(chosen)  # what cannot work is told before anything starts
    if is_stale(ROOT, chosen.site):
        OUT.print("Đang dựng trang …")
        build_here(chosen)
    with wired():
        pass  # migrated and checked before any worker starts
    OUT.print(f"Mở http://{host}:{port} (dừng: Ctrl+C)")
    proxies = chosen.trusted_proxies
    with shared_figures(workers):
        importlib.import_module("processor.serving")  # once, for all of them
        run_servers(
            uvicorn.Config(
                "processor.serving:served",
                factory=True,
                host=host,
                port=port,
                workers=workers,
                loop="uvloop",
                http=Connection,
                h11_max_incomplete_event_size=HEAD_BYTES,
                log_level="warning",
                access_log=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies or None,
                timeout_graceful_shutdown=chosen.stop_seconds + ANSWERING,
                timeout_worker_healthcheck=STARTING,
                ws="none",
                server_header=False,
            )
        )


@contextlib.contextmanager
def shared_figures(workers: int) -> Iterator[None]:
    """A folder where several processes add up what /metrics tells; prometheus-client reads its name when it begins.

    A single one is this one, where it has begun already: its figures stay in memory.
    """
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="hotro-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def build_here(chosen: Settings) -> None:
    from processor.publish.build import HERE, build_site  # Markdown and all its extensions

    build_site(ROOT, chosen.site, chosen.public_url or HERE, chosen.edit_uri)


@app.command()
def build() -> None:
    """Dựng trang tĩnh (nghiêm ngặt) và chính sách bảo mật nội dung của nó."""
    chosen = settings()
    load_catalogue(chosen.forms)
    build_here(chosen)
    OUT.print(f"Đã dựng trang vào {chosen.site}.")


@app.command()
def worker() -> None:
    """Việc nền: gửi thư, báo cho hệ thống khác, xóa bản nháp hết hạn, tệp mồ côi. Mặc định đã chạy trong serve."""
    set_up_log(settings())
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):  # also where the shell had SIGINT ignored
        signal.signal(number, lambda *_: stop.set())
    with wired() as parts:
        work(parts, stop)


@app.command()
def verify() -> None:
    """Kiểm tra chuỗi nhật ký, tệp khớp với dòng, và mã băm."""
    with wired() as parts, Progress(console=ERR, transient=True) as progress:
        task = progress.add_task("Đang kiểm tra", total=None)
        outcome = verify_all(parts, lambda done, total: progress.update(task, completed=done, total=total))
        remember_outcome(parts, len(outcome.problems))
    for problem in outcome.problems:
        ERR.print(problem, markup=False)
    if outcome.problems:
        raise Stopped(f"Có {len(outcome.problems)} chỗ không khớp.")
    strays = f", {outcome.files_without_row} tệp chưa gắn (sẽ được dọn)" if outcome.files_without_row else ""
    OUT.print(f"Khớp: {outcome.dossiers} hồ sơ, {outcome.attachments} tệp{strays}.")


def remember_outcome(parts: Wired, mismatches: int) -> None:
    """For whoever watches. What was found is told all the same where nothing can be written."""
    with contextlib.suppress(Unavailable), writing(parts.engine) as connection:
        remember_look(connection, LastLook(parts.clock(), mismatches))


@app.command()
def demo(
    dossiers: Annotated[int, typer.Option(min=0, help="Số hồ sơ ví dụ.")] = 200,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng dữ liệu.")] = 1,
) -> None:
    """Điền dữ liệu ví dụ (bịa) và in mật khẩu của công chức ví dụ."""
    with wired() as parts:
        with Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("Đang tạo hồ sơ ví dụ", total=dossiers)
            officers = fill(parts, dossiers, seed, lambda done: progress.update(task, completed=done))
        OUT.print(f"Đã tạo {dossiers} hồ sơ ví dụ. Đăng nhập tại /can-bo/dang-nhap:")
        for name, role, password in officers:
            OUT.print(f"  {name}  ({ROLES[role]})  {password}", markup=False, highlight=False)
