"""The `hotro at-rest` commands: make a key, close what was kept before it, tell how things stand."""

from pathlib import Path
from typing import Annotated

import typer

from processor.console import Stopped, settings, shown_progress, tell, wired
from processor.services.at_rest import encrypt, standing
from processor.services.parts import Wired
from processor.storage.at_rest.key import make_key_file, refuse_inside

app = typer.Typer(help="Mã hóa dữ liệu trên đĩa bằng một khóa để ngoài thư mục dữ liệu.", no_args_is_help=True)


@app.command("key")
def key(
    place: Annotated[Path, typer.Argument(metavar="TỆP", help="Nơi ghi khóa, ngoài thư mục dữ liệu.")],
) -> None:
    """Tạo khóa mới."""
    refuse_inside(place, settings().data)
    try:
        seal = make_key_file(place)
    except FileExistsError:
        raise Stopped(f"{place} đã có. Mất khóa cũ là mất dữ liệu đã mã hóa bằng nó; chọn tên khác.") from None
    except OSError as error:
        raise Stopped(f"Không ghi được {place}: {error.strerror}.") from None
    tell(f"Khóa {seal.key_id}: {place}")
    tell(
        "Chép khóa sang hai nơi khác ngoài máy chủ. Mất khóa thì không ai đọc được dữ liệu; bản sao lưu cũng cần khóa."
    )
    tell(f"HOTRO_AT_REST_KEY={place.resolve()}")


@app.command("encrypt")
def encrypt_all() -> None:
    """Mã hóa những gì đã có từ trước. Dừng giữa chừng thì chạy lại; hệ thống vẫn chạy được trong lúc đó."""
    with wired() as parts, shown_progress() as progress:
        refuse_without_key(parts)
        task = progress.add_task("Đang mã hóa", total=None)
        rows, files = encrypt(
            parts, lambda what, done: progress.update(task, description=f"Đã mã hóa {done} {what}", completed=done)
        )
    tell(f"Đã mã hóa thêm {rows} dòng, {files} tệp.")


@app.command("status")
def status() -> None:
    """Cho biết khóa nào đang dùng và còn gì chưa mã hóa."""
    with wired() as parts:
        refuse_without_key(parts)
        found = standing(parts)
    tell(f"Đã mã hóa: {found.rows.sealed} dòng, {found.files.sealed} tệp.")
    if found.rows.clear or found.files.clear:
        raise Stopped(f"Chưa mã hóa: {found.rows.clear} dòng, {found.files.clear} tệp. Chạy hotro at-rest encrypt.")


def refuse_without_key(parts: Wired) -> None:
    if parts.settings.at_rest_key is None:
        raise Stopped("Chưa đặt HOTRO_AT_REST_KEY. Tạo khóa: hotro at-rest key TỆP")
