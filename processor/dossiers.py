"""The `hotro dossier` commands: one dossier as a ZIP, and such a ZIP taken in."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from processor.console import ERR, OUT, Stopped, told, wired
from processor.domain.files import size_words
from processor.domain.package import PackageFault, file_of_package
from processor.domain.vietnamese import VIETNAM
from processor.services.exchange.imports import import_package
from processor.services.exchange.packages import Package, pack, zipped
from processor.services.parts import Wired

app = typer.Typer(help="Gói hồ sơ: mang một hồ sơ trọn vẹn sang nơi khác.", no_args_is_help=True)
KEY_ID = re.compile(r"[0-9a-f]{16}\Z")


@app.command("export")
def export(
    reference: Annotated[str, typer.Argument(metavar="MÃ_THAM_CHIẾU")],
    output: Annotated[Path | None, typer.Option(metavar="TỆP", help="Mặc định ghi vào thư mục đang đứng.")] = None,
) -> None:
    """Ghi một hồ sơ thành một tệp ZIP: câu trả lời, tệp, nhật ký, biên nhận, biểu mẫu, trang đọc được."""
    with wired() as parts, told(parts):
        package = pack(parts, reference)
        place = output or Path(file_of_package(package.reference, parts.clock().astimezone(VIETNAM)))
        written = write(parts, package, place)
    OUT.print(f"Đã ghi {place} ({size_words(written)}, {len(package.files)} tệp).", markup=False, highlight=False)


def write(parts: Wired, package: Package, place: Path) -> int:
    """The size in bytes. Under its name only once it is whole."""
    half = place.with_name(f"{place.name}.part")
    total = sum(file.entry.size for file in package.files)
    try:
        with half.open("wb") as file, Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("Đang ghi", total=total)
            for piece in zipped(parts, package):
                file.write(piece)
                progress.update(task, advance=len(piece))
        half.rename(place)
    except OSError as error:
        raise Stopped(f"Không ghi được {place}: {error.strerror}. Chọn nơi khác cho --output.") from None
    finally:
        half.unlink(missing_ok=True)
    return place.stat().st_size


@app.command("import")
def bring(
    files: Annotated[list[Path], typer.Argument(metavar="TỆP…")],
    accept_key: Annotated[
        list[str] | None,
        typer.Option("--accept-key", metavar="MÃ_KHÓA", help="Nhận khóa ký của nơi gửi, sau khi đã so mã khóa."),
    ] = None,
) -> None:
    """Kiểm tra rồi nhập các gói hồ sơ từ nơi khác; gói không nhập được thì nêu lý do và làm tiếp gói sau."""
    accepted = list(accept_key or ())
    if wrong := [key for key in accepted if not KEY_ID.match(key)]:
        raise Stopped(f"“{wrong[0][:40]}” không phải mã khóa. Mã khóa gồm 16 chữ số và chữ từ a đến f.")
    with wired() as parts, Progress(console=ERR, transient=True) as progress:
        task = progress.add_task("Đang nhập", total=len(files))
        failed = 0
        for file in files:
            failed += not taken_in(parts, file, accepted)
            progress.update(task, advance=1)
    if failed:
        raise Stopped(f"Không nhập được {failed} trên {len(files)} gói.")


def taken_in(parts: Wired, file: Path, accepted: list[str]) -> bool:
    """One line for each, whatever became of it."""
    try:
        with told(parts):
            outcome = import_package(parts, file, accepted)
    except (Stopped, PackageFault) as stopped:
        ERR.print(f"{file}: {stopped}", markup=False, highlight=False)
        return False
    words = f"đã nhập, {outcome.files} tệp" if outcome.new else "đã có ở đây, không đổi gì"
    OUT.print(f"{outcome.reference}: {words}.", markup=False, highlight=False)
    return True
