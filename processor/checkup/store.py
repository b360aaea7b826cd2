"""Where sent files are kept: a folder is tried with the others; a bucket gets a probe, which is taken away again."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from processor.checkup.finding import Finding, error, of_trouble, ok, warning
from processor.settings import Settings
from processor.storage.files.attachments import StoreDown
from processor.troubles import of_store


def store(settings: Settings) -> Iterator[Finding]:
    for url in filter(None, (settings.attachments, settings.attachments_from)):
        yield from place(settings, url)


def place(settings: Settings, url: str) -> Iterator[Finding]:
    if url.startswith("file:"):
        yield ok("store", f"Tệp người gửi giữ ở thư mục {url.removeprefix('file:')}")
        return
    try:
        from processor.storage.files.bucket import Bucket

        bucket = Bucket(url, settings.object_access)
        bucket.try_out()
    except (ImportError, ValueError) as wrong:
        yield error("store_address", str(wrong), "Sửa cài đặt rồi chạy lại.")
    except StoreDown as down:
        yield of_trouble(of_store(down))
    else:
        yield ok("store", f"Ghi, đọc lại, liệt kê và xóa được ở {bucket.where}")
    endpoint = settings.s3_endpoint or ""
    if endpoint.startswith("http://") and not is_here(urlsplit(endpoint).hostname or ""):
        remedy = "Đặt chứng chỉ cho kho và dùng https://."
        yield warning("store_plain", f"Tệp đi tới {endpoint} không mã hóa trên đường", remedy)


def is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
