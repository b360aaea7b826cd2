"""The `hotro backup` commands: make, list, check, prune; a key pair."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from processor.console import ERR, Stopped, settings, shown_progress, tell, wired
from processor.domain.backup import Manifest
from processor.domain.files import size_words
from processor.domain.vietnamese import moment
from processor.services.backup import keeping
from processor.services.backup.making import Made, make_backup
from processor.storage.backup.sealing import make_key

app = typer.Typer(help="Sao lưu: cơ sở dữ liệu, tệp, khóa máy chủ; đã mã hóa.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(metavar="NƠI_GIỮ", help="Thư mục giữ bản sao, ở ổ hoặc máy khác.")]
KeepDays = Annotated[
    int | None,
    typer.Option("--keep-days", metavar="NGÀY", min=1, help="Mặc định là HOTRO_BACKUP_KEEP_DAYS."),
]


@app.command("run")
def run(
    folder: Folder,
    recipient: Annotated[
        list[str] | None,
        typer.Option(metavar="KHÓA", help="Khóa công khai age1…; dùng nhiều lần được. Mặc định: cài đặt."),
    ] = None,
    keep_days: KeepDays = None,
    new: Annotated[bool, typer.Option("--new", help="Bắt đầu ở một nơi giữ mới, còn trống.")] = False,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Không xóa bản sao quá hạn.")] = False,
) -> None:
    """Sao lưu trong lúc hệ thống đang chạy, rồi xóa bản sao quá hạn."""
    with wired() as parts:
        keys = recipient or parts.settings.backup_keys
        with shown_progress() as progress:
            task = progress.add_task("Đang sao lưu", total=None)
            step = partial(progress.update, task)
            made = make_backup(parts, folder, keys, lambda done, total: step(completed=done, total=total), new)
        tell_made(made)
        if not keep_all:
            tell_pruned(keeping.prune(folder, parts.clock(), keep_days or parts.settings.backup_keep_days))
    if made.lost:
        for lost in made.lost:
            ERR.print(f"tệp {lost} đã mất hoặc đã đổi trên máy chủ", markup=False, highlight=False)
        raise Stopped(f"Bản sao xong nhưng thiếu {len(made.lost)} tệp mà máy chủ không còn. Chạy hotro verify.")


@app.command("list")
def show(folder: Folder) -> None:
    """Liệt kê bản sao; bản dở dang được nêu riêng. Không cần khóa bí mật."""
    listed = keeping.list_backups(folder)
    for one in listed.complete:
        tell(line_of(one))
    for number in listed.damaged:
        tell(f"{number}  đã hỏng, không dùng được; lần sao lưu sau sẽ dọn")
    for number in listed.unfinished:
        tell(f"{number}  dở dang, không dùng được; lần sao lưu sau sẽ dọn")
    if not listed.complete:
        raise Stopped("Chưa có bản sao nào trọn vẹn.")


@app.command("check")
def check(folder: Folder) -> None:
    """Đọc lại từng byte của mọi bản sao, nêu phần thiếu hoặc hỏng. Không cần khóa bí mật."""
    with shown_progress() as progress:
        task = progress.add_task("Đang đọc", total=None)
        found = keeping.damages(folder, lambda done, total: progress.update(task, completed=done, total=total))
    for damage in found:
        ERR.print(damage, markup=False, highlight=False)
    if found:
        raise Stopped(f"Có {len(found)} chỗ hỏng. Xóa các tệp vừa nêu trong objects/ rồi chạy hotro backup run.")
    tell(f"Nguyên vẹn: {len(keeping.list_backups(folder).complete)} bản sao.")


@app.command("prune")
def prune(folder: Folder, keep_days: KeepDays = None) -> None:
    """Xóa bản sao quá hạn và phần dở dang; luôn giữ bản trọn vẹn cuối cùng."""
    days = keep_days or settings().backup_keep_days
    tell_pruned(keeping.prune(folder, datetime.now(UTC), days))


@app.command("key")
def key(
    place: Annotated[
        Path, typer.Argument(metavar="TỆP", help="Nơi ghi khóa bí mật: USB, máy khác; không phải máy chủ.")
    ],
) -> None:
    """Tạo một cặp khóa: khóa bí mật vào TỆP, khóa công khai in ra để đặt trên máy chủ."""
    if place.resolve().is_relative_to(settings().data.resolve()):
        raise Stopped("Khóa bí mật không để trong thư mục dữ liệu: ai lấy được máy chủ thì mở được mọi bản sao.")
    try:
        public = make_key(place, datetime.now(UTC))
    except FileExistsError:
        raise Stopped(f"{place} đã có. Khóa cũ còn mở các bản sao cũ; chọn tên khác.") from None
    except OSError as error:
        raise Stopped(f"Không ghi được {place}: {error.strerror}.") from None
    tell(f"Khóa bí mật: {place}")
    tell(
        "Cất khóa bí mật ở hai nơi ngoài máy chủ (USB trong két, bản in trong phong bì). Mất khóa thì không ai mở được."
    )
    tell("Đặt khóa công khai trên máy chủ:")
    tell(f"HOTRO_BACKUP_RECIPIENTS={public}")


def tell_made(made: Made) -> None:
    tell(f"Bản sao {line_of(made.manifest)}; ghi thêm {size_words(made.added)}.")


def tell_pruned(pruned: keeping.Pruned) -> None:
    if pruned.gone or pruned.freed:
        tell(f"Đã xóa {len(pruned.gone)} bản sao quá hạn, bớt {size_words(pruned.freed)}; còn {pruned.kept}.")


def line_of(one: Manifest) -> str:
    lost = f", thiếu {one.lost} tệp" if one.lost else ""
    return (
        f"{one.sequence}  {moment(one.taken_at)}  {one.dossiers} hồ sơ, {one.files} tệp{lost}, {size_words(one.bytes)}"
    )
