"""The `hotro report` command: a year's report as a file, or to standard output."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from processor.console import OUT, Stopped, shown_progress, wired
from processor.domain.errors import Malformed
from processor.domain.vietnamese import grouped
from processor.services.parts import Wired
from processor.services.reports.report_files import ENDINGS, write_report
from processor.services.reports.reports import MAKERS
from processor.services.reports.statistics import publish_statistics

app = typer.Typer()


@app.command()
def report(
    name: Annotated[str, typer.Argument(metavar="BÁO_CÁO", help=f"Một trong: {', '.join(MAKERS)}.")],
    year: Annotated[int, typer.Option(help="Năm của báo cáo.")],
    ending: Annotated[str, typer.Option("--format", metavar="DẠNG", help=f"Một trong: {', '.join(ENDINGS)}.")] = "xlsx",
    output: Annotated[Path | None, typer.Option(metavar="TỆP", help="Không ghi thì in ra đầu ra chuẩn.")] = None,
    table: Annotated[str, typer.Option(metavar="BẢNG", help="Với csv: bảng nào; không ghi thì bảng chính.")] = "",
) -> None:
    """Lập một báo cáo của năm: nhu cầu, kinh phí, thủ tục, vướng mắc, giới thiệu chính sách, sổ theo dõi."""
    with wired() as parts, tempfile.TemporaryDirectory(prefix="hotro-report-") as folder:
        made = Path(folder) / f"{name}.{ending}"
        with told(parts), shown_progress() as progress:
            task = progress.add_task("Đang ghi", total=None)
            write_report(parts, name, year, ending, made, table, lambda rows: progress.update(task, completed=rows))
        deliver(made, output)


@app.command()
def statistics() -> None:
    """Tính lại số liệu công khai ở /cong-khai/so-lieu (mỗi ngày cũng tự tính một lần)."""
    with wired() as parts:
        rows = publish_statistics(parts)
    OUT.print(f"Đã tính lại số liệu công khai: {rows} dòng.", highlight=False)


@contextlib.contextmanager
def told(parts: Wired) -> Iterator[None]:
    """What there is not is told in the words of the catalogue."""
    try:
        yield
    except Malformed as refusal:
        raise Stopped(parts.catalogue.messages.say(refusal.code, **refusal.values)) from None


def deliver(made: Path, output: Path | None) -> None:
    if output is None:
        with made.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    try:
        shutil.copyfile(made, output)
    except OSError as error:
        raise Stopped(f"Không ghi được {output}: {error.strerror}. Chọn nơi khác cho --output.") from None
    OUT.print(f"Đã ghi {output} ({grouped(made.stat().st_size)} byte).", markup=False, highlight=False, soft_wrap=True)
