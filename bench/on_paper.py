"""From one machine to 34 provinces, on paper. What is measured and what is assumed is named line by line.

Ways are not measured here: each line gives a figure, where it comes from, and what follows.
"""

from dataclasses import dataclass

PROVINCES = 34
"""Since 1 July 2025: Resolution 202/2025/QH15."""
ENTERPRISES = 950_000
"""Assumed: the order of magnitude of enterprises at work in the whole country; no source was read for it."""
SENDS, LAST_DAY, LAST_HOUR, PEAK = 0.05, 0.5, 0.3, 2.0
"""Assumed: who sends at all, how many of them on the last day, of these in the last hour, its worst minute over it."""
VISITS = 12
"""Assumed: requests to the processor for each one that sends: pages, saves, files, looks."""
HALF_BUSY = 0.5
STORAGE_PRICE, SERVER_PRICE = 1_000, 600_000
"""Assumed, đồng: a GB for a month with its copy; a server of 2 cores for a month."""


@dataclass(frozen=True)
class Estimate:
    """Of so many enterprises; a second, bytes, đồng a month."""

    enterprises: int
    senders: float
    submissions_a_second: float
    requests_a_second: float
    bytes_a_year: float
    cores: float
    price_a_month: float


def estimate(enterprises: int, bytes_each: float, processor_each: float) -> Estimate:
    """`processor_each` are seconds of a core for one that sends, everything it asks included."""
    senders = enterprises * SENDS
    peak = senders * LAST_DAY * LAST_HOUR / 3600 * PEAK
    cores = peak * processor_each / HALF_BUSY
    size = senders * bytes_each
    servers = max(1.0, -(-cores // 2))
    price = servers * SERVER_PRICE + size / 1e9 * STORAGE_PRICE
    return Estimate(enterprises, senders, peak, peak * VISITS, size, cores, price)


LIMITS = (
    (
        "Một tiến trình",
        "một nhân; đọc biểu mẫu và kiểm tra câu trả lời",
        "thêm tiến trình: <code>hotro serve --workers</code>",
    ),
    (
        "SQLite",
        "một luồng ghi của mỗi tiến trình, một người ghi mỗi lúc trên cả máy",
        "PostgreSQL: <code>hotro migrate --to</code>",
    ),
    (
        "Tệp ở thư mục",
        "đĩa của một máy: tốc độ ghi, số lần đồng bộ, chỗ trống",
        "kho đối tượng S3: <code>hotro attachments move</code>",
    ),
    ("Một máy", "số nhân, đường truyền vào", "nhiều máy sau nginx, chung PostgreSQL và kho đối tượng"),
    (
        "Một PostgreSQL",
        "một máy ghi; hàng chờ, báo cáo đọc cùng chỗ",
        "mỗi tỉnh một cơ sở dữ liệu: không hồ sơ nào thuộc hai tỉnh",
    ),
    ("Kiểm tra tệp, quét mã độc", "nhân; tệp lớn, tệp lạ", "thêm máy; tệp chưa quét vẫn nhận và bị khóa chờ quét"),
)
"""Which part, what ends it, what takes its place."""
