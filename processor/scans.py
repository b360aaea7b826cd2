"""The commands about scanning: how the scanner stands, and files scanned again."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.progress import Progress

from processor.console import ERR, OUT, Stopped, wired
from processor.domain.errors import NotFound
from processor.domain.scanning import STATES
from processor.inspection.clamd import NoVerdict, ScannerDown
from processor.services.appraisal.log import known_dossier
from processor.services.parts import Wired
from processor.services.scanning.scanning import scan_again
from processor.services.scanning.standing import file_figures
from processor.services.scanning.verdicts import scanner_of
from processor.storage.engine import reading
from processor.storage.files.scans import ScannedFile, every_file, files_of_dossier, files_without_verdict

app = typer.Typer()
NOT_SET = "Chưa đặt máy quét. Đặt HOTRO_CLAMD_URL là unix:/ĐƯỜNG_DẪN hoặc tcp:MÁY:CỔNG."
ON_PURPOSE = "HOTRO_CLAMD_URL=none: chủ ý chạy không có máy quét."


@app.command()
def scanner() -> None:
    """Hỏi máy quét mã độc có chạy không, và đếm tệp theo từng trạng thái quét."""
    with wired() as parts:
        labels, figures = parts.catalogue.texts.scan_states, file_figures(parts)
        OUT.print(", ".join(f"{labels[state]}: {figures.get(state, 0)}" for state in STATES) + ".", markup=False)
        said = answer_of(parts)
    OUT.print(said, markup=False, highlight=False)


def answer_of(parts: Wired) -> str:
    """Raises Stopped when nobody answers where somebody should."""
    asked = scanner_of(parts)
    if asked is None and parts.settings.clamd_url:
        return ON_PURPOSE
    if asked is None:
        raise Stopped(NOT_SET)
    try:
        return f"Máy quét trả lời: {asked.version()}"
    except (ScannerDown, NoVerdict) as error:
        raise Stopped(f"Máy quét ở {parts.settings.clamd_url} không trả lời: {error}") from None


@app.command()
def rescan(
    reference: Annotated[str | None, typer.Argument(metavar="MÃ_THAM_CHIẾU")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Mọi tệp, kể cả tệp đã quét sạch hay bị chặn.")] = False,
) -> None:
    """Quét lại: tệp chưa quét và không quét được, mọi tệp của một hồ sơ, hoặc tất cả (--all)."""
    with wired() as parts:
        if scanner_of(parts) is None:
            raise Stopped(ON_PURPOSE if parts.settings.clamd_url else NOT_SET)
        files = chosen(parts, reference, everything)
        with Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("Đang quét", total=len(files))
            try:
                counted = scan_again(parts, files, lambda: progress.update(task, advance=1))
            except (ScannerDown, NoVerdict) as error:
                raise Stopped(f"Máy quét không trả lời: {error}. Chưa quét tệp nào.") from None
        labels = parts.catalogue.texts.scan_states
        found = "".join(f", {labels[state]} {counted[state]}" for state in STATES if state in counted)
    OUT.print(f"Đã quét {len(files) - counted.get('', 0)} trên {len(files)} tệp{found}.", markup=False, highlight=False)
    if counted.get(""):
        raise Stopped(f"Còn {counted['']} tệp chưa có kết quả. Xem máy quét rồi chạy lại.")


def chosen(parts: Wired, reference: str | None, everything: bool) -> Sequence[ScannedFile]:
    with reading(parts.engine) as connection:
        if reference is None:
            return every_file(connection) if everything else files_without_verdict(connection)
        try:
            return files_of_dossier(connection, known_dossier(connection, reference).id)
        except NotFound:
            raise Stopped(f"Không có hồ sơ {reference[:40]}.") from None
