"""The virus scanner: does it answer? No file is sent."""

from collections.abc import Iterator

from processor.addresses import NO_SCANNER
from processor.checkup.finding import Finding, error, ok, warning
from processor.inspection.clamd import Clamd, NoVerdict, ScannerDown
from processor.settings import Settings

SECONDS = 5.0


def scanner(settings: Settings) -> Iterator[Finding]:
    if settings.clamd_url == NO_SCANNER:
        remedy = "Đặt HOTRO_CLAMD_URL là địa chỉ của ClamAV khi chạy thật."
        yield warning("scanner_none", "Chủ ý chạy không có máy quét mã độc (HOTRO_CLAMD_URL=none)", remedy)
    elif settings.scanner is None:
        remedy = "Đặt HOTRO_CLAMD_URL là unix:/ĐƯỜNG_DẪN hoặc tcp:MÁY:CỔNG; tệp mới chỉ qua kiểm tra loại và cấu trúc."
        yield warning("scanner_missing", "Chưa đặt HOTRO_CLAMD_URL", remedy)
    else:
        try:
            yield ok("scanner", f"Máy quét mã độc trả lời: {Clamd(settings.scanner, SECONDS).version()}")
        except (ScannerDown, NoVerdict) as fault:
            remedy = "Kiểm tra dịch vụ clamav-daemon, quyền mở socket và HOTRO_CLAMD_URL; tệp mới chờ quét."
            yield error("scanner_down", f"Máy quét mã độc ở {settings.clamd_url} không trả lời: {fault}", remedy)
