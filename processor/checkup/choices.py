"""Settings that work on one's own machine and not on the Internet."""

import difflib
import os
from collections.abc import Iterator

from processor.checkup.finding import Finding, error, ok, warning
from processor.publish.freshness import is_stale
from processor.settings import ROOT, Settings

PREFIX = str(Settings.model_config["env_prefix"])
KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {f"{PREFIX}MIGRATE_TO"}
"""And what `hotro migrate` reads."""


def address(settings: Settings) -> Iterator[Finding]:
    url = settings.public_url
    if url is None:
        remedy = "Đặt địa chỉ công khai; chưa đặt thì chỉ máy này mở được trang, đường dẫn trong thư cũng vậy."
        yield warning("public_url_missing", "Chưa đặt HOTRO_PUBLIC_URL", remedy)
    elif not url.startswith("https://"):
        yield warning("public_url_plain", f"HOTRO_PUBLIC_URL là {url}, không phải https", "Đặt HTTPS ở proxy.")
    else:
        yield ok("public_url", f"Địa chỉ công khai là {url}")
    if url and not settings.trusted_proxies:
        remedy = "Đứng sau proxy thì đặt địa chỉ của proxy; thiếu thì mọi người gửi bị đếm như một người."
        yield warning("proxies_missing", "Chưa đặt HOTRO_TRUSTED_PROXIES", remedy)


def limits(settings: Settings) -> Iterator[Finding]:
    if settings.abuse_limits == "off":
        yield error("abuse_limits_off", "HOTRO_ABUSE_LIMITS là off", "Bỏ biến này khi phục vụ người thật.")
    else:
        yield ok("abuse_limits", "Giới hạn số lần đang bật")


def names(settings: Settings) -> Iterator[Finding]:
    """One that is mistyped does nothing, and nobody notices."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in KNOWN)
    for name in unknown:
        near = difflib.get_close_matches(name, sorted(KNOWN), 1)
        remedy = f"Có phải là {near[0]}? " if near else ""
        yield warning("setting_unknown", f"Không có cài đặt {name}", f"{remedy}Tên sai thì không có tác dụng gì.")
    if not unknown:
        yield ok("settings", "Tên các cài đặt đều đúng")


def worker(settings: Settings) -> Iterator[Finding]:
    if settings.worker:
        yield ok("worker", "Việc nền chạy trong hotro serve")
    else:
        yield warning("worker_apart", "HOTRO_WORKER là false", "Phải có một hotro worker đang chạy.")


def site(settings: Settings) -> Iterator[Finding]:
    if is_stale(ROOT, settings.site):
        yield warning(
            "site_stale", f"Trang ở {settings.site} thiếu hoặc cũ", "Chạy hotro build; hotro serve cũng tự dựng."
        )
    else:
        yield ok("site", f"Trang ở {settings.site} đã dựng")
