"""What is wrong around the program, for whoever runs it: why, a stable code, what to do."""

import errno
from dataclasses import dataclass

from processor.domain.errors import Unavailable
from processor.storage.files.attachments import StoreDown


@dataclass(frozen=True)
class Trouble:
    code: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.text} (mã {self.code}). {self.remedy}"


ALLOW = "Cấp quyền ghi cho người dùng chạy Hotro, hoặc đổi HOTRO_DATA."
OF_DISKS = {
    errno.EROFS: ("ổ đĩa chỉ đọc", "disk_read_only", "Gắn lại ổ đĩa ở chế độ ghi; lỗi đĩa cũng gây ra việc này."),
    errno.EACCES: ("không có quyền", "disk_forbidden", ALLOW),
    errno.EPERM: ("không có quyền", "disk_forbidden", ALLOW),
    errno.ENOSPC: ("hết chỗ", "storage_full", "Dọn ổ đĩa hoặc thêm chỗ."),
}


def of_disk(error: OSError) -> Trouble:
    said = (error.strerror or "ổ đĩa lỗi", "disk_failed", "Kiểm tra ổ đĩa và HOTRO_DATA.")
    why, code, remedy = OF_DISKS.get(error.errno or 0, said)
    return Trouble(code, f"Không ghi được {error.filename}: {why}", remedy)


KEYS = "Kiểm tra HOTRO_S3_KEY_ID và HOTRO_S3_SECRET_FILE (hoặc HOTRO_S3_SECRET)."
OF_STORES = {
    "bucket_missing": ("không có bucket này", "Tạo bucket, hoặc sửa HOTRO_ATTACHMENTS_URL."),
    "store_key_unknown": ("không nhận khóa truy cập", KEYS),
    "store_forbidden": ("không cho làm", "Cấp cho khóa truy cập quyền đọc, ghi, xóa và liệt kê dưới tiền tố này."),
    "store_unreachable": ("không trả lời", "Kiểm tra HOTRO_S3_ENDPOINT, mạng và máy chủ của kho."),
    "store_changed": ("trả lại khác điều đã ghi", "Báo cho người quản trị kho; đừng nhận hồ sơ tới khi rõ lý do."),
    "store_failed": ("báo lỗi", "Xem nhật ký của kho."),
}


def of_store(error: StoreDown) -> Trouble:
    why, remedy = OF_STORES[error.reason]
    said = f" ({error.said})" if error.said else ""
    return Trouble(error.reason, f"Nơi giữ tệp {error.where} {why}{said}", remedy)


def of_database(error: Unavailable) -> Trouble:
    """With the first line of what it said: that names host and role, never the password."""
    said = error.because.strip().partition("\n")[0]
    remedy = "Kiểm tra HOTRO_DATABASE_URL và máy chủ của nó."
    return Trouble("database_unreachable", "Không nối được cơ sở dữ liệu", f"{remedy} {said}".strip())
