"""The commands about the keys that sign receipts: see them, change to a new one."""

from typing import Annotated

import typer

from processor.console import OUT, wired
from processor.domain.vietnamese import moment
from processor.services.proof.signing import published_keys
from processor.services.proof.signing import rotate as rotate_keys

app = typer.Typer(help="Khóa ký biên nhận.", no_args_is_help=True)


@app.command("list")
def show() -> None:
    """Liệt kê mọi khóa đã dùng để ký biên nhận; khóa cũ vẫn được công bố."""
    with wired() as parts:
        keys = published_keys(parts)
    for key in keys:
        until = f"đến {moment(key.valid_to)}" if key.valid_to else "đang dùng"
        OUT.print(f"{key.key_id}  từ {moment(key.valid_from)}, {until}", markup=False, highlight=False)


@app.command("rotate")
def rotate(
    lost: Annotated[
        bool, typer.Option("--server-key-lost", help="Khóa máy chủ (server.key) mất hẳn: dùng khóa ở máy này từ nay.")
    ] = False,
) -> None:
    """Đổi sang khóa mới; biên nhận cũ vẫn kiểm tra được bằng khóa cũ."""
    with wired(key_lost=lost) as parts:
        made = rotate_keys(parts)
    OUT.print(f"Từ {moment(made.valid_from)} dùng khóa {made.key_id}.", markup=False, highlight=False)
    OUT.print("Ai dùng tệp xac-minh.html đã tải trước đó cần tải tệp mới.")
