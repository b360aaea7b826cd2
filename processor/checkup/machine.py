"""The machine: folders, room, who may read what, the child that opens files."""

import asyncio
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

from processor.checkup.finding import Finding, error, of_trouble, ok, warning
from processor.domain.files import MB, size_words
from processor.inspection.inspector import Inspector
from processor.settings import Settings
from processor.storage.files.disk import free_bytes, try_writing
from processor.troubles import of_disk

FEWEST_DESCRIPTORS = 1024
OTHERS, GROUP_AND_OTHERS = 0o007, 0o077


def folders(settings: Settings) -> Iterator[Finding]:
    for folder in settings.folders:
        if not folder.exists():
            yield warning("folder_missing", f"Chưa có thư mục {folder}", "hotro serve sẽ tạo khi chạy lần đầu.")
            continue
        try:
            try_writing(folder)
        except OSError as trouble:
            trouble.filename = str(folder)
            yield of_trouble(of_disk(trouble))
        else:
            yield ok("folder", f"Ghi được vào {folder}")


def room(settings: Settings) -> Iterator[Finding]:
    reserve = settings.disk_reserve * MB
    for folder in {folder.stat().st_dev: folder for folder in settings.folders if folder.exists()}.values():
        free = free_bytes(folder)
        told = f"Ổ đĩa của {folder} còn {size_words(free)}, mức giữ lại {size_words(reserve)}"
        if free < reserve:
            yield error("storage_low", f"{told}: không nhận tệp và hồ sơ mới", "Dọn ổ đĩa hoặc thêm chỗ.")
        elif free < 4 * reserve:
            yield warning("storage_soon_low", told, "Dọn ổ đĩa hoặc thêm chỗ trước khi chạm mức giữ lại.")
        else:
            yield ok("storage", told)


def secrets(settings: Settings) -> Iterator[Finding]:
    """The key opens access codes: nobody but the program reads it; the rest is read by nobody outside its group."""
    key = settings.data / "server.key"
    if settings.secret_key:
        yield ok("key", "Khóa máy chủ lấy từ HOTRO_SECRET_KEY")
    elif not key.exists():
        yield warning("key_missing", f"Chưa có {key}", "hotro serve sẽ tạo khi chạy lần đầu; nhớ đưa vào bản sao lưu.")
    elif mode_of(key) & GROUP_AND_OTHERS:
        yield error("key_readable", f"Người khác đọc được {key}", f"Chạy chmod 600 {key}.")
    else:
        yield ok("key", f"Chỉ chủ đọc được {key}")
    for path in (settings.data, settings.data / "hotro.db"):
        if path.exists() and mode_of(path) & OTHERS and mode_of(settings.data) & OTHERS:
            yield warning("data_readable", f"Mọi tài khoản trên máy mở được {path}", f"Chạy chmod o-rwx {path}.")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files_can_be_opened(settings: Settings) -> Iterator[Finding]:
    """Sent files are inspected in a child process: does one start and answer?"""
    try:
        asyncio.run(Inspector()(()))
    except Exception as trouble:
        why = type(trouble).__name__
        yield error(
            "inspection_failed", f"Tiến trình kiểm tra tệp không chạy: {why}", "Xem bộ nhớ và giới hạn của máy."
        )
    else:
        yield ok("inspection", "Tiến trình kiểm tra tệp chạy được")


def descriptors(settings: Settings) -> Iterator[Finding]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if most < FEWEST_DESCRIPTORS:
        yield warning("descriptors_few", f"Chỉ mở được {most} tệp cùng lúc", "Đặt ulimit -n hoặc LimitNOFILE từ 4096.")
    else:
        yield ok("descriptors", f"Mở được {most} tệp cùng lúc")
