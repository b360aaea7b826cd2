"""`hotro attachments`: files move to another store and back while the service runs."""

from typing import Annotated

import typer

from processor.console import ERR, Stopped, shown_progress, tell, wired
from processor.services.moving import Moved, Places, move
from processor.services.parts import Wired
from processor.storage.files.attachments import AttachmentStore
from processor.storage.files.journal import opened_journal
from processor.wiring import store_at

app = typer.Typer(help="Nơi giữ tệp đính kèm: thư mục hoặc kho đối tượng S3.", no_args_is_help=True)


@app.callback()
def several() -> None:
    """Nơi giữ tệp đính kèm: thư mục hoặc kho đối tượng S3."""


@app.command("move")
def move_files(
    to: Annotated[str, typer.Option(metavar="NƠI", help="file:ĐƯỜNG_DẪN hoặc s3://BUCKET/TIỀN_TỐ.")],
    remove: Annotated[
        bool, typer.Option("--remove", help="Xóa ở nơi cũ từng tệp mà nơi mới đã có và đã so SHA-256.")
    ] = False,
) -> None:
    """Chép mọi tệp sang nơi khác, so SHA-256 từng tệp. Hệ thống vẫn chạy; dừng giữa chừng thì chạy lại."""
    with wired() as parts:
        source, live = source_of(parts, to)
        if remove and not live:
            raise Stopped("Hệ thống còn dùng nơi cũ: đặt HOTRO_ATTACHMENTS_URL và HOTRO_ATTACHMENTS_FROM trước đã.")
        places = Places(opened(parts, source), opened(parts, to), remove)
        places.target.check()
        with opened_journal(parts.settings.data, to) as journal, shown_progress() as progress:
            task = progress.add_task("Đang chuyển tệp", total=None)
            moved = move(parts, places, journal, lambda done, total: progress.update(task, completed=done, total=total))
    tell_moved(moved)
    for line in next_steps(moved, source, to, live, remove):
        tell(line)


def opened(parts: Wired, url: str) -> AttachmentStore:
    try:
        return store_at(parts, url)
    except (ImportError, ValueError) as wrong:
        raise Stopped(str(wrong)) from None


def source_of(parts: Wired, to: str) -> tuple[str, bool]:
    """Where files come from, and whether the new place is the one in use already."""
    used, earlier = parts.settings.attachments, parts.settings.attachments_from
    if to != used:
        return used, False
    if earlier is None:
        raise Stopped(f"Hệ thống đang giữ tệp ở {to}. Đặt HOTRO_ATTACHMENTS_FROM là nơi cũ để chuyển phần còn lại.")
    return earlier, True


def tell_moved(moved: Moved) -> None:
    for words, ids in (("không có ở cả hai nơi", moved.missing), ("đã đổi nội dung ở nơi cũ", moved.damaged)):
        for one in ids:
            ERR.print(f"tệp {one} {words}", markup=False, highlight=False)
    told = f"Đã chuyển {moved.moved} tệp, {moved.there} tệp đã có từ trước"
    if not moved.whole:
        raise Stopped(f"{told}; {len(moved.missing) + len(moved.damaged)} tệp không chuyển được. Chạy hotro verify.")
    tell(f"{told}; mọi tệp khớp SHA-256.")


def next_steps(moved: Moved, source: str, to: str, live: bool, removed: bool) -> list[str]:
    waiting = f"{moved.half_sent} tệp đang tải dở ở nơi cũ: chạy lại lệnh này sau khi chúng xong."
    steps = [waiting] if moved.half_sent and live else []
    if not live:
        return [
            f"Hệ thống còn dùng {source}. Đặt HOTRO_ATTACHMENTS_URL={to} và HOTRO_ATTACHMENTS_FROM={source}, "
            "khởi động lại, rồi chạy lại lệnh này cho các tệp đến sau.",
            "Muốn thôi: giữ nguyên cài đặt; nơi cũ không bị đụng tới.",
        ]
    if removed:
        return [*steps, "Nơi cũ không còn tệp nào có dòng. Bỏ HOTRO_ATTACHMENTS_FROM rồi khởi động lại."]
    return [
        *steps,
        f"Muốn quay lại: đổi chỗ hai biến, khởi động lại, chạy hotro attachments move --to {source}",
        "Muốn xóa ở nơi cũ: chạy lại với --remove, rồi bỏ HOTRO_ATTACHMENTS_FROM. Để lại thì tệp sẽ xóa sau này "
        "vẫn còn ở đó.",
    ]
