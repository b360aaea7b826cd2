"""`hotro restore`: a backup becomes an installation again, or is only tried."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from processor.console import ERR, Stopped, parts_of, settings, shown_progress, tell
from processor.domain.vietnamese import moment
from processor.services.backup.restoring import Restored, Step, Wanted, check, restore
from processor.services.parts import Wired
from processor.storage.backup.sealing import opener_in

app = typer.Typer()


@app.command("restore")
def restore_backup(
    source: Annotated[Path, typer.Argument(metavar="NƠI_GIỮ", help="Thư mục giữ bản sao.")],
    identity: Annotated[Path, typer.Option(metavar="TỆP", help="Tệp khóa bí mật.")],
    into: Annotated[
        Path | None, typer.Option(metavar="THƯ_MỤC", help="Thư mục dữ liệu mới, chưa có hoặc trống.")
    ] = None,
    at: Annotated[str, typer.Option(metavar="LÚC", help="Số bản sao, ngày hoặc lúc; mặc định là bản cuối.")] = "",
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", metavar="ĐỊA_CHỈ", help="Với PostgreSQL: một cơ sở dữ liệu trống."),
    ] = None,
    check_only: Annotated[bool, typer.Option("--check", help="Chỉ thử: khôi phục vào chỗ tạm, kiểm tra, xóa.")] = False,
    despite_damage: Annotated[
        bool, typer.Option("--despite-damage", help="Vẫn khôi phục phần còn nguyên khi có tệp hỏng.")
    ] = False,
) -> None:
    """Khôi phục một bản sao lưu vào chỗ trống, sau khi kiểm tra từng tệp và chuỗi nhật ký."""
    if check_only == (into is not None):
        raise Stopped("Chọn một: --into THƯ_MỤC để khôi phục, hoặc --check để chỉ thử.")
    wanted = Wanted(source, opener_in(identity), at, database_url, despite_damage)
    with shown_progress() as progress:
        task = progress.add_task("Đang khôi phục", total=None)
        restored = carried_out(wanted, into, lambda done, total: progress.update(task, completed=done, total=total))
    for words in (*restored.lost, *restored.problems):
        ERR.print(words, markup=False, highlight=False)
    if restored.problems and not (into and despite_damage):
        raise Stopped(f"Có {len(restored.problems)} chỗ không khớp{'; chưa khôi phục gì' if into else ''}.")
    tell(f"{'Đã khôi phục' if into else 'Khôi phục được'} {counts_of(restored)}.")
    if into:
        tell(next_steps(into, database_url))


def carried_out(wanted: Wanted, into: Path | None, step: Step) -> Restored:
    if into:
        return restore(wanted, into.resolve(), open_parts, step)
    with tempfile.TemporaryDirectory(prefix="hotro-restore-") as folder:
        return check(wanted, Path(folder) / "data", open_parts, step)


def open_parts(folder: Path, database_url: str) -> Wired:
    """Nothing of the installation that may be running here is touched."""
    own = {"data": folder, "database_url": database_url, "attachments_url": None, "attachments_from": None}
    own |= {"secret_key": None}
    return parts_of(settings().model_copy(update=own))


def counts_of(restored: Restored) -> str:
    one, counts = restored.manifest, restored.verified
    missing = f", thiếu {len(restored.problems)}" if restored.problems else ", mọi tệp và chuỗi nhật ký khớp"
    return (
        f"bản sao {one.sequence} lúc {moment(one.taken_at)}: {counts.dossiers} hồ sơ, {counts.attachments} tệp{missing}"
    )


def next_steps(into: Path, database_url: str | None) -> str:
    database = " và HOTRO_DATABASE_URL là cơ sở dữ liệu đó" if database_url else ", bỏ HOTRO_DATABASE_URL"
    return (
        f"Đặt HOTRO_DATA={into.resolve()}{database}; bỏ HOTRO_ATTACHMENTS_URL và HOTRO_SECRET_KEY "
        "(tệp và khóa nằm trong thư mục này). Mọi phiên đăng nhập đã kết thúc."
    )
